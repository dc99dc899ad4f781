"""Nurture tracks. A connected tool runs a track; stored here is who entered or left it, and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Channel, Consent, Stakeholder
from accounts.rules.engagements import FIRST_DAY
from alignment.core.edits import set_fields
from alignment.people.actions.programs import lock_program
from alignment.people.models import User

from ..models import Campaign, Track, TrackMember
from .recording import record_change

# Clocks of tools differ; a moment further ahead is an error.
CLOCK_SKEW = timedelta(minutes=5)
WRITTEN = ("name", "tool", "external_id")


class NotInTrack(Exception):
    """The person is not in the track now."""


@transaction.atomic
def add_track(
    *, campaign: Campaign, name: str, tool: str, external_id: str | None, by: User | None
) -> Track:
    """Raises `ValidationError` by field if the name or the tool's id is taken."""
    track = Track(
        program_id=campaign.program_id,
        campaign=campaign,
        name=name.strip(),
        tool=tool.strip(),
        external_id=external_id or None,
    )
    lock_program(campaign.program_id)
    _demand_own(track)
    track.save()
    record_change(track, "track.add", by, campaign=campaign.pk)
    return track


@transaction.atomic
def change_track(*, track: Track, by: User | None, **said: Any) -> Track:
    """Change the fields in `said`, a subset of `WRITTEN`. Raises `ValidationError` by field if the
    name or the tool's id is taken.
    """
    lock_program(track.program_id)
    row = Track.objects.in_program(track.program_id).select_for_update().get(pk=track.pk)
    changed = set_fields(row, said, WRITTEN)
    _demand_own(row)
    if changed:
        row.save()
        record_change(row, "track.change", by, campaign=row.campaign_id, fields=changed)
    return row


def _demand_own(track: Track) -> None:
    others = Track.objects.in_program(track.program_id).exclude(pk=track.pk)
    errors = {}
    if not track.name:
        errors["name"] = _("Give it a name.")
    elif others.filter(campaign=track.campaign_id, name=track.name).exists():
        errors["name"] = _("Another track of this campaign has this name.")
    given = track.external_id
    if given and others.filter(tool=track.tool, external_id=given).exists():
        errors["external_id"] = _("Another track has this id.")
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def enrol(
    *,
    track: Track,
    stakeholder_ids: Iterable[int],
    by: User | None,
    entered_at: datetime | None = None,
) -> int:
    """Enrol people; returns how many entered. Those already in the track stay.

    Raises `ValidationError` and enrols nobody if one is not of the program, must not be contacted
    or refused e-mail: consent takes precedence over any plan.
    """
    wanted, at = set(stakeholder_ids), _moment(entered_at, "entered_at")
    # The lock serializes enrolments in one track.
    Track.objects.in_program(track.program_id).select_for_update().get(pk=track.pk)
    people = Stakeholder.objects.in_program(track.program_id).filter(pk__in=wanted)
    if people.count() < len(wanted):
        raise ValidationError({"stakeholder_ids": _("There is no such person.")})
    _demand_consent(track, wanted)
    inside = TrackMember.objects.in_program(track.program_id).filter(
        track=track, left_at__isnull=True, stakeholder__in=wanted
    )
    new = wanted - set(inside.values_list("stakeholder_id", flat=True))
    rows = [
        TrackMember(program_id=track.program_id, track=track, stakeholder_id=pk, entered_at=at)
        for pk in sorted(new)
    ]
    TrackMember.objects.bulk_create(rows)
    if new:
        _note_change(track)
        record_change(track, "track.enrol", by, campaign=track.campaign_id, people=sorted(new))
    return len(new)


def _demand_consent(track: Track, wanted: set[int]) -> None:
    people = Stakeholder.objects.in_program(track.program_id).filter(pk__in=wanted)
    barred = set(people.filter(do_not_contact=True).values_list("pk", flat=True))
    consents = Consent.objects.in_program(track.program_id).filter(stakeholder__in=wanted)
    refused = consents.filter(channel=Channel.EMAIL, granted=False)
    barred |= set(refused.values_list("stakeholder_id", flat=True))
    if barred:
        names = ", ".join(str(person) for person in people.filter(pk__in=sorted(barred)[:5]))
        text = _("Not to be contacted, or refused e-mail: %(names)s.") % {"names": names}
        raise ValidationError({"stakeholder_ids": text})


@transaction.atomic
def leave(
    *,
    track: Track,
    stakeholder_id: int,
    because: str,
    by: User | None,
    left_at: datetime | None = None,
) -> TrackMember:
    """Raises `NotInTrack`, or `ValidationError` by field without a reason or for a moment before
    they entered.
    """
    rows = TrackMember.objects.in_program(track.program_id).select_for_update()
    member = rows.filter(track=track, stakeholder=stakeholder_id, left_at__isnull=True).first()
    if member is None:
        raise NotInTrack(_("This person is not in the track."))
    at = _moment(left_at, "left_at")
    if not because.strip():
        raise ValidationError({"because": _("Say why they leave.")})
    if at < member.entered_at:
        raise ValidationError({"left_at": _("They entered later than that.")})
    member.left_at, member.left_because = at, because.strip()[:300]
    member.save(update_fields=["left_at", "left_because"])
    _note_change(track)
    record_change(member, "track.leave", by, campaign=track.campaign_id, person=stakeholder_id)
    return member


def _note_change(track: Track) -> None:
    """Say that somebody entered or left."""
    rows = Track.objects.in_program(track.program_id).filter(pk=track.pk)
    rows.update(updated_at=timezone.now())


def _moment(given: datetime | None, name: str) -> datetime:
    now = timezone.now()
    if given is not None and given > now + CLOCK_SKEW:
        raise ValidationError({name: _("This is in the future.")})
    if given is not None and given < FIRST_DAY:
        raise ValidationError({name: _("Give a day of this century.")})
    return given or now

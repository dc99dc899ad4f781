"""Stored briefings, their rhythm, and who has read them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from alignment.core.scoping import ScopedQuerySet
from alignment.people.models import Membership, Program, Role, Side, User

from ..models import Briefing, BriefingRead, BriefingRhythm
from ..rules.rhythm import next_moment, week_of

MOST_READERS = 200
MOST_RECIPIENTS = 500


def briefings_in(program: Program | int) -> ScopedQuerySet[Briefing]:
    """With `read_by`: how many people of marketing have confirmed reading each."""
    of_marketing = Q(
        reads__user__memberships__program=program, reads__user__memberships__team__side="marketing"
    )
    rows = Briefing.objects.in_program(program).select_related("written_by")
    return rows.annotate(read_by=Count("reads", filter=of_marketing, distinct=True))


def briefing_in(program: Program, briefing_id: int) -> Briefing | None:
    rows = Briefing.objects.in_program(program).select_related("program", "written_by")
    return rows.filter(pk=briefing_id).first()


def rhythm_of(program: Program, *, now: datetime) -> BriefingRhythm:
    """The program's row, or the usual rhythm if the periodic task has not stored one yet."""
    row = BriefingRhythm.objects.in_program(program).first()
    return row if row is not None else usual_rhythm(program, now)


def usual_rhythm(program: Program, now: datetime) -> BriefingRhythm:
    """Monday at 8:00 in the program's time zone; not saved."""
    row = BriefingRhythm(program=program, zone=program.time_zone)
    row.next_at = row.after(now)
    return row


def due_moment(rhythm: BriefingRhythm, now: datetime) -> datetime:
    """The moment of the rhythm that a briefing written now would count for."""
    zone = ZoneInfo(rhythm.zone)
    return next_moment(now, weekday=rhythm.weekday, hour=rhythm.hour, zone=zone)


def written_for(program: Program, rhythm: BriefingRhythm, moment: datetime) -> Briefing | None:
    """The briefing of that moment's calendar week, or one that covers the moment, if any."""
    is_it = Q(week=week_of(moment, ZoneInfo(rhythm.zone))) | Q(ends_at__gte=moment)
    return Briefing.objects.in_program(program).filter(is_it).order_by("-ends_at").first()


@dataclass(frozen=True, slots=True)
class Reader:
    """A recipient of briefings; `read_at` is None until they confirm having read it."""

    user: User
    side: str
    read_at: datetime | None


def readers_of(briefing: Briefing) -> list[Reader]:
    """All of marketing, the managers of sales and anybody else who read it; readers come first, in
    order.
    """
    rows = BriefingRead.objects.in_program(briefing.program_id).filter(briefing=briefing)
    read = dict(rows.values_list("user", "read_at"))
    members = Membership.objects.in_program(briefing.program_id).select_related("user", "team")
    wanted = Q(user__in=read) | _RECIPIENTS
    found = list(members.filter(wanted, user__is_active=True).order_by("user__name", "pk"))
    readers = [Reader(m.user, m.side or "", read.get(m.user_id)) for m in found[:MOST_READERS]]
    return sorted(readers, key=lambda reader: (reader.read_at is None, reader.side))


_RECIPIENTS = Q(team__side=Side.MARKETING) | Q(team__side=Side.SALES, role=Role.MANAGER)


def recipient_ids(program: Program | int) -> list[int]:
    """Ids of the recipients of briefings: all of marketing, and the managers of sales."""
    rows = Membership.objects.in_program(program).filter(_RECIPIENTS, user__is_active=True)
    return list(rows.order_by("pk").values_list("user_id", flat=True)[:MOST_RECIPIENTS])


def marketers(program: Program | int) -> int:
    rows = Membership.objects.in_program(program)
    return rows.filter(team__side=Side.MARKETING, user__is_active=True).count()


def read_by(user: User, briefing_ids: Collection[int], program: Program) -> set[int]:
    """The ids of those briefings that this person has read."""
    rows = BriefingRead.objects.in_program(program).filter(user=user, briefing__in=briefing_ids)
    return set(rows.values_list("briefing", flat=True))

"""Touches as rows of a file."""

from __future__ import annotations

from datetime import timedelta
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.queries.names import primary_addresses
from campaigns.calendar.models import LONGEST_DAYS, OURS
from campaigns.calendar.queries.pages import (
    AS_PLANNED,
    DONE_ELSEWHERE,
    lasting_at,
    named,
    place_of,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Program
    from campaigns.calendar.models import Touch

BATCH = 500
HEAD = (
    _("From"),
    _("Until"),
    pgettext_lazy("a touch", "Done"),
    _("Account"),
    _("Domain"),
    _("People"),
    _("Channel"),
    _("Side"),
    _("Who"),
    _("Message"),
    _("Content"),
    _("Campaign"),
    _("Follows"),
    _("State"),
    _("Result"),
    _("What happened"),
    _("Why skipped"),
    _("Why nevertheless"),
    # Columns by which the import identifies a touch.
    _("E-mail of the person"),
    _("External id of the person"),
    _("Who of us (e-mail)"),
    _("Source"),
    _("The source's id"),
)


def batches(
    program: Program, rows: ScopedQuerySet[Touch], start: datetime, end: datetime
) -> Iterator[list[list[Any]]]:
    """Touches that take place in [start, end), after earlier ones that still last."""
    longest = timedelta(days=LONGEST_DAYS)
    found = merge(
        _pages(program, rows.filter(lasting_at(start)), "starts_at", start - longest, start),
        _pages(program, rows.filter(AS_PLANNED), "starts_at", start, end),
        _pages(program, rows.filter(DONE_ELSEWHERE), "done_at", start, end),
        key=lambda touch: (place_of(touch), touch.pk),
    )
    while batch := list(islice(found, BATCH)):
        people = {row.stakeholder_id for touch in batch for row in touch.people.all()}
        addresses = primary_addresses(program=program, ids=people)
        yield [[*_line(touch), *_keys(touch, addresses)] for touch in batch]


def _pages(
    program: Program, rows: ScopedQuerySet[Touch], moment: str, start: datetime, end: datetime
) -> Iterator[Touch]:
    """Ordered by the column `moment` and read page by page, which keeps every query short."""
    wanted = rows.filter(**{f"{moment}__gte": start, f"{moment}__lt": end})
    wanted = shown(wanted, program).select_related("account", "who", "asset", "campaign")
    page = wanted.order_by(moment, "id")
    while found := named(program, page[:BATCH]):
        yield from found
        at, pk = getattr(found[-1], moment), found[-1].pk
        later = wanted.filter(**{f"{moment}__gte": at}).exclude(**{moment: at, "pk__lte": pk})
        page = later.order_by(moment, "id")


def _line(touch: Touch) -> list[Any]:
    return [
        _minute(touch.starts_at),
        _minute(touch.ends_at),
        _minute(touch.done_at) if touch.done_at else "",
        touch.account.name,
        touch.account.domain,
        ", ".join(str(row.stakeholder) for row in touch.people.all()),
        str(touch.get_channel_display()),
        str(touch.get_side_display()),
        str(touch.who or ""),
        touch.message,
        str(touch.asset or ""),
        str(touch.campaign or ""),
        touch.follows_id,
        str(touch.get_state_display()),
        str(touch.get_result_display()),
        touch.result_note,
        touch.skipped_because,
        touch.override_reason,
    ]


def _keys(touch: Touch, addresses: Mapping[int, str]) -> list[str]:
    """The address of one person it reaches, the user who does it, the source and the id there
    (`OURS` and the touch's own id if it has none).
    """
    people = [row.stakeholder for row in touch.people.all()]
    known = sorted(people, key=lambda person: (person.pk not in addresses, person.pk))
    person = known[0] if known else None
    is_listed = bool(touch.source and touch.external_id)
    return [
        addresses.get(person.pk, "") if person else "",
        (person.external_id or "") if person else "",
        touch.who.email if touch.who else "",
        touch.source if is_listed else OURS,
        (touch.external_id or "") if is_listed else str(touch.pk),
    ]


def _minute(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="minutes")

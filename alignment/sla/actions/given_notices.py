"""Telling new owners of a lead which of its due times moved to their hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alignment.notifications.actions.notices import NewNotice, NoticeText, notify_many
from alignment.notifications.actions.renewing import Renewal, hold_unread, renew
from alignment.notifications.models import Notice, NoticeKind
from alignment.people.models import Program, User

from ..models import HandOff
from ..notice_data import lead_page
from ..queries.clock_facts import LeadName, lead_names
from ..words import title
from .handoff_notices import LISTED_IN_NOTICE, handed_cause

if TYPE_CHECKING:
    from .recompute import Move

Names = Mapping[int, LeadName]


def notify_given(
    *, program_id: int, moves: Sequence[Move], by: Mapping[int, int | None], now: datetime
) -> None:
    """One notice per new owner; `by` says who gave each lead away: nobody is told of what they took.

    An unread notice of the hand-off itself gets these lines instead. Safe to repeat in the
    transaction of `now`.
    """
    mine: dict[int, list[Move]] = defaultdict(list)
    for move in moves:
        if move.owner_id is not None and by.get(move.lead_id) != move.owner_id:
            mine[move.owner_id].append(move)
    if not mine:
        return
    program = Program.objects.get(pk=program_id)
    leads = {move.lead_id for theirs in mine.values() for move in theirs}
    names, owners = lead_names(leads), User.objects.in_bulk(mine)
    handed = _hold_handed(program, mine, leads)
    renewed, fresh = [], []
    for owner_id, theirs in mine.items():
        owner = owners[owner_id]
        if owner_id in handed:
            notice = handed[owner_id]
            renewed.append(Renewal(notice, partial(_added, notice, theirs, names, owner)))
        else:
            cause = f"given-{theirs[0].clock_id}-{now:%Y%m%dT%H%M%S%f}"
            words = partial(_words, program, theirs, names, owner)
            fresh.append(NewNotice(owner, NoticeKind.HANDED_OFF, cause, words))
    renew(program=program, rows=renewed)
    notify_many(program=program, rows=fresh)


def _hold_handed(
    program: Program, owners: Collection[int], leads: Collection[int]
) -> dict[int, Notice]:
    """Unread notices of the hand-offs of these leads, by owner. One notice tells of all leads that
    a person got at once.
    """
    rows = HandOff.objects.in_program(program)
    at_once = {"owner": OuterRef("owner"), "handed_at": OuterRef("handed_at")}
    told = rows.filter(Exists(rows.filter(lead__in=leads, **at_once)), owner__in=owners)
    causes = [handed_cause(event_id) for event_id in told.values_list("event_id", flat=True)]
    if not causes:
        return {}
    return hold_unread(program=program, kind=NoticeKind.HANDED_OFF, users=owners, causes=causes)


def _added(notice: Notice, moves: Sequence[Move], names: Names, owner: User) -> NoticeText:
    text = "\n".join([notice.text, _lines(moves, names, owner)])
    return NoticeText(notice.title, text.strip(), notice.path)


def _words(program: Program, moves: Sequence[Move], names: Names, owner: User) -> NoticeText:
    leads = {move.lead_id for move in moves}
    if len(leads) == 1:
        heading = _("%(lead)s is handed to you") % {"lead": names[moves[0].lead_id]}
        path = lead_page(program, moves[0].lead_id)
    else:
        number = len(leads)
        words = ngettext("%(n)d lead is handed to you", "%(n)d leads are handed to you", number)
        heading = words % {"n": number}
        path = reverse("workspace:queue", args=[program.slug])
    return NoticeText(heading, _lines(moves, names, owner), path)


def _lines(moves: Sequence[Move], names: Names, owner: User) -> str:
    """A line per promise; with its lead, as a notice may be of several."""
    return "\n".join(
        f"{names[move.lead_id]} · {_line(move, owner)}" for move in moves[:LISTED_IN_NOTICE]
    )


def _line(move: Move, owner: User) -> str:
    due = move.due_at.astimezone(ZoneInfo(owner.time_zone))
    said = {"promise": title(move.clause), "due": date_format(due, "SHORT_DATETIME_FORMAT")}
    if move.clause.hours_of == "rep":
        return _("%(promise)s: due %(due)s now, by your hours.") % said
    return _("%(promise)s: due %(due)s now, by the hours of your team.") % said

"""Notifying people that their touches moved because an earlier one slipped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alignment.notifications.actions.notices import NewNotice, NoticeText, notify_many
from alignment.notifications.models import NoticeKind
from alignment.people.models import User

from ..models import Touch

LISTED_IN_NOTICE = 8


class Slip(NamedTuple):
    """A touch that moved, and its former time."""

    touch: Touch
    before: datetime


def notify_slips(
    *,
    touch: Touch,
    slips: Sequence[Slip],
    at: datetime,
    by: User | None,
    told: int | None = None,
) -> None:
    """Notify people whose touches moved because `touch` takes place later; one notice each.

    `at` is its new time. Skips `by`, who sees the change, and `told` (an id), whose own notice
    mentions it. When a tool reported it late, everybody is notified. Call it in the transaction
    that moved them, after `touch` was saved.
    """
    of_person: dict[int, list[Slip]] = defaultdict(list)
    for slip in slips:
        if slip.touch.who_id not in {None, by.pk if by else None, told}:
            of_person[slip.touch.who_id or 0].append(slip)
    if not of_person:
        return
    users = User.objects.in_bulk(of_person)
    cause = f"slip-{touch.pk}-{touch.updated_at.timestamp()}"
    notify_many(
        program=touch.program,
        rows=[
            NewNotice(users[pk], NoticeKind.TOUCH, cause, _words(touch, theirs, users[pk], at, by))
            for pk, theirs in of_person.items()
        ],
    )


def _words(
    touch: Touch, slips: Sequence[Slip], reader: User, at: datetime, by: User | None
) -> Callable[[], NoticeText]:
    def words() -> NoticeText:
        title = ngettext(
            "%(n)d touch of yours moves along at %(account)s",
            "%(n)d touches of yours move along at %(account)s",
            len(slips),
        )
        cause = {"by": str(by or ""), "what": _what(touch), "when": _when(at, reader)}
        if touch.state == Touch.State.DONE:
            why = _("%(what)s was done on %(when)s, later than planned.")
        elif by is None:
            why = _("%(what)s is now on %(when)s.")
        else:
            why = _("%(by)s moved %(what)s to %(when)s.")
        return NoticeText(
            title % {"n": len(slips), "account": touch.account},
            "\n".join([why % cause, *lines_of(slips, reader)]),
            _path(touch, slips),
        )

    return words


def lines_of(slips: Sequence[Slip], reader: User) -> list[str]:
    """ "Call “Case study”: 11/24/2026 9 a.m. → 11/25/2026 9 a.m.", on the reader's clock."""
    return [
        f"{_what(slip.touch)}: {_when(slip.before, reader)} → {_when(slip.touch.starts_at, reader)}"
        for slip in slips[:LISTED_IN_NOTICE]
    ]


def _when(moment: datetime, reader: User) -> str:
    return date_format(moment.astimezone(ZoneInfo(reader.time_zone)), "SHORT_DATETIME_FORMAT")


def _what(touch: Touch) -> str:
    """ "E-mail “Case study”"."""
    channel = str(touch.get_channel_display())
    if not touch.message:
        return channel
    return _("%(channel)s “%(message)s”") % {"channel": channel, "message": touch.message}


def _path(touch: Touch, slips: Sequence[Slip]) -> str:
    """The page of the touch, or its account's calendar in the week of the first one."""
    slug = touch.program.slug
    if len(slips) == 1:
        return reverse("workspace:touch", args=[slug, slips[0].touch.pk])
    day = slips[0].touch.starts_at.date().isoformat()
    calendar = reverse("workspace:calendar", args=[slug])
    return f"{calendar}?view=timeline&account={touch.account_id}&day={day}"

"""Notifying the others that a touch goes ahead despite a conflict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alignment.notifications.actions.notices import NewNotice, NoticeText, notify_many
from alignment.notifications.models import NoticeKind
from alignment.people.models import Program, User

from ..models import Touch
from ..queries.concerned import concerned
from ..queries.conflict_words import KIND_NAMES
from ..rules.conflicts import Conflict

LISTED_IN_NOTICE = 8


class Overridden(NamedTuple):
    """A stored touch, and the soft conflicts that its reason overrides."""

    touch: Touch
    found: Sequence[Conflict]


def notify_concerned(*, program: Program, rows: Sequence[Overridden], by: User | None) -> None:
    """Send each person one notice, with the reason.

    The recipients are those whose touches these collide with, and the accounts' owners in the other
    team, but never `by`. Saving again with the same reason, time and conflicts sends nothing.
    Statements do not grow with `rows`. Call it in the transaction that wrote the touches.
    """
    of_person: dict[int, list[Overridden]] = defaultdict(list)
    rows = [row for row in rows if row.found]
    if not rows:
        return
    for row, people in zip(rows, concerned(program, rows), strict=True):
        for person in people - {by.pk if by else None}:
            of_person[person].append(row)
    users = User.objects.in_bulk(of_person)
    notify_many(
        program=program,
        rows=[
            NewNotice(
                users[pk], NoticeKind.OVERRIDE, _cause(theirs[0]), _words(theirs, users[pk], by)
            )
            for pk, theirs in of_person.items()
        ],
    )


def _cause(row: Overridden) -> str:
    """Equal only if time, reason and conflicts are equal."""
    others = sorted({slot.id or 0 for conflict in row.found for slot in conflict.others})
    touch = row.touch
    about = (touch.starts_at.timestamp(), touch.override_reason, touch.overridden, others)
    return f"override-{touch.pk}-{sha256(repr(about).encode()).hexdigest()[:16]}"


def _words(rows: Sequence[Overridden], reader: User, by: User | None) -> Callable[[], NoticeText]:
    def words() -> NoticeText:
        touch, slug = rows[0].touch, rows[0].touch.program.slug
        who = str(by or _("Somebody"))
        said = _("“%(words)s”") % {"words": touch.override_reason}
        if len(rows) == 1:
            title = _("%(who)s goes ahead at %(account)s nevertheless")
            path = reverse("workspace:touch", args=[slug, touch.pk])
            text = f"{said}\n{_line(touch, reader)}"
            return NoticeText(title % {"who": who, "account": touch.account}, text, path)
        title = ngettext(
            "%(who)s goes ahead with %(n)d touch nevertheless",
            "%(who)s goes ahead with %(n)d touches nevertheless",
            len(rows),
        )
        lines = [f"{row.touch.account}: {_line(row.touch, reader)}" for row in rows]
        path = reverse("workspace:calendar", args=[slug])
        text = "\n".join([said, *lines[:LISTED_IN_NOTICE]])
        return NoticeText(title % {"who": who, "n": len(rows)}, text, path)

    return words


def _line(touch: Touch, reader: User) -> str:
    """ "Call, 11/24/2026 9 a.m.: Quiet hours", on the reader's clock."""
    at = date_format(
        touch.starts_at.astimezone(ZoneInfo(reader.time_zone)), "SHORT_DATETIME_FORMAT"
    )
    kinds = ", ".join(str(KIND_NAMES[kind]) for kind in touch.overridden)
    return _("%(channel)s, %(when)s: %(conflicts)s") % {
        "channel": touch.get_channel_display(),
        "when": at,
        "conflicts": kinds,
    }

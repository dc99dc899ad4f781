"""Notifying people that somebody else changed their touch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from alignment.notifications.actions.notices import NewNotice, NoticeText, notify_many
from alignment.notifications.models import NoticeKind
from alignment.people.models import User

from ..models import Touch
from .slips import Slip, lines_of

DONE = gettext_noop("%(by)s marked your touch of %(account)s as done")
SKIPPED = gettext_noop("%(by)s skipped your touch of %(account)s")
MOVED = gettext_noop("%(by)s moved your touch of %(account)s")
CHANGED = gettext_noop("%(by)s changed your touch of %(account)s")
GIVEN = gettext_noop("%(by)s gave you a touch of %(account)s")
TAKEN = gettext_noop("%(by)s gave your touch of %(account)s to somebody else")


def notify_assignee(
    *,
    touch: Touch,
    by: User | None,
    title: str,
    former: int | None = None,
    note: str = "",
    along: Sequence[Slip] = (),
) -> None:
    """Send one notice to the person who does the touch, or did, unless that is `by`.

    `former` is the id of the person who did. `title` is one of the sentences above; the notice also
    lists the person's own touches among those that moved `along`. Call it in the transaction that
    wrote the touch, after it was saved. Reports from tools cause no notice.
    """
    person = former or touch.who_id
    if by is None or person is None or person == by.pk:
        return
    reader = User.objects.get(pk=person)
    own = [slip for slip in along if slip.touch.who_id == person]
    words = _words(touch, reader, by, title, note, own)
    told = NewNotice(reader, NoticeKind.TOUCH, _cause(touch), words)
    notify_many(program=touch.program, rows=[told])


def _cause(touch: Touch) -> str:
    return f"touch-{touch.pk}-{touch.updated_at.timestamp()}"


def _words(
    touch: Touch, reader: User, by: User, title: str, note: str, along: Sequence[Slip]
) -> Callable[[], NoticeText]:
    def words() -> NoticeText:
        at = touch.starts_at.astimezone(ZoneInfo(reader.time_zone))
        when = date_format(at, "SHORT_DATETIME_FORMAT")
        line = ", ".join(part for part in (touch.get_channel_display(), when) if part)
        path = reverse("workspace:touch", args=[touch.program.slug, touch.pk])
        said = _(title) % {"by": str(by), "account": str(touch.account)}
        moved = [_("It takes along:"), *lines_of(along, reader)] if along else []
        return NoticeText(said, "\n".join(filter(None, (line, note, *moved))), path)

    return words

"""Touches as lines of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.calendar.queries.pages import named, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Program
    from campaigns.calendar.models import Touch

BATCH = 500
HEAD = (
    _("From"),
    _("Until"),
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
)


def batches(
    program: Program, rows: ScopedQuerySet[Touch], start: datetime, end: datetime
) -> Iterator[list[list[Any]]]:
    """Those that begin in [start, end), by time and page by page, so that no query is long."""
    wanted = rows.filter(starts_at__gte=start, starts_at__lt=end)
    wanted = shown(wanted, program).select_related("account", "who", "asset", "campaign")
    zone = timezone.get_current_timezone()
    place: tuple[datetime, int] | None = None
    while True:
        page = wanted.order_by("starts_at", "id")
        if place is not None:
            at, pk = place
            page = page.filter(starts_at__gte=at).exclude(starts_at=at, pk__lte=pk)
        found = named(program, page[:BATCH])
        if found:
            # The language is put back for each batch, the time zone is not.
            with timezone.override(zone):
                lines = [_line(touch) for touch in found]
            yield lines
            place = found[-1].starts_at, found[-1].pk
        if len(found) < BATCH:
            return


def _line(touch: Touch) -> list[Any]:
    return [
        timezone.localtime(touch.starts_at).isoformat(timespec="minutes"),
        timezone.localtime(touch.ends_at).isoformat(timespec="minutes"),
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

"""Deadlines of requests, as text."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from .models import SupportRequest

_INSTANT = timedelta(microseconds=1)


def needed_by(row: SupportRequest, zone: str) -> str:
    """The requested day, and whether business ends on that day or earlier; `zone` is the program's.
    A deadline with a time is shown in the reader's time zone.
    """
    if row.due_on is None:
        at = timezone.localtime(row.due_at)
        return f"{date_format(at, 'l')} {date_format(at, 'SHORT_DATETIME_FORMAT')}"
    day = f"{date_format(row.due_on, 'l')} {date_format(row.due_on, 'SHORT_DATE_FORMAT')}"
    # A deadline at midnight belongs to the day before.
    last = (row.due_at - _INSTANT).astimezone(ZoneInfo(zone))
    if last.date() < row.due_on:
        ends = date_format(last, "l")
        return _("%(day)s, business ends on %(ends)s") % {"day": day, "ends": ends}
    is_business = (row.due_at.astimezone(ZoneInfo(zone)).date()) == row.due_on
    return _("%(day)s, end of business") % {"day": day} if is_business else day

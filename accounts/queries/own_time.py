"""When a journal event happened according to the person who recorded it.

The journal has the time of recording, and is read in that order. The timeline shows yesterday's
call where it happened, with the time it was recorded.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, DateTimeField, F, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from accounts.models import JournalKind

# People who record these kinds give their time.
DATED_BY_PERSON = (JournalKind.CONTACTED, JournalKind.REACHED, JournalKind.CALL_RECORDED)
# Recording a call takes a few minutes.
AT_ONCE = timedelta(minutes=10)
_IS_DATE = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}"


def by_own_time(events: Any, until: datetime) -> Any:
    """The events before `until`, latest first, with `happened_at` if a time was given."""
    told = When(
        kind__in=DATED_BY_PERSON,
        detail__at__regex=_IS_DATE,
        then=Cast(KT("detail__at"), DateTimeField()),
    )
    own = Case(told, default=F("at"), output_field=DateTimeField())
    placed = events.annotate(happened_at=own).filter(happened_at__lt=until)
    return placed.order_by("-happened_at", "-id")


def recorded_later(*, happened_at: datetime, at: datetime) -> datetime | None:
    """The time of recording, if that was not at once."""
    return at if at - happened_at > AT_ONCE else None

"""When an event of the journal happened by the word of whoever told it.

The journal bears the time of recording, and is read in order by it. People read the story of a call
of yesterday where it happened, and are told when it was recorded.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, DateTimeField, F, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from accounts.models import JournalKind

# Whoever records these says when they were.
TOLD = (JournalKind.CONTACTED, JournalKind.REACHED, JournalKind.CALL_RECORDED)
# Whoever writes down a call takes a moment for it.
AT_ONCE = timedelta(minutes=10)
_TOLD_AT = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}"


def by_own_time(events: Any, until: datetime) -> Any:
    """The events that were before `until`, with `happened_at`, as far as anybody said so; the latest
    first."""
    told = When(
        kind__in=TOLD, detail__at__regex=_TOLD_AT, then=Cast(KT("detail__at"), DateTimeField())
    )
    own = Case(told, default=F("at"), output_field=DateTimeField())
    placed = events.annotate(happened_at=own).filter(happened_at__lt=until)
    return placed.order_by("-happened_at", "-id")


def recorded_later(*, happened_at: datetime, at: datetime) -> datetime | None:
    """When it was recorded, where that was not at once."""
    return at if at - happened_at > AT_ONCE else None

"""Journal events as clauses know them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from accounts.models import JournalEvent

from ..rules.events import LeadEvent, kinds_of, lead_event

_COLUMNS = ("id", "lead_id", "kind", "detail", "at", "recorded_at")


def lead_events(
    program_id: int, lead_ids: Collection[int], *, names: Collection[str] = ()
) -> dict[int, list[LeadEvent]]:
    """The events that clauses can name, by lead, in the order in which they were written. With
    `names`, at least those with one of them, and not many others."""
    rows = JournalEvent.objects.in_program(program_id).filter(lead_id__in=list(lead_ids))
    if names:
        rows = rows.filter(kind__in=kinds_of(names))
    found: dict[int, list[LeadEvent]] = defaultdict(list)
    for pk, lead_id, kind, detail, at, recorded_at in rows.values_list(*_COLUMNS):
        event = lead_event(pk, kind, detail, at, recorded_at)
        if event.names and lead_id:
            found[lead_id].append(event)
    for events in found.values():
        events.sort(key=lambda event: event.place)
    return found

"""What a journal event means to the clauses of a contract."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# The journal's name -> the clauses' names. For a change of stage, the detail decides too.
_NAMES: dict[str, tuple[str, ...]] = {
    "became_mql": ("became_mql",),
    "became_sql": ("became_sql", "status_changed"),
    "handed_off": ("handed_off",),
    "contacted": ("contacted", "status_changed"),
    "reached": ("reached", "status_changed"),
    # A validation call implies that the person was contacted and reached.
    "validation_call": ("contacted", "reached", "validation_call", "status_changed"),
    "feedback_given": ("feedback_given", "status_changed"),
    "crm_updated": ("crm_updated",),
    "contact_forbidden": ("contact_forbidden",),
}
_STAGE_NAMES: dict[str, tuple[str, ...]] = {
    "disqualified": ("disqualified", "closed", "status_changed"),
    "lost": ("closed", "status_changed"),
    "won": ("closed", "status_changed"),
    "recycled": ("recycled", "status_changed"),
    "sql": ("became_sql", "status_changed"),
}


def names_of(kind: str, detail: Mapping[str, Any]) -> tuple[str, ...]:
    """The names by which clauses know an event; empty if no clause can refer to it."""
    if kind == "stage_changed" and (detail.get("from") == "disqualified" or "undoes" in detail):
        return ("returned", "status_changed")
    if kind == "stage_changed":
        return _STAGE_NAMES.get(str(detail.get("to", "")), ("status_changed",))
    return _NAMES.get(kind, ())


def kinds_of(names: Collection[str]) -> set[str]:
    """The kinds of events that may go by one of these names."""
    found = {kind for kind, known in _NAMES.items() if not set(names).isdisjoint(known)}
    of_stages = {name for known in _STAGE_NAMES.values() for name in known}
    return found if of_stages.isdisjoint(names) else found | {"stage_changed"}


def reported_at(detail: Mapping[str, Any]) -> datetime | None:
    """When it happened according to the person who recorded it (a call an hour ago), if given."""
    try:
        told = datetime.fromisoformat(str(detail.get("at", "")))
    except ValueError:
        return None
    return told if told.tzinfo else None


@dataclass(frozen=True, slots=True)
class LeadEvent:
    """An event of one lead. `at` is the event's own time, `recorded_at` when the database wrote it,
    `reported_at` when it happened according to a person (a call an hour ago); all aware. `undoes`
    is the id of the return to nurture that it takes back."""

    id: int
    names: tuple[str, ...]
    at: datetime
    recorded_at: datetime
    reported_at: datetime | None = None
    undoes: int | None = None

    @property
    def place(self) -> tuple[datetime, int]:
        """Sort key: the order in which a lead's events were written."""
        return self.recorded_at, self.id


def lead_event(
    pk: int,
    kind: str,
    detail: Mapping[str, Any],
    at: datetime,
    recorded_at: datetime | None,
) -> LeadEvent:
    """A row of the journal as clauses know it."""
    reported = reported_at(detail)
    return LeadEvent(
        id=pk,
        names=names_of(kind, detail),
        at=reported or at,
        recorded_at=recorded_at or at,
        reported_at=reported,
        undoes=detail.get("undoes"),
    )

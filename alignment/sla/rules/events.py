"""What an event of the journal means to the clauses of a contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# What the journal calls it -> what clauses call it. A change of stage says more in its detail.
_NAMES: dict[str, tuple[str, ...]] = {
    "became_mql": ("became_mql",),
    "became_sql": ("became_sql", "status_changed"),
    "handed_off": ("handed_off",),
    "contacted": ("contacted", "status_changed"),
    "reached": ("reached", "status_changed"),
    # Whoever records it has called and reached them.
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
    """The names by which clauses know an event; none for what no clause can ask for."""
    if kind == "stage_changed" and detail.get("from") == "disqualified":
        return ("returned", "status_changed")
    if kind == "stage_changed":
        return _STAGE_NAMES.get(str(detail.get("to", "")), ("status_changed",))
    return _NAMES.get(kind, ())


def told_at(detail: Mapping[str, Any]) -> datetime | None:
    """When it happened by the word of whoever told it (a call of an hour ago), if anybody did."""
    try:
        told = datetime.fromisoformat(str(detail.get("at", "")))
    except ValueError:
        return None
    return told if told.tzinfo else None


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of one lead. `at` is what the event says of itself, `recorded_at` when the database
    wrote it down, `told_at` what a person said of it (a call of an hour ago); all aware."""

    id: int
    names: tuple[str, ...]
    at: datetime
    recorded_at: datetime
    told_at: datetime | None = None

    @property
    def place(self) -> tuple[datetime, int]:
        """Its place in the order in which a lead's events were written."""
        return self.recorded_at, self.id

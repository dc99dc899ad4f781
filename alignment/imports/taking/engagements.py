"""Importing engagements: finds the people and signals they name, then calls the common ingest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from accounts.models import Signal
from accounts.rules.facts import FieldError, Upserted
from alignment.imports.parsing.rows import natural_event_id
from alignment.imports.taking.batches import Batch, Values
from alignment.imports.taking.people import People
from alignment.people.models import Program
from alignment.reference.rules import fold
from alignment.scoring.ingest import EngagementIn, ingest


def take(batch: Batch) -> list[Upserted]:
    """One result per row; an event that is already known is unchanged."""
    people = People(batch.program, batch.rows)
    signals = _signals(batch.program)
    results: list[Upserted | None] = []
    events: list[EngagementIn] = []
    for row in batch.rows:
        event, errors = _event(row, batch.source, people, signals)
        results.append(None if event else Upserted(None, "rejected", errors))
        if event:
            events.append(event)
    taken = iter(_compared(batch.program, events) if batch.dry_run else _ingested(batch, events))
    return [result or next(taken) for result in results]


def _ingested(batch: Batch, events: Sequence[EngagementIn]) -> Iterable[Upserted]:
    for done in ingest(program=batch.program, events=events):
        outcome = "created" if done.outcome == "created" else "unchanged"
        yield Upserted(done.engagement_id, outcome, [])  # type: ignore[arg-type]


def _compared(program: Program, events: Sequence[EngagementIn]) -> Iterable[Upserted]:
    """The results that `ingest` would return."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT source, external_id FROM accounts_engagement"
            " WHERE program_id = %s AND source = ANY(%s) AND external_id = ANY(%s)",
            [program.pk, list({e.source for e in events}), [e.external_id for e in events]],
        )
        known = set(cursor.fetchall())
    for event in events:
        key = (event.source, event.external_id)
        yield Upserted(None, "unchanged" if key in known else "created", [])
        known.add(key)


def _event(
    row: Values, source: str, people: People, signals: dict[str, int]
) -> tuple[EngagementIn | None, list[FieldError]]:
    errors = []
    person = people.find(row)
    if person is None:
        field = "email" if row.get("email") else "stakeholder_external_id"
        errors.append(FieldError(field, "unknown_person", {"value": str(row[field])}))
    signal = signals.get(row["signal"])
    if signal is None:
        errors.append(FieldError("signal", "unknown_signal", {"value": row["signal"]}))
    if person is None or signal is None:
        return None, errors
    event = EngagementIn(
        stakeholder_id=person,
        signal_id=signal,
        occurred_at=row["occurred_at"],
        source=row.get("source", source),
        external_id=row.get("external_id") or natural_event_id(row),
        value=row.get("value", True),
        properties=row.get("properties", {}),
    )
    return event, []


def _signals(program: Program) -> dict[str, int]:
    """Ids of the program's signals by code and by name, both in the form of `parse_key`."""
    found: dict[str, int] = {}
    for pk, code, name in Signal.objects.in_program(program).values_list("id", "code", "name"):
        found.setdefault(fold(name).replace(" ", "_"), pk)
        found[fold(code).replace(" ", "_")] = pk
    return found

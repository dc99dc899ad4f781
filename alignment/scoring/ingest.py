"""Engagements in, scores out, in one transaction.

One statement stores new events, counts them, locks the score rows of their leads and updates these.
Events are always locked before score rows, each in a fixed order, so that overlapping writers queue
up instead of deadlocking.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal

from django.db import transaction
from psycopg.types.json import Jsonb

from alignment.agreements.actions.ruling import lock_versions_shared
from alignment.core import prepared
from alignment.core.arrays import id_array, text_array, time_array, truth_array
from alignment.core.live import bus
from alignment.icp.actions import queue_budget_words
from alignment.people.models import Program

from .actions.leads import open_leads
from .actions.promotion import NAMED_AT_MOST, promote
from .engine import (
    Crossing,
    assignments,
    outcome,
    refresh_facts,
    refresh_timed,
    rescore_ids,
    stored,
)
from .queries import Ruling, ruling
from .rules import MOST_COUNTED

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
# The source and its id: what an event is known by.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class EngagementIn:
    """A validated occurrence of one of the program's signals. `occurred_at` is timezone-aware."""

    stakeholder_id: int
    signal_id: int
    occurred_at: datetime
    source: str
    external_id: str
    value: bool = True
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ingested:
    """The outcome of one event. A duplicate has the id of the engagement that is known, which is
    None only if that was deleted at the same moment."""

    outcome: Literal["created", "duplicate"]
    engagement_id: int | None


@transaction.atomic
def ingest(*, program: Program, events: Sequence[EngagementIn]) -> list[Ingested]:
    """Store each event once and update the scores of their leads.

    Events with the same source and id are the same event, whatever their time. Results are in the
    order of the events.
    """
    if not events:
        return []
    lock_versions_shared(program.pk)
    rule = ruling(program)
    # Before ids are drawn: the sweep that follows ids must see that this transaction is older.
    prepared.fetch("SELECT pg_current_xact_id()::text", {})
    leads = _leads_of(program, events)
    rows = _store(program.pk, rule, events, leads)
    kept = {(source, external_id): pk for pk, source, external_id, *_rest in rows}
    touched = {lead_id: (was, now, total) for _i, _s, _x, lead_id, was, now, total in rows}
    if kept and any(s.id in {e.signal_id for e in events} for s in rule.budget_words):
        queue_budget_words(program_id=program.pk, lead_ids=sorted(touched))
    crossings = [Crossing(i, *levels) for i, levels in touched.items() if levels[0] != levels[1]]
    crossings += _beyond_counters(rule, events, sorted(touched), kept)
    promote(
        program_id=program.pk,
        crossings=crossings,
        cause={"why": "engagement"},
        evidence=_newest(events, leads, kept) if crossings else {},
    )
    bus.publish(program.pk, *(f"lead-{lead_id}" for lead_id in list(touched)[:NAMED_AT_MOST]))
    return _results(program.pk, events, kept)


def _results(
    program_id: int, events: Sequence[EngagementIn], kept: dict[Key, int]
) -> list[Ingested]:
    keys = [(event.source, event.external_id) for event in events]
    others = [key for key in keys if key not in kept]
    known = _known(program_id, others) if others else {}
    results, told = [], set()
    for key in keys:
        fresh = key in kept and key not in told
        told.add(key)
        pk = kept.get(key) or known.get(key)
        results.append(Ingested("created" if fresh else "duplicate", pk))
    return results


def _known(program_id: int, keys: Sequence[Key]) -> dict[Key, int]:
    """Ids of events that were stored before. A statement of its own, because the one that stores
    does not see what another transaction committed while it waited for its key."""
    rows = prepared.fetch(
        # LIMIT keeps the planner to one look into the index for each, whatever the statistics say.
        """SELECT e.source, e.external_id, known.id
           FROM ROWS FROM (unnest(%(sources)s::text[]), unnest(%(ids)s::text[]))
               AS e(source, external_id),
           LATERAL (SELECT id FROM accounts_engagement WHERE program_id = %(program)s
               AND source = e.source AND external_id = e.external_id LIMIT 1) known""",
        {
            "program": program_id,
            "sources": text_array(source for source, _id in keys),
            "ids": text_array(external_id for _source, external_id in keys),
        },
    )
    return {(source, external_id): pk for source, external_id, pk in rows}


def _newest(
    events: Sequence[EngagementIn], leads: dict[int, int], kept: dict[Key, int]
) -> dict[int, int]:
    """Lead -> its newest event that counted."""
    newest: dict[int, tuple[datetime, int]] = {}
    for event in events:
        pk = kept.get((event.source, event.external_id))
        lead_id = leads[event.stakeholder_id]
        if pk is not None and (event.occurred_at, pk) > newest.get(lead_id, (LONG_AGO, 0)):
            newest[lead_id] = (event.occurred_at, pk)
    return {lead_id: pk for lead_id, (_at, pk) in newest.items()}


def _leads_of(program: Program, events: Sequence[EngagementIn]) -> dict[int, int]:
    """Stakeholder -> the lead that the events belong to."""
    people = sorted({e.stakeholder_id for e in events})
    found = _open_leads(program.pk, people)
    missing = [p for p in people if p not in found]
    if missing:
        found |= open_leads(
            program=program, stakeholder_ids=missing, by=None, source=events[0].source
        )
    # Other transactions opened some of them meanwhile.
    elsewhere = [p for p in missing if p not in found]
    return found | _open_leads(program.pk, elsewhere) if elsewhere else found


def _open_leads(program_id: int, people: list[int]) -> dict[int, int]:
    rows = prepared.fetch(
        """SELECT stakeholder_id, id FROM accounts_lead
           WHERE program_id = %(program)s AND stakeholder_id = ANY(%(people)s::bigint[])
             AND closed_at IS NULL""",
        {"program": program_id, "people": id_array(people)},
    )
    return dict(rows)


def _store(
    program_id: int, rule: Ruling, events: Sequence[EngagementIn], leads: dict[int, int]
) -> list[tuple[Any, ...]]:
    return prepared.fetch(
        _statement(rule),
        {
            "program": program_id,
            "version": rule.compiled.version_id,
            "leads": id_array(leads[e.stakeholder_id] for e in events),
            "people": id_array(e.stakeholder_id for e in events),
            "signals": id_array(e.signal_id for e in events),
            "times": time_array(e.occurred_at for e in events),
            "sources": text_array(e.source for e in events),
            "ids": text_array(e.external_id for e in events),
            "values": truth_array(e.value for e in events),
            "properties": Jsonb([e.properties for e in events]),
        },
    )


@lru_cache(maxsize=64)
def _statement(rule: Ruling) -> str:
    """Store, count, score. Returns one row per stored event, with its lead's new score."""
    behaviours = rule.behaviours
    counted = "".join(
        f", count(*) FILTER (WHERE signal_id = {s.id}) AS s{s.slot}" for s in behaviours
    )
    fresh = {f"s{s.slot}": f"LEAST(t.s{s.slot} + c.s{s.slot}, {MOST_COUNTED})" for s in behaviours}
    fresh["held"] = "(CASE WHEN c.last IS NULL THEN t.held ELSE 0 END)"
    fresh["last_engaged_at"] = "GREATEST(t.last_engaged_at, c.last)"
    values = fresh | outcome(rule.compiled, lambda column: fresh.get(column, stored(column)))
    values["version_id"] = "%(version)s"
    behaviour_ids = ", ".join(str(s.id) for s in behaviours) or "0"
    return f"""
        WITH incoming AS (
            SELECT * FROM ROWS FROM (unnest(%(leads)s::bigint[], %(people)s::bigint[],
                %(signals)s::bigint[], %(times)s::timestamptz[], %(sources)s::text[],
                %(ids)s::text[], %(values)s::bool[]), jsonb_array_elements(%(properties)s::jsonb))
            AS e(lead_id, stakeholder_id, signal_id, occurred_at, source, external_id, value,
                 properties)
        ), stored AS (
            INSERT INTO accounts_engagement (program_id, lead_id, stakeholder_id, signal_id,
                occurred_at, source, external_id, value, properties)
            SELECT %(program)s, lead_id, stakeholder_id, signal_id, occurred_at, source,
                external_id, value, properties FROM incoming ORDER BY source, external_id
            ON CONFLICT (program_id, source, external_id) DO NOTHING
            RETURNING id, lead_id, signal_id, occurred_at, source, external_id
        ), counted AS (
            SELECT lead_id,
                max(occurred_at) FILTER (WHERE signal_id IN ({behaviour_ids})) AS last {counted}
            FROM stored GROUP BY lead_id
        ), locked AS MATERIALIZED (
            SELECT c.* FROM (SELECT * FROM counted ORDER BY lead_id) c, LATERAL (
                SELECT FROM scoring_leadscore WHERE lead_id = c.lead_id FOR NO KEY UPDATE) held
        ), scored AS (
            UPDATE scoring_leadscore t SET {assignments(values)}
            FROM locked c WHERE t.lead_id = c.lead_id
            RETURNING t.lead_id, old.level AS was, new.level AS now, t.total
        )
        SELECT stored.id, source, external_id, scored.lead_id, was, now, total
        FROM stored JOIN scored ON scored.lead_id = stored.lead_id"""


def _beyond_counters(
    rule: Ruling,
    events: Sequence[EngagementIn],
    touched: list[int],
    kept: dict[Key, int],
) -> list[Crossing]:
    """Facts and timed rules read the stored events themselves, only for the affected leads."""
    if not kept:
        return []
    signals = {e.signal_id for e in events}
    timed = {rule.signal_id(code) for code in rule.compiled.timed_signals}
    has_facts = not signals.isdisjoint(s.id for s in rule.facts)
    has_timed = not signals.isdisjoint(timed)
    if has_facts:
        refresh_facts(rule, touched)
    if has_timed:
        refresh_timed(rule, touched)
    if not (has_facts or has_timed):
        return []
    return rescore_ids(rule, touched).crossings

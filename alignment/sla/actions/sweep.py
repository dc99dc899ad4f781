"""The sweep: sends warnings, declares breaches and climbs ladders when they are due.

Rows are claimed with SKIP LOCKED, checked again once locked, and written with their effects in one
transaction, so any number of sweepers may run, and die, at any moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from alignment.core import locks
from alignment.core.arrays import id_array
from alignment.core.live import bus
from alignment.core.locks import Turn
from alignment.core.moments import database_now

from ..queries.clock_calendars import BatchCalendars
from ..queries.clock_facts import climbs
from ..queries.contracts import contracts
from ..queries.lead_facts import states_of
from ..rules.contract import BUSINESS, Contract, SlaClause
from ..rules.ladder import RUNNING, Standing, step
from ..rules.schedule import warning_times
from .clock_notices import SweptClock, notify_swept
from .due_clocks import DueClock, lock_due
from .transaction_limits import limit_transaction

# When a sweep last ran, and one that was not the guard's.
MARK = "clocks"
SCHEDULED = "scheduled"
BATCH = 2_000
# Above this many leads, pages only learn that clocks moved, not whose.
NAMED_AT_MOST = 50

_WRITE = """
    UPDATE sla_clock c SET state = v.state, warned = v.warned, level = v.level, look_at = v.look_at,
        updated_at = now(),
        ended_at = CASE WHEN v.state = 'running' THEN NULL ELSE COALESCE(c.ended_at, c.due_at) END
    FROM unnest(%s::bigint[], %s::text[], %s::smallint[], %s::smallint[], %s::timestamptz[])
        AS v(id, state, warned, level, look_at)
    WHERE c.id = v.id"""
_ESCALATE = """
    INSERT INTO sla_escalation (program_id, clock_id, level, "to", due_at, created_at)
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[], %s::text[], %s::timestamptz[],
                         %s::timestamptz[])
    ON CONFLICT (clock_id, level) DO NOTHING"""


def sweep(*, batch: int = BATCH, as_guard: bool = False) -> int:
    """Process every clock whose `look_at` has passed; returns how many.

    A guard does nothing while another guard is sweeping.
    """
    looked = 0
    while True:
        found = _sweep_some(batch, as_guard=as_guard)
        if found is None:
            return looked
        mark(as_guard=as_guard)
        looked += found
        if found < batch:
            return looked


def mark(*, as_guard: bool = False) -> None:
    """Record that a sweep ran; the health check and the guards read it."""
    names = [MARK] if as_guard else [MARK, SCHEDULED]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sla_sweepmark (name, at) SELECT unnest(%s::text[]), statement_timestamp()"
            " ON CONFLICT (name) DO UPDATE SET at = excluded.at",
            [names],
        )


def mark_age(name: str = MARK) -> float | None:
    """Seconds since that mark by the database's clock; None before the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM statement_timestamp() - at)::float FROM sla_sweepmark"
            " WHERE name = %s",
            [name],
        )
        row = cursor.fetchone()
    return float(row[0]) if row else None


@transaction.atomic
def _sweep_some(limit: int, *, as_guard: bool) -> int | None:
    """Return None when another guard is at work."""
    limit_transaction()
    if as_guard and not locks.attempt(Turn.GUARDING):
        return None
    now = database_now()
    clocks = lock_due(now=now, limit=limit)
    if clocks:
        looked = _look(clocks, now)
        _write(looked)
        _escalate(looked, now)
        notify_swept(looked)
        _publish(clocks)
    return len(clocks)


def _publish(clocks: Sequence[DueClock]) -> None:
    leads: dict[int, set[int]] = defaultdict(set)
    for clock in clocks:
        leads[clock.program_id].add(clock.lead_id)
    for program_id, theirs in leads.items():
        names = [f"lead-{lead_id}" for lead_id in sorted(theirs)[:NAMED_AT_MOST]]
        bus.publish(program_id, "clocks", *names)


def _look(clocks: Sequence[DueClock], now: datetime) -> list[SweptClock]:
    known = contracts(clock.version_id for clock in clocks)
    climbed = climbs([clock.id for clock in clocks if clock.level])
    warnings = _warnings(clocks, known, now)
    looked = []
    for clock in clocks:
        clause = known[clock.version_id].clause(clock.clause) or _FORGOTTEN
        at, answered = climbed.get(clock.id, (None, False))
        standing = Standing(clock.state, clock.due_at, clock.warned, clock.level, at, answered)
        taken = step(standing, clause, now, warnings.get(clock.id, ()))
        looked.append(SweptClock(clock, clause, taken))
    return looked


# A fallback for a clause missing from its contract, which can't happen because contents never
# change. Its clock only runs out.
_FORGOTTEN = SlaClause("", "sales", "timed", "")


def _warnings(
    clocks: Sequence[DueClock], known: dict[int, Contract], now: datetime
) -> dict[int, tuple[datetime, ...]]:
    """Warning times, by clock, of the clocks that are not due yet."""
    early = [
        (clock, clause)
        for clock in clocks
        if clock.state == RUNNING and clock.due_at > now
        if (clause := known[clock.version_id].clause(clock.clause))
    ]
    timed = [clock.lead_id for clock, clause in early if clause.time == BUSINESS]
    states = states_of(timed) if timed else {}
    calendars = BatchCalendars()
    found = {}
    for clock, clause in early:
        working = calendars.of(
            clause,
            program_id=clock.program_id,
            team_id=clock.team_id,
            user_id=clock.owner_id,
            state=states.get(clock.lead_id, ""),
        )
        found[clock.id] = warning_times(clause, clock.started_at, working)
    return found


def _write(looked: Sequence[SweptClock]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            [
                id_array(row.clock.id for row in looked),
                [row.step.state for row in looked],
                id_array(row.step.warned for row in looked),
                id_array(row.step.level for row in looked),
                [row.step.look_at for row in looked],
            ],
        )


def _escalate(looked: Sequence[SweptClock], now: datetime) -> None:
    climbing = [row for row in looked if row.step.climb]
    if not climbing:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _ESCALATE,
            [
                id_array(row.clock.program_id for row in climbing),
                id_array(row.clock.id for row in climbing),
                id_array(row.step.level for row in climbing),
                [row.clause.ladder[row.step.level - 1].to for row in climbing],
                [row.step.climb_due for row in climbing],
                [now] * len(climbing),
            ],
        )

"""Recomputing running promises after a calendar change, or when others have to keep them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from alignment.agreements.models import Kind, State, Version
from alignment.core import audit
from alignment.core.arrays import id_array
from alignment.core.live import bus
from alignment.core.moments import database_now
from alignment.people.models import Program, User

from ..models import Clock
from ..queries.contracts import contracts
from ..queries.hours import Calendars, calendars
from ..rules.contract import BUSINESS, SlaClause, parse_contract
from ..rules.schedule import due_and_look, schedule
from ..rules.sums import Piece
from .calendar_lock import lock_calendars
from .hours_notices import RECOMPUTED, notify_recomputed

# How many clocks are in memory at a time.
AT_ONCE = 20_000

_FIELDS = """
    SELECT c.id, c.lead_id, c.version_id, c.clause, c.side, c.owner_id, c.team_id, c.started_at, c.due_at,
           c.look_at, c.warned, a.state, clock_timestamp()
    FROM sla_clock c JOIN accounts_lead l ON l.id = c.lead_id
    LEFT JOIN accounts_account a ON a.id = l.account_id
    WHERE c.program_id = %(program)s AND c.state = 'running' AND c.due_at > clock_timestamp()"""
_RUNNING = f"""{_FIELDS}
      AND (c.version_id, c.clause) IN (SELECT * FROM unnest(%(versions)s::bigint[],
                                                            %(clauses)s::text[]))
      AND c.id > %(after)s
    ORDER BY c.id LIMIT %(most)s"""
_THESE = f"{_FIELDS} AND c.id = ANY(%(ids)s::bigint[]) ORDER BY c.id"

# A row that has ended or come due since it was read stays as it is. Where only the next look is
# another, no due time moved.
_MOVE = """
    UPDATE sla_clock c
    SET due_at = n.due_at, due_sum = n.due_sum, look_at = n.look_at, updated_at = now(),
        recomputed_at = CASE WHEN n.due_at = c.due_at THEN c.recomputed_at ELSE %(at)s END,
        recomputed_because =
            CASE WHEN n.due_at = c.due_at THEN c.recomputed_because ELSE n.because END
    FROM recomputed n
    WHERE c.id = n.id AND c.state = 'running' AND c.due_at > clock_timestamp()
    RETURNING c.id, c.side, c.due_at <> old.due_at"""


class _Running(NamedTuple):
    id: int
    lead_id: int
    version_id: int
    clause: str
    side: str
    owner_id: int | None
    team_id: int | None
    started_at: datetime
    due_at: datetime
    look_at: datetime | None
    warned: int
    state: str | None
    now: datetime


class Move(NamedTuple):
    """A due time that moved."""

    clock_id: int
    lead_id: int
    clause: SlaClause
    owner_id: int | None
    due_at: datetime
    due_sum: list[Piece]
    look_at: datetime | None
    because: str


@transaction.atomic
def recompute_running(*, program: Program, by: User | None) -> int:
    """Recompute the due times of running clocks after hours, closures or leave changed.

    Only clocks that count business time and are not due yet move, so the change mends no broken
    promise, whether or not the sweep has seen it. It breaks none either: a clock whose new due time
    lies in the past keeps its old one. Works in steps of 20,000 clocks: read, bisect, COPY, UPDATE.
    Returns how many moved; an audit row and a notice to the managers of the sides concerned say so.
    """
    lock_calendars(program.pk)
    clauses = _business_clauses(program)
    if not clauses:
        return 0
    found, at = calendars(program.pk), database_now()
    why = Clock.Recomputed.HOURS.value
    sides: Counter[str] = Counter()
    after = 0
    while batch := _running(program.pk, clauses, after):
        after = batch[-1].id
        sides.update(_move(_moved(batch, clauses, found, lambda _clock: why), at).values())
    if sides:
        _say(program, by, sides, at)
    return sides.total()


def recount(*, program_id: int, because: Mapping[int, str], now: datetime) -> list[Move]:
    """Recompute these clocks by the hours of whoever has to keep them now, by the same rules.

    `because` has the reason by clock. Returns what moved. Call it while the calendars are held.
    """
    if not because:
        return []
    batch = _read(_THESE, {"program": program_id, "ids": id_array(because)})
    known = contracts(clock.version_id for clock in batch)
    clauses = {
        (pk, clause.key): clause
        for pk, contract in known.items()
        for clause in contract.clauses
        if _counts_business_time(clause)
    }
    mine = {clock.id: clock for clock in batch if (clock.version_id, clock.clause) in clauses}
    if not mine:
        return []
    moved = _moved(mine.values(), clauses, calendars(program_id), because.__getitem__)
    rows = [move for move in moved if move.due_at != mine[move.clock_id].due_at]
    written = _move(rows, now)
    return [move for move in rows if move.clock_id in written]


def _counts_business_time(clause: SlaClause) -> bool:
    return clause.is_timed and clause.time == BUSINESS


def _business_clauses(program: Program) -> dict[tuple[int, str], SlaClause]:
    """Clauses by version and key, of all contracts that a clock may still run under."""
    rows = Version.objects.in_program(program).filter(kind=Kind.SLA)
    rows = rows.filter(state__in=[State.IN_FORCE, State.RETIRED])
    return {
        (pk, clause.key): clause
        for pk, content in rows.values_list("pk", "content")
        for clause in parse_contract(content).clauses
        if _counts_business_time(clause)
    }


def _running(
    program_id: int, clauses: Mapping[tuple[int, str], SlaClause], after: int
) -> list[_Running]:
    parameters: dict[str, Any] = {
        "program": program_id,
        "versions": [version for version, _key in clauses],
        "clauses": [key for _version, key in clauses],
        "after": after,
        "most": AT_ONCE,
    }
    return _read(_RUNNING, parameters)


def _read(statement: str, parameters: Mapping[str, Any]) -> list[_Running]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [_Running(*row) for row in cursor.fetchall()]


def _moved(
    batch: Iterable[_Running],
    clauses: Mapping[tuple[int, str], SlaClause],
    found: Calendars,
    because: Callable[[int], str],
) -> list[Move]:
    """The clocks that change; `because` gives the reason of a clock's id."""
    moved: list[Move] = []
    for clock in batch:
        clause = clauses[clock.version_id, clock.clause]
        working = found.of(
            clause.hours_of, team_id=clock.team_id, user_id=clock.owner_id, state=clock.state
        )
        due_at, look_at = due_and_look(clause, clock.started_at, working, clock.warned)
        same = due_at == clock.due_at and look_at == clock.look_at
        if not same and due_at > clock.now:
            due_sum = schedule(clause, clock.started_at, working).due_sum
            move = Move(
                clock.id,
                clock.lead_id,
                clause,
                clock.owner_id,
                due_at,
                due_sum,
                look_at,
                because(clock.id),
            )
            moved.append(move)
    return moved


def _move(rows: list[Move], at: datetime) -> dict[int, str]:
    """Write the rows in one statement; returns id and side of each due time that really moved."""
    if not rows:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS recomputed")
        cursor.execute(
            "CREATE TEMPORARY TABLE recomputed (id bigint PRIMARY KEY, due_at timestamptz,"
            " due_sum jsonb, look_at timestamptz, because text) ON COMMIT DROP"
        )
        with (
            connection.wrap_database_errors,
            cursor.copy("COPY recomputed FROM STDIN") as copy,
        ):
            for row in rows:
                due_sum = json.dumps(row.due_sum)
                copy.write_row((row.clock_id, row.due_at, due_sum, row.look_at, row.because))
        cursor.execute("ANALYZE recomputed")
        cursor.execute(_MOVE, {"at": at})
        return {pk: side for pk, side, moved in cursor.fetchall() if moved}


def _say(program: Program, by: User | None, sides: Mapping[str, int], at: datetime) -> None:
    entry = audit.record(
        by=by,
        action=RECOMPUTED,
        target=program,
        program_id=program.pk,
        count=sum(sides.values()),
        recomputed_at=at.isoformat(),
        **sides,
    )
    notify_recomputed(program=program, entry=entry)
    bus.publish(program.pk, "clocks")

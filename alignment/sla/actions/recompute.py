"""Recomputing running promises after a calendar change, or when others have to keep them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alignment.agreements.models import Kind, State, Version
from alignment.core import audit
from alignment.core.arrays import id_array
from alignment.core.live import bus
from alignment.notifications.actions.notices import NoticeText, notify
from alignment.notifications.models import NoticeKind
from alignment.people.models import Membership, Program, Role, User

from ..queries.contracts import contracts
from ..queries.hours import Calendars, calendars
from ..rules.contract import BUSINESS, SlaClause, parse_contract
from ..rules.schedule import due_and_look, schedule
from .calendar_lock import lock_calendars

# How many clocks are in memory at a time.
AT_ONCE = 20_000

_FIELDS = """
    SELECT c.id, c.version_id, c.clause, c.side, c.owner_id, c.team_id, c.started_at, c.due_at,
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

# A row that has ended or come due since it was read stays as it is.
_MOVE = """
    UPDATE sla_clock c
    SET due_at = n.due_at, due_sum = n.due_sum, look_at = n.look_at, recomputed_at = now()
    FROM recomputed n
    WHERE c.id = n.id AND c.state = 'running' AND c.due_at > clock_timestamp()
    RETURNING c.side, c.lead_id"""


class _Running(NamedTuple):
    id: int
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
    found = calendars(program.pk)
    sides: dict[str, int] = {}
    after = 0
    while batch := _running(program.pk, clauses, after):
        after = batch[-1].id
        for side in _move(_moved(batch, clauses, found)):
            sides[side] = sides.get(side, 0) + 1
    if sides:
        _say(program, by, sides)
    return sum(sides.values())


def recount(*, program_id: int, clock_ids: Collection[int]) -> None:
    """Recompute these clocks by the hours of whoever has to keep them now, by the same rules.

    Call it while the calendars are held.
    """
    if not clock_ids:
        return
    batch = _read(_THESE, {"program": program_id, "ids": id_array(clock_ids)})
    known = contracts(clock.version_id for clock in batch)
    clauses = {
        (pk, clause.key): clause
        for pk, contract in known.items()
        for clause in contract.clauses
        if _counts_business_time(clause)
    }
    mine = {clock.id: clock for clock in batch if (clock.version_id, clock.clause) in clauses}
    moved = _moved(mine.values(), clauses, calendars(program_id)) if mine else []
    _move([row for row in moved if row[1] != mine[row[0]].due_at])


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
    batch: Iterable[_Running], clauses: Mapping[tuple[int, str], SlaClause], found: Calendars
) -> list[tuple[Any, ...]]:
    """(id, due, sum as JSON, next look) of the clocks that change."""
    moved: list[tuple[Any, ...]] = []
    for clock in batch:
        clause = clauses[clock.version_id, clock.clause]
        working = found.of(
            clause.hours_of, team_id=clock.team_id, user_id=clock.owner_id, state=clock.state
        )
        due_at, look_at = due_and_look(clause, clock.started_at, working, clock.warned)
        same = due_at == clock.due_at and look_at == clock.look_at
        if not same and due_at > clock.now:
            due_sum = schedule(clause, clock.started_at, working).due_sum
            moved.append((clock.id, due_at, json.dumps(due_sum), look_at))
    return moved


def _move(rows: list[tuple[Any, ...]]) -> list[str]:
    """Write the rows in one statement; returns the side of each clock that really moved."""
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS recomputed")
        cursor.execute(
            "CREATE TEMPORARY TABLE recomputed (id bigint PRIMARY KEY, due_at timestamptz,"
            " due_sum jsonb, look_at timestamptz) ON COMMIT DROP"
        )
        with (
            connection.wrap_database_errors,
            cursor.copy("COPY recomputed (id, due_at, due_sum, look_at) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
        cursor.execute("ANALYZE recomputed")
        cursor.execute(_MOVE)
        return [side for side, _lead in cursor.fetchall()]


def _say(program: Program, by: User | None, sides: Mapping[str, int]) -> None:
    count = sum(sides.values())
    entry = audit.record(
        by=by, action="clock.recompute", target=program, program_id=program.pk, count=count, **sides
    )
    rows = Membership.objects.in_program(program).select_related("user")
    managers = rows.filter(role=Role.MANAGER, team__side__in=list(sides), user__is_active=True)
    who = str(by) if by else "Entente"

    def words() -> NoticeText:
        title = ngettext(
            "%(count)d due time was counted anew", "%(count)d due times were counted anew", count
        )
        text = _("%(who)s changed when people work. Promises that were broken stay broken.")
        return NoticeText(
            title % {"count": count}, text % {"who": who}, f"/p/{program.slug}/sla/hours/"
        )

    notify(
        program=program,
        users=[row.user for row in managers if by is None or row.user_id != by.pk],
        kind=NoticeKind.HOURS,
        cause=f"recompute-{entry.pk}",
        words=words,
    )
    bus.publish(program.pk, "clocks")

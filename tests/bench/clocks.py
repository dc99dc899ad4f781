"""The sweep: idle over many open clocks, and when 10,000 promises break at once."""

import re
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import in_force
from alignment.core.moments import database_now
from alignment.people.models import Membership, Program, Role, Side, Team, User
from alignment.sla.actions import setup
from alignment.sla.actions.due_clocks import _DUE, lock_due
from alignment.sla.actions.sweep import BATCH, sweep

from .report import Report

FEW, MANY, DUE = 10_000, 1_000_000, 10_000
IDLE_ROUNDS, ROUNDS = 200, 5

_EVENTS = """
    INSERT INTO accounts_journalevent (program_id, kind, at, lead_id, cause, detail, is_followed)
    SELECT %(program)s, 'handed_off', now(), leads[1 + n %% cardinality(leads)], '{}', '{}', true
    FROM generate_series(1, %(count)s) n,
         (SELECT array_agg(id) AS leads FROM (SELECT id FROM accounts_lead
          WHERE program_id = %(program)s ORDER BY id LIMIT 20000) first) all_leads"""
_CLOCKS = """
    INSERT INTO sla_clock (program_id, version_id, clause, side, lead_id, event_id, owner_id,
        team_id, started_at, due_at, due_sum, look_at)
    SELECT e.program_id, %(version)s, 'first-contact', 'sales', e.lead_id, e.id, %(rep)s, %(team)s,
        now(), due, due_sum::jsonb, due
    FROM (SELECT *, now() + %(ahead)s::interval + make_interval(secs => id %% 2592000) AS due
          FROM accounts_journalevent WHERE program_id = %(program)s AND id > %(after)s) e,
         (SELECT '[{"at": "2026-06-08T13:00:00Z", "minutes": 60}]' AS due_sum) said"""
# Table -> column: type. Arrays, because statements with thousands of values take longer to parse.
_INSERTS = {
    "sla_escalation": {
        "program_id": "bigint",
        "clock_id": "bigint",
        "level": "smallint",
        '"to"': "text",
        "due_at": "timestamptz",
        "created_at": "timestamptz",
    },
    "notifications_notice": {
        "program_id": "bigint",
        "user_id": "bigint",
        "kind": "text",
        "cause": "text",
        "title": "text",
        "text": "text",
        "path": "text",
        "mailed_at": "timestamptz",
    },
    "notifications_delivery": {
        "program_id": "bigint",
        "channel": "text",
        "user_id": "bigint",
        "event": "text",
        "payload": "jsonb",
        "cause": "text",
    },
}


def measure(report: Report, program: Program) -> None:
    people = _people(program)
    _clocks(people, FEW, ahead="1 day")
    few_sweep, few_scan = _idle(sweep), _idle(_scan)
    _clocks(people, MANY - FEW, ahead="1 day")
    many_sweep, many_scan = _idle(sweep), _idle(_scan)
    plan = _plan()
    report.note(f"plan of an idle sweep over {MANY:,} open clocks:\n{plan}")
    pages = sum(map(int, re.findall(r"shared hit=(\d+)", plan.split("LockRows")[0])))
    report.at_most("pages that an idle sweep reads", pages, 10, "")
    report.note(
        f"idle: {1000 * few_sweep:.2f} ms over {FEW:,} clocks, {1000 * many_sweep:.2f} ms over"
        f" {MANY:,}; the scan alone {1000 * few_scan:.2f} and {1000 * many_scan:.2f} ms"
    )
    report.at_most("idle sweep, 1,000,000 open clocks against 10,000", many_sweep / few_sweep, 1.5)
    # Warm-up: a running worker has already loaded its URLs and translations.
    _break(people, 1)
    _empty(program)
    ratios, floors = [], []
    for _ in range(ROUNDS):
        took = _break(people, DUE)
        floors.append(_floor(program))
        ratios.append(took / floors[-1])
        _forget(program)
    floor = statistics.median(floors)
    report.note(f"floor: {floor:.2f} s for {DUE:,} escalations with notice and mail, bare inserts")
    report.at_most(f"{DUE:,} promises break at once", statistics.median(ratios), 3.0)


def _people(program: Program) -> dict[str, Any]:
    """A manager to be notified, a rep, and the contract."""
    setup.install_defaults(program=program, by=None)
    team, _made = Team.objects.in_program(program).get_or_create(
        program=program, side=Side.SALES, name="Sales"
    )
    seats = {}
    for role in (Role.MANAGER, Role.MEMBER):
        user, _made = User.objects.get_or_create(email=f"clock-{role}@bench.example", name=role)
        Membership.objects.in_program(program).get_or_create(
            program=program, user=user, defaults={"role": role, "team": team}
        )
        seats[role] = user.pk
    version: Version | None = in_force(program, Kind.SLA)
    assert version
    return {
        "program": program.pk,
        "version": version.pk,
        "rep": seats[Role.MEMBER],
        "team": team.pk,
    }


def _clocks(people: dict[str, Any], count: int, *, ahead: str) -> None:
    """That many running clocks, due over 30 days starting `ahead` from now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(max(id), 0) FROM accounts_journalevent")
        (after,) = cursor.fetchone()
        given = {**people, "count": count, "ahead": ahead, "after": after}
        cursor.execute(_EVENTS, given)
        cursor.execute(_CLOCKS, given)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE sla_clock, accounts_journalevent")


def _idle(look: Callable[[], Any]) -> float:
    took = []
    for _ in range(IDLE_ROUNDS):
        start = time.perf_counter()
        assert not look()
        took.append(time.perf_counter() - start)
    # The fastest round: other load on the machine only ever adds time.
    return min(took)


@transaction.atomic
def _scan() -> Any:
    return lock_due(now=database_now(), limit=BATCH)


def _plan() -> str:
    with connection.cursor() as cursor:
        now = database_now()
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {_DUE}", {"now": now, "limit": BATCH})
        return "\n".join(f"    {line}" for (line,) in cursor.fetchall())


def _break(people: dict[str, Any], count: int) -> float:
    """Seconds until all of them are escalated."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sla_clock SET due_at = now() - interval '1 second', look_at = now()"
            " WHERE id IN (SELECT id FROM sla_clock WHERE program_id = %s AND state = 'running'"
            "              ORDER BY id DESC LIMIT %s)",
            [people["program"], count],
        )
        cursor.execute("VACUUM ANALYZE sla_clock")
    start = time.perf_counter()
    looked = sweep()
    took = time.perf_counter() - start
    assert looked == count, looked
    return took


def _floor(program: Program) -> float:
    """Seconds to write the same rows with plain inserts only, in batches of the same size."""
    rows = {table: _read(table, columns, program) for table, columns in _INSERTS.items()}
    assert {len(found) for found in rows.values()} == {DUE}
    _empty(program)
    start = time.perf_counter()
    for first in range(0, DUE, BATCH):
        with transaction.atomic():
            for table, columns in _INSERTS.items():
                _insert(table, columns, rows[table][first : first + BATCH])
    return time.perf_counter() - start


def _read(table: str, columns: dict[str, str], program: Program) -> list[tuple[Any, ...]]:
    names = ", ".join(columns).replace("payload", "payload::text")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {table} WHERE program_id = %s", [program.pk])
        return list(cursor.fetchall())


def _insert(table: str, columns: dict[str, str], rows: list[tuple[Any, ...]]) -> None:
    arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM unnest({arrays})",
            [list(column) for column in zip(*rows, strict=True)],
        )


def _empty(program: Program) -> None:
    with connection.cursor() as cursor:
        for table in reversed(_INSERTS):
            cursor.execute(f"DELETE FROM {table} WHERE program_id = %s", [program.pk])
        cursor.execute(f"VACUUM ANALYZE {', '.join(_INSERTS)}")


def _forget(program: Program) -> None:
    """Broken clocks are no longer looked at; the next round has as many open clocks."""
    _empty(program)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sla_clock SET look_at = NULL WHERE program_id = %s AND state = 'broken'",
            [program.pk],
        )
        cursor.execute("VACUUM sla_clock")

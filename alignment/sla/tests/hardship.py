"""Promises that come due while sweepers are killed, and the invariants to check afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.models import JournalEvent, Lead
from alignment.notifications.models import Notice
from alignment.people.models import Program
from alignment.sla.models import Clock, Escalation
from tests import cast as make
from tests.cast import Cast

from .promises import clause, contract, happened

# Each breach climbs two steps at once, so twice as much could be duplicated.
STEEP = [
    {"step": 1, "to": "manager", "after_minutes": 0, "channels": ["app", "email"]},
    {"step": 2, "to": "owner", "after_minutes": 0, "channels": ["app", "email"]},
]
LATEST_S = 30.0

_EVENTS = """
    INSERT INTO accounts_journalevent (program_id, kind, at, lead_id, cause, detail, is_followed)
    SELECT %(program)s, 'handed_off', now(), %(lead)s, '{}', '{}', true
    FROM generate_series(1, %(count)s)"""
_CLOCKS = """
    INSERT INTO sla_clock (program_id, version_id, clause, side, lead_id, event_id, owner_id,
        team_id, started_at, due_at, look_at)
    SELECT program_id, %(version)s, 'contact', 'sales', lead_id, id, %(owner)s, %(team)s,
        now() - interval '1 hour', due, due
    FROM (SELECT e.*, now() + make_interval(secs => random() * %(window)s) AS due
          FROM accounts_journalevent e WHERE program_id = %(program)s AND kind = 'handed_off') e"""


def make_due(cast: Cast, *, count: int, window: float) -> None:
    """Create `count` running clocks, due one after the other within `window` seconds from now."""
    version = contract(cast.program, clause(warn_at=[], ladder=STEEP))
    lead = make.lead(cast.program, owner=cast.rep)
    given: dict[str, Any] = {
        "program": cast.program.pk,
        "lead": lead.pk,
        "count": count,
        "version": version.pk,
        "owner": cast.rep.pk,
        "team": cast.sales.pk,
        "window": window,
    }
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, given)
        cursor.execute(_CLOCKS, given)


@contextmanager
def sweepers(env: Mapping[str, str], *, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """Run `sweepers.py` processes until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "alignment.sla.tests.sweepers", "--seconds", str(seconds)],
        env=dict(env),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def environment() -> dict[str, str]:
    """The environment for processes that use this test's database."""
    base, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    name = connection.settings_dict["NAME"]
    return {**os.environ, "DATABASE_URL": f"{base}/{name}", "DATABASE_POOL": "3"}


def open_ones(program: Program) -> int:
    """The number of clocks still to be looked at and of unprocessed events."""
    waiting = JournalEvent.objects.in_program(program).filter(is_followed=False, lead__isnull=False)
    clocks = Clock.objects.in_program(program).filter(look_at__isnull=False)
    return clocks.count() + waiting.exclude(kind="lead_opened").count()


def wait_until_done(program: Program, seconds: float) -> None:
    until = time.monotonic() + seconds
    while open_ones(program):
        assert time.monotonic() < until, f"{open_ones(program)} still open"
        time.sleep(0.2)


@dataclass(frozen=True)
class Outcome:
    """The outcome of the clocks; times in seconds after they were due."""

    broken: int
    escalations: int
    earliest: float
    latest: float
    notices: int
    mails: int


_OUTCOME = """
    SELECT (SELECT count(*) FROM sla_clock WHERE program_id = %(program)s AND state = 'broken'),
           count(*), min(extract(epoch FROM e.created_at - c.due_at))::float,
           max(extract(epoch FROM e.created_at - GREATEST(c.due_at, %(back)s)))::float,
           (SELECT count(*) FROM notifications_notice n WHERE n.program_id = %(program)s),
           (SELECT count(*) FROM notifications_delivery d WHERE d.program_id = %(program)s)
    FROM sla_escalation e JOIN sla_clock c ON c.id = e.clock_id WHERE e.program_id = %(program)s"""


def outcome(program: Program, *, back: Any = "-infinity") -> Outcome:
    """`back`: when the database came back, used for clocks that were due during the outage."""
    with connection.cursor() as cursor:
        cursor.execute(_OUTCOME, {"program": program.pk, "back": back})
        return Outcome(*cursor.fetchone())


def twice(program: Program) -> list[Any]:
    """Clocks whose steps are not exactly 1 and 2."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id FROM sla_clock c LEFT JOIN sla_escalation e ON e.clock_id = c.id"
            " WHERE c.program_id = %s AND c.state = 'broken' GROUP BY c.id"
            " HAVING array_agg(e.level ORDER BY e.level) <> ARRAY[1, 2]::smallint[]",
            [program.pk],
        )
        return list(cursor.fetchall())


def check(program: Program, count: int, *, back: Any = "-infinity") -> Outcome:
    """Check that every escalation was made exactly once, with notice and mail, not early, not
    late."""
    found = outcome(program, back=back)
    assert twice(program) == []
    assert (found.broken, found.escalations) == (count, 2 * count), found
    assert (found.notices, found.mails) == (2 * count, 2 * count), found
    assert found.earliest >= 0, found
    assert found.latest <= LATEST_S, found
    assert Escalation.objects.in_program(program).count() == 2 * count
    assert Notice.objects.in_program(program).filter(kind="breach").count() == 2 * count
    return found


def work(cast: Cast, leads: list[Lead], rounds: int) -> None:
    """What people do meanwhile: leads are handed over and called at once."""
    for _ in range(rounds):
        for lead in leads:
            happened(lead, "handed_off")
            happened(lead, "contacted")

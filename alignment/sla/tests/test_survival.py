"""Clocks handled by real processes that are killed at any moment."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from accounts.models import JournalEvent, Lead
from alignment.sla.actions.crm import set_outside_crm
from alignment.sla.actions.sweep import sweep
from alignment.sla.models import Clock
from tests import cast as make
from tests.cast import Cast

from .broken_broker import SLOWEST_BESIDE_OTHERS_S, SLOWEST_S, Product, product
from .hardship import check, environment, make_due, sweepers, wait_until_done, work
from .promises import clause, clock, clocks, contract, due, follow


@pytest.mark.django_db(transaction=True)
def test_every_escalation_exactly_once_whoever_is_killed(cast: Cast) -> None:
    """The short form of `make torture`: 600 promises in 5 s, kills for 5 s."""
    contract(cast.program, clause())
    leads = [make.lead(cast.program, owner=cast.rep) for _ in range(3)]
    JournalEvent.objects.in_program(cast.program).update(is_followed=True)
    with sweepers(environment(), seconds=5) as process:
        make_due(cast, count=600, window=5)
        work(cast, leads, rounds=20)
        assert process.stdout is not None
        kills = int(process.stdout.readline().split()[-1])
        wait_until_done(cast.program, 40)
    assert kills >= 4
    check(cast.program, 600)
    done = Clock.objects.in_program(cast.program).filter(lead__in=leads)
    assert set(done.values_list("state", flat=True)) == {"kept"}
    assert done.count() == 60


@pytest.mark.parametrize("hours", [2, -2])
def test_the_clock_of_the_application_decides_nothing(cast: Cast, hours: int) -> None:
    contract(cast.program, clause(warn_at=[]))
    mine, other = (make.lead(cast.program, owner=cast.rep) for _ in range(2))
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours), tick=True):
        follow(mine, "handed_off", at=datetime.now(UTC))
        follow(other, "handed_off")
        due(clock(other))
        sweep()
        follow(mine, "contacted", at=datetime.now(UTC))
    assert clock(other).state == "broken"
    kept = clock(mine)
    assert kept.state == "kept"
    assert kept.met_at
    assert kept.started_at <= kept.met_at <= kept.due_at
    assert abs((datetime.now(UTC) - kept.started_at).total_seconds()) < 60


@pytest.fixture
def mine(cast: Cast) -> Lead:
    """A lead of Ravi's whose status an outside CRM has to confirm within an hour."""
    contract(cast.program, clause("crm", starts="status_changed", ends="crm_updated"))
    set_outside_crm(program=cast.program, outside_crm=True, by=cast.owner)
    found = make.lead(cast.program, owner=cast.rep)
    JournalEvent.objects.in_program(cast.program).update(is_followed=True)
    return found


def _works(running: Product, lead: Lead, *, seconds: float) -> None:
    """For `seconds`, pages open and events arrive; then everything that arrived is processed."""
    before = len(clocks(lead))
    until = time.monotonic() + seconds
    calls = 0
    while time.monotonic() < until:
        assert running.page() == running.page("queue/") == 200
        call = {"called_at": "2026-01-05T10:00:00Z", "outcome": "not_now", "note": "Later."}
        assert running.api(f"leads/{lead.pk}/validation-calls/", call) == 200
        calls += 1
        time.sleep(0.3)
    patience = time.monotonic() + 30
    while len(clocks(lead)) < before + calls:
        assert time.monotonic() < patience, (before, calls, len(clocks(lead)))
        time.sleep(0.2)
    assert len(clocks(lead)) == before + calls


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_frozen_or_gone(cast: Cast, mine: Lead) -> None:
    """The short form, without Celery: the guard does it all."""
    with (
        tempfile.TemporaryDirectory(prefix="entente-broker-") as folder,
        product(cast, Path(folder), with_celery=False, late_after=1) as running,
    ):
        _works(running, mine, seconds=0.5)
        running.freeze()
        _works(running, mine, seconds=3)
        running.thaw()
        running.stop_broker()
        _works(running, mine, seconds=2)
    assert max(running.took) < SLOWEST_BESIDE_OTHERS_S, sorted(running.took)[-5:]


@pytest.mark.torture
@pytest.mark.django_db(transaction=True)
def test_a_minute_without_broker(cast: Cast, mine: Lead) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="entente-broker-") as folder,
        product(cast, Path(folder), with_celery=True, late_after=10) as running,
    ):
        _works(running, mine, seconds=5)
        running.flush()
        _works(running, mine, seconds=5)
        running.freeze()
        _works(running, mine, seconds=60)
        running.thaw()
        _works(running, mine, seconds=5)
        running.stop_broker()
        _works(running, mine, seconds=15)
        running.start_broker()
        _works(running, mine, seconds=5)
    print(f"{len(running.took)} answers, slowest {max(running.took):.2f} s")
    assert max(running.took) < SLOWEST_S, sorted(running.took)[-5:]


@pytest.mark.torture
def test_five_thousand_promises_killed_sweepers_and_a_database_that_falls() -> None:
    with tempfile.TemporaryDirectory(prefix="entente-torture-") as folder:
        command = [sys.executable, "-m", "alignment.sla.tests.torture", folder]
        env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "BROKER_URL")}
        done = subprocess.run(command, env=env, timeout=900, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    print(done.stdout)

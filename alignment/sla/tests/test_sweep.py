"""What the passing of time does to clocks: warnings, breaches, ladders."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Lead
from alignment.core.locks import Turn
from alignment.notifications.models import Delivery, Endpoint, Notice
from alignment.people.models import Role
from alignment.sla.actions.answers import acknowledge
from alignment.sla.actions.due_clocks import _DUE
from alignment.sla.actions.sweep import mark_age, sweep
from alignment.sla.management.commands.run_guard import look
from alignment.sla.models import Clock, Escalation, SweepMark
from tests import cast as make
from tests.cast import Cast

from .promises import LADDER, clause, clock, clocks, contract, database_now, due, follow, happened


@pytest.fixture
def lead(cast: Cast) -> Lead:
    """Ravi's lead, just handed over, with one promise running."""
    contract(cast.program, clause())
    found = make.lead(cast.program, owner=cast.rep)
    follow(found, "handed_off")
    return found


def passed(found: Clock, minutes: float) -> Clock:
    """Shift the clock as if it had begun this many minutes ago."""
    start = database_now() - timedelta(minutes=minutes)
    found.look_at = found.look_at + (start - found.started_at) if found.look_at else None
    found.due_at, found.started_at = found.due_at + (start - found.started_at), start
    found.save()
    return found


def told(cast: Cast, kind: str) -> list[tuple[str, str]]:
    rows = Notice.objects.in_program(cast.program).filter(kind=kind).order_by("pk")
    return [(str(notice.user), notice.title) for notice in rows.select_related("user")]


def levels(found: Clock) -> list[int]:
    return list(found.escalations.order_by("level").values_list("level", flat=True))


def test_before_its_time_nothing_happens(cast: Cast, lead: Lead) -> None:
    assert sweep() == 0
    assert not Notice.objects.in_program(cast.program).exists()
    assert clock(lead).state == "running"


def test_each_warning_once_and_to_who_can_still_act(cast: Cast, lead: Lead) -> None:
    passed(clock(lead), 31)
    assert (sweep(), sweep()) == (1, 0)
    found = clock(lead)
    assert (found.state, found.warned) == ("running", 1)
    assert found.look_at == found.started_at + timedelta(minutes=48)
    passed(found, 49)
    sweep()
    found = clock(lead)
    assert (found.warned, found.look_at) == (2, found.due_at)
    name = clock(lead).lead.stakeholder
    assert [who for who, _title in told(cast, "warning")] == ["Ravi Rep", "Ravi Rep"]
    assert str(name) in told(cast, "warning")[0][1]


def test_of_missed_warnings_one_is_sent(cast: Cast, lead: Lead) -> None:
    passed(clock(lead), 55)
    sweep()
    assert (clock(lead).warned, len(told(cast, "warning"))) == (2, 1)


def test_warnings_of_business_time_count_business_time(cast: Cast, lead: Lead) -> None:
    contract(cast.program, clause("slow", time="business", hours_of="prospect", minutes=1200))
    follow(lead, "handed_off")
    found = clock(lead, "slow")
    half = found.look_at
    assert half
    assert found.started_at + timedelta(minutes=600) < half < found.due_at
    Clock.objects.in_program(cast.program).filter(pk=found.pk).update(look_at=database_now())
    sweep()
    assert clock(lead, "slow").look_at == half


def test_without_owner_the_managers_are_warned(cast: Cast, lead: Lead) -> None:
    Clock.objects.in_program(cast.program).update(owner=None)
    passed(clock(lead), 31)
    sweep()
    assert [who for who, _title in told(cast, "warning")] == ["Sarah Sales"]


def test_a_breach_goes_to_the_manager_at_once(cast: Cast, lead: Lead) -> None:
    found = due(clock(lead))
    assert (sweep(), sweep()) == (1, 0)
    found.refresh_from_db()
    assert (found.state, found.ended_at, found.level) == ("broken", found.due_at, 1)
    escalation = found.escalations.get()
    assert (escalation.to, escalation.due_at) == ("manager", found.due_at)
    assert found.look_at == escalation.created_at + timedelta(minutes=30)
    assert [who for who, _title in told(cast, "breach")] == ["Sarah Sales"]


def test_managers_of_the_owners_team_come_first(cast: Cast, lead: Lead) -> None:
    west = make.team(cast.program, cast.sales.side, "West")  # type: ignore[arg-type]
    wes = make.user(name="Wes West")
    make.member(cast.program, wes, Role.MANAGER, west)
    due(clock(lead))
    sweep()
    assert [who for who, _title in told(cast, "breach")] == ["Sarah Sales"]


def test_nobody_to_tell_means_the_owner(cast: Cast, lead: Lead) -> None:
    cast.membership("sales_manager").delete()
    due(clock(lead))
    sweep()
    assert [who for who, _title in told(cast, "breach")] == ["Olivia Owner"]


def test_an_ignored_breach_climbs_and_then_rests(cast: Cast, lead: Lead) -> None:
    found = due(clock(lead))
    sweep()
    _a_while_ago(found, 31)
    sweep()
    assert levels(found) == [1, 2]
    found.refresh_from_db()
    assert found.look_at is None
    who = [who for who, _title in told(cast, "breach")]
    assert who == ["Sarah Sales", "Olivia Owner"]
    _a_while_ago(found, 600)
    assert sweep() == 0


def _a_while_ago(found: Clock, minutes: int) -> None:
    """Shift the last look at the clock this many minutes back."""
    back = timedelta(minutes=minutes)
    found.refresh_from_db()
    for row in found.escalations.all():
        row.created_at -= back
        row.save()
    if found.look_at:
        found.look_at -= back
        found.save()


def test_a_late_machine_leaves_everybody_their_time(cast: Cast, lead: Lead) -> None:
    """Nobody was notified for two hours after the breach: the manager still gets the half hour."""
    found = due(clock(lead), 120)
    sweep()
    assert levels(found) == [1]
    found.refresh_from_db()
    assert found.look_at
    assert found.look_at > database_now() + timedelta(minutes=29)


def test_who_answers_stops_the_ladder(cast: Cast, lead: Lead) -> None:
    found = due(clock(lead))
    sweep()
    acknowledge(escalation=found.escalations.get(), answer="Calls at noon.", by=cast.sales_manager)
    _a_while_ago(found, 31)
    Clock.objects.in_program(cast.program).update(look_at=database_now())
    sweep()
    assert levels(found) == [1]
    found.refresh_from_db()
    assert found.look_at is None


def test_steps_without_pause_follow_each_other(cast: Cast, lead: Lead) -> None:
    steep = [
        {"step": n + 1, "to": to, "after_minutes": 0, "channels": ["app"]}
        for n, to in enumerate(["manager", "other_manager", "owner"])
    ]
    contract(cast.program, clause("steep", ladder=steep), clause("flat", ladder=[]))
    follow(lead, "handed_off")
    found, flat = due(clock(lead, "steep")), due(clock(lead, "flat"))
    sweep()
    sweep()
    sweep()
    assert levels(found) == [1, 2, 3]
    who = [who for who, _title in told(cast, "breach")]
    assert who == ["Sarah Sales", "Marc Manager", "Olivia Owner"]
    flat.refresh_from_db()
    assert (flat.state, flat.look_at, levels(flat)) == ("broken", None, [])


def test_outside_goes_what_the_contract_and_the_endpoint_say(cast: Cast, lead: Lead) -> None:
    Endpoint.objects.create(
        program=cast.program,
        kind="webhook",
        name="CRM",
        url="https://hooks.example/x",
        events=["warning", "breach", "escalation"],
    )
    loud = [{**LADDER[0], "channels": ["webhook"]}]
    contract(cast.program, clause("quiet"), clause("loud", ladder=loud))
    follow(lead, "handed_off")
    for key in ("quiet", "loud"):
        due(clock(lead, key))
    sweep()
    rows = Delivery.objects.in_program(cast.program).filter(channel="webhook")
    sent = sorted((row.event, row.payload["data"]["clause"]) for row in rows)
    assert sent == [("breach", "loud"), ("breach", "quiet"), ("escalation", "loud")]
    assert len(told(cast, "breach")) == 1


def test_a_deed_that_waits_to_be_carried_on_holds_up_the_breach(cast: Cast, lead: Lead) -> None:
    found = due(clock(lead))
    call = happened(lead, "contacted")
    assert sweep() == 0
    call.recorded_at = database_now() - timedelta(seconds=11)
    call.save()
    assert sweep() == 1
    assert levels(found) == [1]


def test_statements_do_not_grow_with_what_is_due(cast: Cast, lead: Lead) -> None:
    def statements(count: int) -> int:
        for found in (lead, *(make.lead(cast.program, owner=cast.rep) for _ in range(count - 1))):
            follow(found, "handed_off")
            due(clocks(found)[-1])
        with CaptureQueriesContext(connection) as seen:
            assert sweep() == count
        Clock.objects.in_program(cast.program).delete()
        return len(seen)

    Clock.objects.in_program(cast.program).delete()
    few = statements(1)
    assert statements(6) == few < 30


def test_batches(cast: Cast, lead: Lead) -> None:
    for _ in range(4):
        follow(lead, "handed_off")
    for found in clocks(lead):
        due(found)
    assert sweep(batch=2) == 5
    assert Escalation.objects.in_program(cast.program).count() == 5


@pytest.mark.usefixtures("cast")
def test_each_sweep_leaves_its_mark() -> None:
    SweepMark.objects.all().delete()
    assert mark_age() is None
    sweep()
    age = mark_age()
    assert age is not None
    assert age < 5


def test_the_guard_sweeps_only_when_nobody_does(cast: Cast, lead: Lead) -> None:
    sweep()
    assert not look()
    found = due(clock(lead))
    SweepMark.objects.update(at=database_now() - timedelta(seconds=11))
    assert look()
    assert levels(found) == [1]
    assert not look()


@pytest.mark.django_db(transaction=True)
def test_of_two_guards_one_sweeps(cast: Cast) -> None:
    from django.db import connections

    contract(cast.program, clause())
    mine = make.lead(cast.program, owner=cast.rep)
    follow(mine, "handed_off")
    due(clock(mine))
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [Turn.GUARDING])
            assert sweep(as_guard=True) == 0
            cursor.execute("ROLLBACK")
        assert sweep(as_guard=True) == 1
    finally:
        other.close()


def test_an_idle_sweep_reads_the_index(cast: Cast, lead: Lead) -> None:
    """It does so however many clocks are open."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + _DUE, {"now": database_now(), "limit": 100})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "clock_to_look_at" in plan
    assert "journal_to_follow" in plan or "journal_of_lead" in plan


def test_the_command_exists() -> None:
    with pytest.raises(SystemExit):
        call_command("run_guard", "--help")

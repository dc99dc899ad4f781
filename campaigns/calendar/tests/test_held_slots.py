"""The database keeps two people off one prospect, planning at the same moment included."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.calendar.models import Touch, TouchPerson
from campaigns.calendar.rules.times import takes_place
from tests import cast as make

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 3, 10, 14, tzinfo=UTC)
RIVALS = 50


def plan(person: Any, who: Any, *, starts: Any = AT, thread: Any = 0, **more: Any) -> Any:
    fields = {"channel": "call", "side": "sales", "ends_at": starts + timedelta(hours=1)} | more
    with transaction.atomic():
        touch = Touch.objects.create(
            program=person.program,
            account=person.account,
            who=who,
            starts_at=starts,
            thread=thread,
            **fields,
        )
        if not thread:
            Touch.objects.in_program(person.program).filter(pk=touch.pk).update(thread=touch.pk)
            touch.thread = touch.pk
        TouchPerson.objects.create(program=person.program, touch=touch, stakeholder=person)
    return touch


@pytest.fixture
def person(cast: Any) -> Any:
    return make.stakeholder(cast.program, make.account(cast.program))


def change(touch: Any, **fields: Any) -> Any:
    Touch.objects.in_program(touch.program).filter(pk=touch.pk).update(**fields)


def test_one_of_fifty_planners_holds_the_slot(cast: Any, person: Any) -> None:
    rivals = [make.user() for _ in range(RIVALS)]
    barrier = threading.Barrier(RIVALS)

    def run(who: Any) -> Any:
        barrier.wait()
        try:
            plan(person, who)
        except IntegrityError as refused:
            cause: Any = refused.__cause__
            return cause.diag.constraint_name
        finally:
            connection.close()
        return "held"

    with ThreadPoolExecutor(RIVALS) as pool:
        told = list(pool.map(run, rivals))
    assert sorted(set(told)) == ["held", "no_double_prospecting"]
    assert told.count("held") == 1
    assert Touch.objects.in_program(cast.program).count() == 1


def test_the_gap_is_kept_to_the_minute(cast: Any, person: Any) -> None:
    plan(person, cast.rep)
    free = AT + timedelta(hours=25)
    with pytest.raises(IntegrityError, match="no_double_prospecting"):
        plan(person, cast.owner, starts=free - timedelta(minutes=1))
    assert plan(person, cast.owner, starts=free).pk


def test_touches_of_one_thread_may_come_close(cast: Any, person: Any) -> None:
    first = plan(person, cast.rep)
    assert plan(person, cast.owner, thread=first.thread).pk


def test_touches_of_one_planner_may_come_close(cast: Any, person: Any) -> None:
    plan(person, cast.rep)
    assert plan(person, cast.rep, message="Once more").pk


def test_moving_into_a_held_slot_is_refused_and_skipping_frees_it(cast: Any, person: Any) -> None:
    first = plan(person, cast.rep)
    later = plan(person, cast.owner, starts=AT + timedelta(days=5))
    there = {"starts_at": AT, "ends_at": AT + timedelta(hours=1)}
    with pytest.raises(IntegrityError, match="no_double_prospecting"):
        change(later, **there)
    change(first, state="skipped", skipped_because="Out of office")
    change(later, **there)


def test_what_a_tool_reports_as_sent_is_kept(cast: Any, person: Any) -> None:
    plan(person, cast.rep)
    fact = {"state": "done", "done_at": AT, "source": "mail", "external_id": "1"}
    assert plan(person, cast.owner, **fact).pk


def test_what_is_done_early_holds_its_moment_and_frees_the_plan(cast: Any, person: Any) -> None:
    first = plan(person, cast.rep)
    early = AT - timedelta(days=4)
    change(first, state="done", done_at=early)
    assert plan(person, cast.owner, starts=AT).pk
    with pytest.raises(IntegrityError, match="no_double_prospecting"):
        plan(person, cast.owner, starts=early + timedelta(hours=23))
    # Told more exactly, it moves along.
    change(first, done_at=early - timedelta(days=3))
    assert plan(person, cast.owner, starts=early + timedelta(hours=23)).pk


def test_a_fact_is_not_refused_and_holds_nothing_that_others_hold(cast: Any, person: Any) -> None:
    plan(person, cast.owner)
    mine = plan(person, cast.rep, starts=AT + timedelta(days=5))
    change(mine, state="done", done_at=AT)
    held = TouchPerson.objects.in_program(cast.program).get(touch=mine)
    assert not held.holds
    # Planned again it holds its own place, and not before.
    change(mine, state="planned", done_at=None)
    with pytest.raises(IntegrityError, match="no_double_prospecting"):
        plan(person, cast.owner, starts=AT + timedelta(days=5))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(1, 9), st.none() | st.integers(-9, 18))
def test_rules_and_database_say_alike_when_a_touch_takes_place(
    cast: Any, person: Any, lasts: int, done: int | None
) -> None:
    done_at = None if done is None else AT + timedelta(hours=done)
    ends = AT + timedelta(hours=lasts)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lower(t), upper(t) FROM calendar_time(jsonb_populate_record("
            "NULL::calendar_touch, jsonb_build_object('starts_at', %s::timestamptz, 'ends_at',"
            " %s::timestamptz, 'done_at', %s::timestamptz))) t",
            [AT, ends, done_at],
        )
        assert cursor.fetchone() == takes_place(AT, ends, done_at)


def test_one_moment_is_held_by_who_did_it_or_by_who_plans_it(cast: Any, person: Any) -> None:
    """Whoever of the two is first: never both."""
    for number in range(8):
        at = AT + timedelta(days=10 * number)
        mine = plan(person, cast.rep, starts=at + timedelta(days=5))
        barrier = threading.Barrier(2)

        def run(work: Any, barrier: Any = barrier) -> Any:
            barrier.wait()
            try:
                return work()
            except IntegrityError as refused:
                return refused
            finally:
                connection.close()

        works = [
            lambda mine=mine, at=at: change(mine, state="done", done_at=at),
            lambda at=at: plan(person, cast.owner, starts=at),
        ]
        with ThreadPoolExecutor(2) as pool:
            done, planned = pool.map(run, works)
        assert not isinstance(done, IntegrityError)
        holds = TouchPerson.objects.in_program(cast.program).get(touch=mine).holds
        assert holds == isinstance(planned, IntegrityError)


def test_nobody_plans_for_who_is_not_to_be_contacted(cast: Any, person: Any) -> None:
    type(person).objects.in_program(cast.program).filter(pk=person.pk).update(do_not_contact=True)
    with pytest.raises(IntegrityError, match="not to be contacted"):
        plan(person, cast.rep)

"""The database keeps two people from contacting one prospect, even when they plan at the same
moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.calendar.models import Touch, TouchPerson
from campaigns.calendar.queries.conflict_context import slot_of
from campaigns.calendar.rules.conflicts import ConflictContext, Kind, conflicts
from campaigns.calendar.rules.times import takes_place
from campaigns.library.models import Asset
from campaigns.policy.defaults import DEFAULT_POLICY
from campaigns.policy.rules import parse_policy
from tests import cast as make
from tests.threads import at_once

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


@pytest.mark.parametrize("are_named", [True, False])
def test_one_of_fifty_planners_holds_the_slot(cast: Any, person: Any, are_named: bool) -> None:
    rivals = [make.user() if are_named else None for _ in range(RIVALS)]
    # Distinct messages, so that none is an identical touch.
    works = [partial(plan, person, who, message=str(number)) for number, who in enumerate(rivals)]
    found = at_once(*works, refusals=IntegrityError)
    refused: list[Any] = [each for each in found if isinstance(each, IntegrityError)]
    assert len(refused) == RIVALS - 1
    constraints = {each.__cause__.diag.constraint_name for each in refused}
    assert constraints == {"no_double_prospecting"}
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
    # With a corrected time, its slot moves.
    change(first, done_at=early - timedelta(days=3))
    assert plan(person, cast.owner, starts=early + timedelta(hours=23)).pk


def test_a_fact_is_not_refused_and_holds_nothing_that_others_hold(cast: Any, person: Any) -> None:
    plan(person, cast.owner)
    mine = plan(person, cast.rep, starts=AT + timedelta(days=5))
    change(mine, state="done", done_at=AT)
    held = TouchPerson.objects.in_program(cast.program).get(touch=mine)
    assert not held.holds
    # Planned again, it holds its own place, but only from then on.
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
    """Whichever comes first wins: never both."""
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


@pytest.mark.parametrize("is_linked", [False, True])
@pytest.mark.parametrize("theirs", ["", "rep", "owner"])
@pytest.mark.parametrize("mine", ["", "rep"])
def test_rules_and_database_say_alike_who_may_come_close(
    cast: Any, person: Any, mine: str, theirs: str, is_linked: bool
) -> None:
    first = plan(person, getattr(cast, mine) if mine else None)
    them = getattr(cast, theirs) if theirs else None
    thread = first.thread if is_linked else 0
    starts = AT + timedelta(hours=3)
    wish = replace(
        slot_of(first), id=None, who=them and them.pk, thread=thread or None, starts=starts
    )
    wish = replace(wish, ends=starts + timedelta(hours=1))
    seen = ConflictContext(parse_policy(DEFAULT_POLICY), (slot_of(first),))
    is_refused = Kind.DOUBLE in {each.kind for each in conflicts(wish, seen, AT)}
    assert is_refused == (not is_linked and not (mine and mine == theirs))
    if is_refused:
        with pytest.raises(IntegrityError, match="no_double_prospecting"):
            plan(person, them, starts=starts)
    else:
        assert plan(person, them, starts=starts, thread=thread).pk


def test_who_of_two_near_touches_cannot_be_taken_away(cast: Any, person: Any) -> None:
    plan(person, cast.rep)
    later = plan(person, cast.rep, starts=AT + timedelta(hours=3))
    with pytest.raises(IntegrityError, match="no_double_prospecting"):
        change(later, who=None)
    alone = plan(person, cast.rep, starts=AT + timedelta(days=9))
    change(alone, who=None)
    with pytest.raises(IntegrityError, match="no_double_prospecting"):
        plan(person, cast.rep, starts=AT + timedelta(days=9, hours=3))


def test_touches_of_nobody_from_before_stay_and_keep_others_away(cast: Any, person: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE calendar_touchperson DISABLE TRIGGER fill_person")
    try:
        old = [plan(person, None, starts=AT + timedelta(hours=n)) for n in range(3)]
        with connection.cursor() as cursor:
            # Restores the values that the triggers wrote in earlier versions.
            cursor.execute(
                "UPDATE calendar_touchperson p SET holder = 0, thread = t.thread, holds = true,"
                " slot = calendar_slot(t) FROM calendar_touch t WHERE t.id = p.touch_id"
            )
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE calendar_touchperson ENABLE TRIGGER fill_person")
    # A touch that keeps its time can still be reworded, done and skipped.
    for touch in old:
        change(touch, message="Cost")
        change(touch, message="")
    for who in (None, cast.rep):
        with pytest.raises(IntegrityError, match="no_double_prospecting"):
            plan(person, who, starts=AT + timedelta(hours=5))
    change(old[0], state="done", done_at=AT)
    change(old[1], state="skipped", skipped_because="Ill")
    # It can't return or move to a place that another one holds.
    with pytest.raises(IntegrityError, match="no_double_prospecting"):
        change(old[1], state="planned", skipped_because="")
    free = AT + timedelta(days=9)
    change(old[1], state="planned", starts_at=free, ends_at=free + timedelta(hours=1))
    with pytest.raises(IntegrityError, match="no_double_prospecting"):
        change(old[2], starts_at=free, ends_at=free + timedelta(hours=1))


def test_who_says_no_later_keeps_no_content_from_being_removed(cast: Any, person: Any) -> None:
    asset = Asset.objects.create(program=cast.program, title="Case study", kind="case_study")
    touch = plan(person, cast.rep, asset=asset)
    type(person).objects.in_program(cast.program).filter(pk=person.pk).update(do_not_contact=True)
    Asset.objects.in_program(cast.program).filter(pk=asset.pk).delete()
    touch.refresh_from_db()
    assert touch.asset_id is None
    with pytest.raises(IntegrityError, match="not to be contacted"):
        change(touch, ends_at=AT + timedelta(hours=2))

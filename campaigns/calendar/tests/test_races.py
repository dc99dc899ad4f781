"""Concurrent writers: one wins, the others get an error, and nobody deadlocks."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import Stakeholder
from alignment.people.models import Role
from campaigns.calendar.actions import matching
from campaigns.calendar.actions.changing import change_touch
from campaigns.calendar.actions.locks import lock_calendars
from campaigns.calendar.actions.refusals import NeedsReason, TouchRefused
from campaigns.calendar.actions.upserting import upsert_touch
from campaigns.calendar.models import Touch
from campaigns.calendar.rules.conflicts import Kind
from campaigns.calendar.rules.matching import Meaning
from campaigns.policy.defaults import DEFAULT_POLICY
from tests import cast as make
from tests.cast import Cast
from tests.threads import at_once, attempt, beside, pausing

from .test_actions import DAY, HOUR, monday, plan

pytestmark = pytest.mark.django_db(transaction=True)
RIVALS = 12


@pytest.fixture
def person(cast: Cast) -> Stakeholder:
    return make.stakeholder(cast.program, make.account(cast.program, state="IL"))


def answers(*works: Callable[[], Any]) -> list[Any]:
    """What each returned, or how it was refused."""
    return at_once(*works, refusals=(TouchRefused, NeedsReason, ValidationError))


def test_one_planner_wins_and_the_others_are_told_who(cast: Cast, person: Stakeholder) -> None:
    rivals = [make.user() for _ in range(RIVALS)]
    for rival in rivals:
        make.member(cast.program, rival, Role.MEMBER, cast.sales)
    told = answers(*(partial(plan, person, who) for who in rivals))
    (winner,) = [each for each in told if isinstance(each, Touch)]
    refused = [each for each in told if isinstance(each, TouchRefused)]
    assert len(refused) == RIVALS - 1
    for each in refused:
        double = next(conflict for conflict in each.conflicts if conflict.kind == Kind.DOUBLE)
        assert double.other is not None
        assert double.other.id == winner.pk
        assert each.free


def test_a_cap_holds_between_planners_of_one_moment(cast: Cast, person: Stakeholder) -> None:
    most = DEFAULT_POLICY["per_stakeholder"]
    starts = [monday() + n * HOUR / 4 for n in range(most + 4)]
    told = answers(*(partial(plan, person, cast.rep, starts_at=at) for at in starts))
    assert sum(isinstance(each, Touch) for each in told) == most
    assert sum(isinstance(each, NeedsReason) for each in told) == 4


def test_a_tool_that_sends_a_touch_twice_at_once_plans_one(cast: Cast, person: Stakeholder) -> None:
    other = make.stakeholder(cast.program, make.account(cast.program, state="IL"))

    def send(to: Stakeholder) -> Any:
        assert to.account
        return partial(
            upsert_touch,
            program=cast.program,
            account=to.account,
            people=[to.pk],
            by=cast.rep,
            source="crm",
            external_id="1",
            channel="call",
            starts_at=monday(),
            ends_at=monday() + HOUR / 4,
        )

    told = answers(*[send(person)] * 3, *[send(other)] * 3)
    sent = [each for each in told if isinstance(each, Touch)]
    assert len({touch.pk for touch in sent}) == 1
    assert len(sent) == 3
    refused = [each for each in told if isinstance(each, ValidationError)]
    assert [list(each.message_dict) for each in refused] == [["account"]] * 3
    assert Touch.objects.in_program(cast.program).count() == 1


def test_two_who_move_touches_of_one_thread_queue(cast: Cast, person: Stakeholder) -> None:
    first = plan(person, cast.marketer, channel="email")
    second = plan(person, cast.rep, follows=first, starts_at=monday() + 2 * DAY)
    for week in range(2, 5):
        moves = [
            (touch, monday(weeks=week) + days * DAY) for touch, days in ((first, 0), (second, 2))
        ] * 2
        told = answers(
            *(
                partial(
                    change_touch,
                    touch=touch,
                    by=cast.rep,
                    starts_at=at,
                    ends_at=at + HOUR / 4,
                    reason="It is a race",
                )
                for touch, at in moves
            )
        )
        assert all(isinstance(each, Touch | TouchRefused) for each in told)


def test_a_report_on_who_changed_the_company_and_a_planner_of_both_do_not_deadlock(
    cast: Cast, person: Stakeholder, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch = plan(person, cast.rep, starts_at=timezone.now() + HOUR, reason="It is a test")
    other = make.account(cast.program)
    Stakeholder.objects.in_program(cast.program).filter(pk=person.pk).update(account=other)
    at = timezone.now()
    report = matching.Report("dialer", "1", other, Meaning("call"), at, person, cast.rep)

    def hold_both() -> None:
        with transaction.atomic():
            lock_calendars([touch.account_id, other.pk])

    with pausing(monkeypatch, matching, "_settle", before=True) as reached:
        work = beside(lambda: matching.report_touch(program=cast.program, report=report, by=None))
        assert reached.wait(10)
        assert attempt(hold_both) == []
        assert work.end() == []
    touch.refresh_from_db()
    assert touch.state == "done"

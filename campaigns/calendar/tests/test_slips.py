"""When a touch slips, people whose touches moved along get one notice."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Stakeholder
from alignment.notifications.models import Notice
from campaigns.calendar.actions.changing import change_touch
from campaigns.calendar.actions.matching import Report, report_touch
from campaigns.calendar.actions.outcome import finish_touch
from campaigns.calendar.actions.refusals import NeedsReason
from campaigns.calendar.models import Touch
from campaigns.calendar.queries.conflict_words import describe
from campaigns.calendar.rules.conflicts import Kind
from campaigns.calendar.rules.matching import Meaning
from tests import cast as make
from tests.cast import Cast

from .test_actions import DAY, HOUR, monday, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Stakeholder:
    return make.stakeholder(cast.program, make.account(cast.program, state="IL"))


@pytest.fixture
def steps(cast: Cast, person: Stakeholder) -> list[Touch]:
    """A mail by marketing, then two calls by the rep and a second mail that follow it."""
    mail = plan(person, cast.marketer, channel="email", message="Case study")
    calls = [
        plan(person, cast.rep, follows=mail, starts_at=monday() + days * DAY, message="Case study")
        for days in (1, 2)
    ]
    again = plan(person, cast.marketer, channel="email", follows=mail, starts_at=monday() + 3 * DAY)
    return [mail, *calls, again]


def notices(cast: Cast, user: Any) -> list[Notice]:
    rows = Notice.objects.in_program(cast.program).filter(kind="touch", user=user)
    return list(rows.order_by("pk"))


def slip(touch: Touch, by: Any) -> None:
    later = monday() + 7 * DAY
    change_touch(touch=touch, by=by, starts_at=later, ends_at=later + HOUR / 4)


def test_two_calls_that_move_along_are_one_notice(cast: Cast, steps: list[Touch]) -> None:
    slip(steps[0], cast.marketer)
    (told,) = notices(cast, cast.rep)
    account = steps[0].account
    assert told.title == f"2 touches of yours move along at {account}"
    assert "Maya Marketer moved E-mail “Case study” to" in told.text
    assert told.text.count("→") == 2
    assert f"account={account.pk}" in told.path
    # The person who moved it gets no notice.
    assert notices(cast, cast.marketer) == []


def test_whose_step_somebody_else_moved_hears_all_of_it_at_once(
    cast: Cast, steps: list[Touch]
) -> None:
    slip(steps[0], cast.sales_manager)
    (mine,) = notices(cast, cast.marketer)
    assert "moved your touch" in mine.title
    assert mine.text.count("→") == 1
    (reps,) = notices(cast, cast.rep)
    assert reps.text.count("→") == 2


def test_an_earlier_day_moves_nobody(cast: Cast, steps: list[Touch]) -> None:
    change_touch(
        touch=steps[0],
        by=cast.marketer,
        starts_at=monday() - HOUR,
        ends_at=monday() - HOUR / 2,
    )
    assert notices(cast, cast.rep) == []


def overdue(steps: list[Touch]) -> None:
    """Shift all of it two weeks into the past."""
    for touch in steps:
        Touch.objects.in_program(touch.program).filter(pk=touch.pk).update(
            starts_at=touch.starts_at - timedelta(days=21),
            ends_at=touch.ends_at - timedelta(days=21),
        )
        touch.refresh_from_db()


def test_done_late_says_so(cast: Cast, steps: list[Touch]) -> None:
    overdue(steps)
    finish_touch(touch=steps[0], by=cast.marketer)
    (told,) = notices(cast, cast.rep)
    assert "later than planned" in told.text


def test_what_a_tool_sent_late_is_told_to_both_teams(
    cast: Cast, steps: list[Touch], person: Stakeholder
) -> None:
    overdue(steps)
    at = steps[0].starts_at + DAY + HOUR
    assert at < timezone.now()
    assert person.account is not None
    report = Report("mailer", "m-1", person.account, Meaning("email"), at, person, cast.marketer)
    report_touch(program=cast.program, report=report, by=None)
    assert len(notices(cast, cast.rep)) == len(notices(cast, cast.marketer)) == 1


def test_a_first_touch_that_is_moved_alone_past_its_follow_up_warns(
    cast: Cast, steps: list[Touch]
) -> None:
    later = monday() + 8 * DAY
    alone: dict[str, Any] = {"starts_at": later, "ends_at": later + HOUR / 4, "rest_moves": False}
    with pytest.raises(NeedsReason) as refused:
        change_touch(touch=steps[0], by=cast.marketer, **alone)
    told = [each for each in refused.value.conflicts if each.kind == Kind.FIRST_NOT_DONE]
    assert [each.other.id for each in told if each.other] == [row.pk for row in steps[1:]]
    texts = [each.text for each in describe(cast.program, told)]
    assert texts[0].startswith("Ravi Rep takes it up before that (Call)")
    change_touch(touch=steps[0], by=cast.marketer, reason="She asked.", **alone)
    steps[0].refresh_from_db()
    assert steps[0].overridden == ["first_not_done"]
    # The override stays while the conflict lasts, and goes with it.
    with pytest.raises(NeedsReason):
        change_touch(touch=steps[0], by=cast.marketer, message="Another word")
    change_touch(touch=steps[0], by=cast.marketer, starts_at=monday(), ends_at=monday(11))
    steps[0].refresh_from_db()
    assert (steps[0].overridden, steps[0].override_reason) == ([], "")


def test_on_the_same_day_nothing_moves_along_and_it_is_told(cast: Cast, person: Any) -> None:
    mail = plan(person, cast.marketer, channel="email")
    plan(person, cast.rep, follows=mail, starts_at=monday() + HOUR)
    noon = monday() + 2 * HOUR
    with pytest.raises(NeedsReason):
        change_touch(touch=mail, by=cast.marketer, starts_at=noon, ends_at=noon + HOUR / 4)

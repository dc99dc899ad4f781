"""Free places lie within the hours of both our person and the prospect."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Stakeholder
from alignment.sla.actions.hours import set_hours
from campaigns.calendar.actions.planning import try_touch
from tests import cast as make
from tests.cast import Cast

from .test_actions import monday, plan

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
# Monday to Friday, 9 to 18.
WEEK = [[[540, 1080]]] * 5 + [[], []]


@pytest.fixture
def person(cast: Cast) -> Stakeholder:
    return make.stakeholder(cast.program, make.account(cast.program, state="IL"))


def offered(person: Stakeholder, who: Any) -> list[Any]:
    assert person.account
    starts = monday(15)
    _found, free = try_touch(
        program=person.program,
        account=person.account,
        people=[person.pk],
        by=who,
        who=who,
        channel="email",
        starts_at=starts,
        ends_at=starts + timedelta(minutes=15),
    )
    return [slot.starts.astimezone(PARIS) for slot in free]


def test_a_marketer_in_paris_is_offered_no_midnight(cast: Cast, person: Stakeholder) -> None:
    plan(person, cast.rep, starts_at=monday(15))
    # Without hours set, any place free for the prospect is offered, even late at night.
    assert any(at.hour < 9 or at.hour >= 18 for at in offered(person, cast.marketer))
    set_hours(
        team=cast.marketing,
        time_zone="Europe/Paris",
        week=WEEK,
        holidays="none",
        state="",
        by=cast.marketing_manager,
    )
    places = offered(person, cast.marketer)
    assert places
    assert all(9 <= at.hour < 18 and at.weekday() < 5 for at in places)
    # The other team has its own hours.
    assert offered(person, cast.sales_manager) != places

"""A touch that goes ahead despite a conflict: the people concerned get one notice with the
reason."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account, Stakeholder
from alignment.notifications.models import Notice
from alignment.people.models import Role, User
from campaigns.calendar.actions.changing import change_touch
from campaigns.calendar.actions.override_notices import Overridden, notify_concerned
from campaigns.calendar.queries.conflict_context import slot_of
from campaigns.calendar.rules.conflicts import Conflict, Kind
from campaigns.selection.models import Target
from tests import cast as make
from tests.cast import Cast

from .test_actions import DAY, HOUR, monday, plan

pytestmark = pytest.mark.django_db
NIGHT = {"starts_at": monday(21), "reason": "She asked for it."}


@pytest.fixture
def person(cast: Cast) -> Stakeholder:
    return make.stakeholder(cast.program, make.account(cast.program, "Acme", state="IL"))


def told(cast: Cast) -> list[tuple[User, str]]:
    rows = Notice.objects.in_program(cast.program).filter(kind="override").select_related("user")
    return [(row.user, row.text) for row in rows.order_by("id")]


def target(cast: Cast, account: Account | None, **owners: Any) -> Target:
    assert account
    return Target.objects.create(
        program=cast.program, account=account, tier=1, entered_at=timezone.now(), **owners
    )


def test_the_owner_of_the_other_team_reads_the_reason(cast: Cast, person: Stakeholder) -> None:
    target(cast, person.account, marketing_owner=cast.marketer, sales_owner=cast.sales_manager)
    touch = plan(person, cast.rep, **NIGHT)
    (notice,) = Notice.objects.in_program(cast.program).filter(kind="override")
    assert notice.user == cast.marketer
    assert notice.title == "Ravi Rep goes ahead at Acme nevertheless"
    assert "“She asked for it.”" in notice.text
    assert "Quiet hours" in notice.text
    assert notice.path.endswith(f"/calendar/{touch.pk}/")


def test_a_former_owner_and_one_who_is_of_the_same_team_read_nothing(
    cast: Cast, person: Stakeholder
) -> None:
    gone = target(cast, person.account, marketing_owner=cast.marketer)
    gone.left_at, gone.left_because = timezone.now(), "Bankrupt"
    gone.save()
    Account.objects.in_program(cast.program).update(owner=cast.sales_manager)
    plan(person, cast.rep, **NIGHT)
    assert told(cast) == []


def test_the_owner_of_the_company_reads_what_marketing_overrides(
    cast: Cast, person: Stakeholder
) -> None:
    Account.objects.in_program(cast.program).update(owner=cast.rep)
    plan(person, cast.marketer, channel="email", **NIGHT)
    assert [who for who, _text in told(cast)] == [cast.rep]


def test_whose_touch_it_clashes_with_is_told_of_either_team(
    cast: Cast, person: Stakeholder
) -> None:
    colleague = make.stakeholder(cast.program, person.account)
    other = make.user("other@example.com", name="Olga Other")
    make.member(cast.program, other, Role.MEMBER, cast.sales)
    plan(person, other, message="Cost")
    plan(colleague, cast.rep, message="Speed", reason="Two factories.")
    assert [who for who, _text in told(cast)] == [other]


def test_a_cap_tells_those_whose_touches_fill_the_window(cast: Cast, person: Stakeholder) -> None:
    first = plan(person, cast.marketer, channel="ad")
    slot = slot_of(first)
    touch = plan(person, cast.rep, channel="ad", starts_at=monday(weeks=5))
    touch.overridden, touch.override_reason = [Kind.STAKEHOLDER_CAP], "Trade fair"
    row = Overridden(touch, [Conflict(Kind.STAKEHOLDER_CAP, person.pk, count=5, counted=(slot,))])
    notify_concerned(program=cast.program, rows=[row], by=cast.rep)
    assert [who for who, _text in told(cast)] == [cast.marketer]


def test_it_is_told_again_only_when_something_of_it_changes(
    cast: Cast, person: Stakeholder
) -> None:
    target(cast, person.account, marketing_owner=cast.marketer)
    touch = plan(person, cast.rep, **NIGHT)
    change_touch(touch=touch, by=cast.rep, reason="She asked for it.", say="Good evening")
    assert len(told(cast)) == 1
    later = monday(22)
    change_touch(
        touch=touch,
        by=cast.rep,
        reason="She asked for it.",
        starts_at=later,
        ends_at=later + HOUR / 4,
    )
    assert len(told(cast)) == 2
    noon = monday(12)
    change_touch(touch=touch, by=cast.rep, reason="", starts_at=noon, ends_at=noon + HOUR / 4)
    assert len(told(cast)) == 2


def test_each_reads_the_hour_of_their_own_clock(cast: Cast, person: Stakeholder) -> None:
    target(cast, person.account, marketing_owner=cast.marketer)
    User.objects.filter(pk=cast.marketer.pk).update(time_zone="Asia/Tokyo", language="fr")
    plan(person, cast.rep, **NIGHT)
    ((_who, text),) = told(cast)
    # Nine in the evening of a Monday in Chicago is Tuesday in Tokyo.
    assert f"{(monday() + DAY):%d/%m/%Y}" in text


@pytest.mark.parametrize("count", [1, 3])
def test_many_at_once_are_one_notice_a_person(
    cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    rows = []
    for _number in range(count):
        someone = make.stakeholder(cast.program, make.account(cast.program, state="IL"))
        target(cast, someone.account, marketing_owner=cast.marketer)
        touch = plan(someone, cast.rep, news=[], **NIGHT)
        rows.append(Overridden(touch, [Conflict(Kind.QUIET)]))
    assert told(cast) == []
    # One query each: targets, account owners, users, readers, notices.
    with django_assert_num_queries(5):
        notify_concerned(program=cast.program, rows=rows, by=cast.rep)
    assert [who for who, _text in told(cast)] == [cast.marketer]

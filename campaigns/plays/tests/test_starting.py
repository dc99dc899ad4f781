"""Starting a play: who is touched when, which accounts are left out, and concurrent starts."""

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import Account, Stakeholder
from alignment.notifications.models import Notice
from campaigns.calendar.models import Touch, TouchPerson
from campaigns.calendar.queries.open_conflicts import open_conflicts
from campaigns.calendar.rules.conflicts import Kind
from campaigns.calendar.rules.days import opening_day
from campaigns.library.models import Play
from campaigns.plays.actions.starting import NothingToStart, Start, preview, start_play
from campaigns.plays.actions.templates import retire_play, save_play
from campaigns.plays.casting import Choices
from campaigns.plays.models import PlayRun, RunTouch
from campaigns.plays.rules.steps import Step
from tests import cast as play
from tests.cast import Cast

pytestmark = pytest.mark.django_db

STEPS = [
    Step(1, "marketing", "email", 0, time(10), 15, message="The Ohio insurer", say="Attach it."),
    Step(2, "sales", "call", 2, time(11), 15, follows=1, message="The Ohio insurer"),
    Step(3, "marketing", "webinar", 5, time(12), 60, message="The Ohio insurer"),
]


def first_day() -> date:
    return opening_day(timezone.localdate() + timedelta(days=7), lambda _day: False)


def template(cast: Cast, *steps: Step, name: str = "Case study, then call") -> Play:
    return save_play(
        program=cast.program, by=cast.marketer, name=name, goal="", steps=steps or STEPS
    )


def target(cast: Cast, name: str, people: int = 1) -> Account:
    account = play.account(cast.program, name, state="IL")
    for _ in range(people):
        play.stakeholder(cast.program, account=account)
    return account


def begin(cast: Cast, template: Play, *accounts: Account, **fields: Any) -> Start:
    choices = Choices(marketing=cast.marketer, sales=cast.rep)
    return Start(template, accounts, first_day(), choices, **fields)


def occupy(cast: Cast, start: Start, account: Account) -> Touch:
    """Somebody else already plans a call with the contact at the time of the first step."""
    [found] = preview(program=cast.program, start=Start(start.play, [account], start.first_day))
    wish = found.steps[0].slot
    touch = Touch.objects.create(
        program=cast.program,
        account=account,
        channel="call",
        side="sales",
        who=cast.sales_manager,
        starts_at=wish.starts,
        ends_at=wish.ends,
        thread=0,
    )
    person = found.cast.contact
    assert person is not None
    TouchPerson.objects.create(program=cast.program, touch=touch, stakeholder_id=person)
    return touch


def test_each_account_gets_its_touches_in_its_own_time(cast: Cast) -> None:
    accounts = [target(cast, "Acme", people=3), target(cast, "Borel")]
    started = start_play(
        program=cast.program,
        start=begin(cast, template(cast), *accounts),
        key=uuid4(),
        by=cast.marketer,
    )
    assert [run.account for run in started.runs] == accounts
    assert started.left_out == []
    mail, call, webinar = (
        Touch.objects.in_program(cast.program).filter(account=accounts[0]).order_by("starts_at")
    )
    local = mail.starts_at.astimezone(ZoneInfo("America/Chicago"))
    assert (local.date(), local.time()) == (first_day(), time(10))
    assert (mail.who, call.who) == (cast.marketer, cast.rep)
    assert (mail.side, call.side) == ("marketing", "sales")
    assert call.follows == mail
    assert mail.thread == call.thread == webinar.thread == mail.pk
    assert mail.say == "Attach it."
    assert [touch.people.count() for touch in (mail, call, webinar)] == [1, 1, 3]
    links = RunTouch.objects.in_program(cast.program).filter(run=started.runs[0])
    assert sorted(links.values_list("position", "touch")) == [
        (1, mail.pk),
        (2, call.pk),
        (3, webinar.pk),
    ]


def test_an_account_of_a_rep_is_called_by_that_rep(cast: Cast) -> None:
    mine = target(cast, "Acme")
    mine.owner = cast.sales_manager
    mine.save()
    start_play(
        program=cast.program,
        start=begin(cast, template(cast), mine),
        key=uuid4(),
        by=cast.marketer,
    )
    assert Touch.objects.in_program(cast.program).get(channel="call").who == cast.sales_manager


def test_the_same_start_twice_is_one(cast: Cast) -> None:
    start, key = begin(cast, template(cast), target(cast, "Acme")), uuid4()
    first = start_play(program=cast.program, start=start, key=key, by=cast.marketer)
    again = start_play(program=cast.program, start=start, key=key, by=cast.marketer)
    assert again.runs == first.runs
    assert Touch.objects.in_program(cast.program).count() == len(STEPS)


def test_what_is_taken_gives_way_or_is_left_out(cast: Cast) -> None:
    free, taken = target(cast, "Acme"), target(cast, "Borel")
    start = begin(cast, template(cast), free, taken, gives_way=False)
    occupy(cast, start, taken)
    stays, stuck = preview(program=cast.program, start=start)
    assert not stays.warns
    assert [conflict.kind for conflict in stuck.steps[0].met] == [Kind.DOUBLE]
    started = start_play(program=cast.program, start=start, key=uuid4(), by=cast.marketer)
    assert [run.account for run in started.runs] == [free]
    assert [each.account for each in started.left_out] == [taken]

    bending = begin(cast, template(cast, name="Again"), taken)
    moved = start_play(program=cast.program, start=bending, key=uuid4(), by=cast.marketer)
    assert [run.account for run in moved.runs] == [taken]
    mail = Touch.objects.in_program(cast.program).get(
        account=taken, side="marketing", channel="email"
    )
    assert mail.starts_at > occupy_end(cast, taken)


def occupy_end(cast: Cast, account: Account) -> Any:
    held = Touch.objects.in_program(cast.program).get(account=account, who=cast.sales_manager)
    return held.ends_at + timedelta(hours=24)


def test_what_only_warns_needs_a_reason(cast: Cast) -> None:
    at_night = Step(1, "sales", "call", 0, time(22), 15)
    start = begin(cast, template(cast, at_night), target(cast, "Acme"), gives_way=False)
    refused = start_play(program=cast.program, start=start, key=uuid4(), by=cast.rep)
    assert refused.runs == []
    assert refused.left_out[0].warns
    agreed = start_play(
        program=cast.program, start=start, key=uuid4(), by=cast.rep, reason="They asked for it."
    )
    assert len(agreed.runs) == 1


def test_what_goes_ahead_on_many_accounts_is_one_notice_to_whom_it_concerns(cast: Cast) -> None:
    at_night = Step(1, "marketing", "email", 0, time(22), 15)
    accounts = [target(cast, "Acme"), target(cast, "Borel")]
    Account.objects.in_program(cast.program).update(owner=cast.rep)
    for account in accounts:
        account.refresh_from_db()
    start_play(
        program=cast.program,
        start=begin(cast, template(cast, at_night), *accounts, gives_way=False),
        key=uuid4(),
        by=cast.marketer,
        reason="They asked for it.",
    )
    (notice,) = Notice.objects.in_program(cast.program).filter(kind="override")
    assert notice.user == cast.rep
    assert notice.title == "Maya Marketer goes ahead with 2 touches nevertheless"
    assert [line.partition(":")[0] for line in notice.text.splitlines()[1:]] == ["Acme", "Borel"]


def test_nobody_to_reach_is_left_out(cast: Cast) -> None:
    empty = target(cast, "Acme", people=0)
    silent = target(cast, "Borel")
    Stakeholder.objects.in_program(cast.program).filter(account=silent).update(do_not_contact=True)
    start = begin(cast, template(cast), empty, silent)
    started = start_play(program=cast.program, start=start, key=uuid4(), by=cast.rep)
    assert [each.account for each in started.left_out] == [empty, silent]
    assert all(each.reaches_nobody for each in started.left_out)


def test_a_retired_play_or_a_day_that_is_over_starts_nothing(cast: Cast) -> None:
    old = template(cast)
    account = target(cast, "Acme")
    with pytest.raises(NothingToStart):
        preview(program=cast.program, start=Start(old, [account], date(2026, 1, 5)))
    retire_play(play=old, by=cast.marketer)
    old.refresh_from_db()
    with pytest.raises(NothingToStart):
        preview(program=cast.program, start=begin(cast, old, account))


def test_the_statements_do_not_grow_with_the_accounts(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    made = template(cast)
    for many in (1, 12):
        accounts = [target(cast, f"Acme {many} {number}") for number in range(many)]
        with django_assert_max_num_queries(25):
            start_play(
                program=cast.program,
                start=begin(cast, made, *accounts),
                key=uuid4(),
                by=cast.marketer,
            )
    assert PlayRun.objects.in_program(cast.program).count() == 13


def test_where_it_runs_already_it_starts_only_when_asked(cast: Cast) -> None:
    start = begin(cast, template(cast), target(cast, "Acme"), target(cast, "Borel"))
    running = begin(cast, start.play, start.accounts[0])
    start_play(program=cast.program, start=running, key=uuid4(), by=cast.marketer)
    assert [each.runs_already for each in preview(program=cast.program, start=start)] == [
        True,
        False,
    ]
    second = start_play(program=cast.program, start=start, key=uuid4(), by=cast.marketer)
    assert [run.account.name for run in second.runs] == ["Borel"]
    assert [each.account.name for each in second.left_out] == ["Acme"]
    asked = begin(cast, start.play, start.accounts[0], again=True)
    third = start_play(
        program=cast.program, start=asked, key=uuid4(), by=cast.marketer, reason="A new person."
    )
    assert len(third.runs) == 1


def test_a_play_that_is_over_runs_no_longer(cast: Cast) -> None:
    start = begin(cast, template(cast), target(cast, "Acme"))
    start_play(program=cast.program, start=start, key=uuid4(), by=cast.marketer)
    Touch.objects.in_program(cast.program).update(state="skipped", skipped_because="Over")
    [found] = preview(program=cast.program, start=start)
    assert not found.runs_already


def test_one_rep_calls_the_accounts_of_a_start_one_after_the_other(cast: Cast) -> None:
    accounts = [target(cast, name) for name in ("Acme", "Borel", "Corail")]
    start_play(
        program=cast.program,
        start=begin(cast, template(cast), *accounts),
        key=uuid4(),
        by=cast.marketer,
    )
    touches = Touch.objects.in_program(cast.program).select_related("account")
    calls = sorted(touches.filter(channel="call"), key=lambda call: call.starts_at)
    assert len(calls) == 3
    for earlier, later in pairwise(calls):
        assert earlier.ends_at <= later.starts_at
    # All accounts join one webinar, and the started touches do not conflict with each other.
    assert len({touch.starts_at for touch in touches.filter(channel="webinar")}) == 1
    assert open_conflicts(cast.program, list(touches), timezone.now()) == {}


def test_a_play_that_nobody_is_cast_for_keeps_its_steps_and_gives_way_to_another(
    cast: Cast,
) -> None:
    """Uncast steps of one run do not conflict with each other; those of another play do."""
    account = target(cast, "Acme", people=3)
    days = replace(STEPS[1], after_days=0, at=time(11))
    first = template(cast, STEPS[0], days, STEPS[2])
    uncast = Start(first, [account], first_day())
    started = start_play(program=cast.program, start=uncast, key=uuid4(), by=None)
    assert started.left_out == []
    mine = set(Touch.objects.in_program(cast.program).values_list("pk", flat=True))
    rows = Touch.objects.in_program(cast.program).filter(pk__in=mine)
    assert {row.who for row in rows} == {None}
    mail = replace(STEPS[0], at=time(13), message="")
    second = Start(template(cast, mail, name="Mail"), [account], first_day())
    (stuck,) = preview(program=cast.program, start=replace(second, gives_way=False))
    assert {each.kind for step in stuck.steps for each in step.met if each.is_hard} == {Kind.DOUBLE}
    assert stuck.is_refused
    assert start_play(program=cast.program, start=second, key=uuid4(), by=None).runs
    moved = Touch.objects.in_program(cast.program).exclude(pk__in=mine).get()
    assert moved.starts_at - min(row.ends_at for row in rows) >= timedelta(hours=24)
    assert open_conflicts(cast.program, [moved], timezone.now()) == {}

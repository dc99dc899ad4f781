"""Clocks of leads that come back or change hands: who keeps them, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Lead
from alignment.notifications.actions.notices import NoticeText, notify
from alignment.notifications.models import Delivery, Notice
from alignment.people.models import User
from alignment.sla.actions.hours import add_closure, add_leave, set_hours
from alignment.sla.actions.intake import take_events
from alignment.sla.actions.sweep import sweep
from alignment.sla.models import Clock, HandOff
from tests import cast as make
from tests.cast import Cast

from .handing import rep
from .promises import clause, clock, contract, database_now, due, follow, happened
from .scenes import ALWAYS

MINUTE = timedelta(minutes=1)
LEAVES = {"from": "mql", "to": "disqualified"}
RETURNS = {"from": "disqualified", "to": "mql"}
BUSINESS = {"time": "business", "hours_of": "team"}


@pytest.fixture
def lead(cast: Cast) -> Lead:
    """Ravi's lead, in a program whose sales team works day and night."""
    set_hours(
        team=cast.sales,
        week=ALWAYS,
        time_zone="America/New_York",
        holidays="none",
        state="",
        by=cast.sales_manager,
    )
    contract(cast.program, clause())
    found = make.lead(cast.program, owner=cast.rep)
    take_events()
    return found


def give_to(lead: Lead, owner: User) -> None:
    Lead.objects.in_program(lead.program_id).filter(pk=lead.pk).update(owner=owner)
    happened(lead, "owner_changed")


def told(person: User) -> list[Notice]:
    return list(Notice.objects.across_programs().filter(user=person, kind="handed_off"))


def away_for_days(cast: Cast, person: User) -> None:
    today = timezone.localdate()
    day = timedelta(days=1)
    add_leave(
        program=cast.program,
        user=person,
        first_day=today - day,
        last_day=today + 3 * day,
        note="",
        by=cast.owner,
    )


def test_what_goes_on_is_kept_by_whoever_got_the_lead_while_it_was_away(
    cast: Cast, lead: Lead
) -> None:
    west = make.team(cast.program, cast.sales.side, "West")  # type: ignore[arg-type]
    wanda = rep(cast.program, west, "Wanda")
    follow(lead, "handed_off")
    follow(lead, "stage_changed", detail=LEAVES)
    give_to(lead, wanda)
    take_events()
    assert clock(lead).owner == cast.rep
    follow(lead, "stage_changed", detail=RETURNS)
    found = clock(lead)
    assert (found.state, found.owner, found.team) == ("running", wanda, west)


def test_a_lead_that_is_back_and_given_away_at_once_is_kept_by_the_new_owner(
    cast: Cast, lead: Lead
) -> None:
    wanda = rep(cast.program, cast.sales, "Wanda")
    follow(lead, "handed_off")
    follow(lead, "stage_changed", detail=LEAVES)
    happened(lead, "stage_changed", detail=RETURNS)
    give_to(lead, wanda)
    take_events()
    assert (clock(lead).state, clock(lead).owner) == ("running", wanda)


def test_a_breach_stays_with_who_broke_it_though_the_lead_was_away(cast: Cast, lead: Lead) -> None:
    follow(lead, "handed_off")
    due(clock(lead))
    sweep()
    follow(lead, "stage_changed", detail=LEAVES)
    give_to(lead, rep(cast.program, cast.sales, "Wanda"))
    follow(lead, "stage_changed", detail=RETURNS)
    assert (clock(lead).state, clock(lead).owner) == ("broken", cast.rep)
    call = follow(lead, "contacted")
    assert (clock(lead).state, clock(lead).met_at) == ("broken", call.at)


def test_a_closure_made_while_the_lead_was_away_counts_once_it_is_back(
    cast: Cast, lead: Lead
) -> None:
    contract(cast.program, clause(**BUSINESS))
    follow(lead, "handed_off")
    before = clock(lead)
    follow(lead, "stage_changed", detail=LEAVES)
    today = timezone.localdate()
    days = {"first_day": today - timedelta(days=1), "last_day": today + timedelta(days=3)}
    add_closure(program=cast.program, team=None, name="Moving", by=cast.owner, **days)
    follow(lead, "stage_changed", detail=RETURNS)
    found = clock(lead)
    assert found.state == "running"
    assert found.due_at > before.due_at + timedelta(days=1)
    assert found.recomputed_at
    assert found.recomputed_because == "returned"
    sweep()
    assert clock(lead).look_at > before.due_at  # type: ignore[operator]


def test_nothing_is_counted_anew_where_no_hours_changed(cast: Cast, lead: Lead) -> None:
    contract(cast.program, clause(**BUSINESS))
    follow(lead, "handed_off")
    before = clock(lead)
    follow(lead, "stage_changed", detail=LEAVES)
    follow(lead, "stage_changed", detail=RETURNS)
    give_to(lead, rep(cast.program, cast.sales, "Wanda"))
    take_events()
    found = clock(lead)
    assert (found.due_at, found.due_sum) == (before.due_at, before.due_sum)
    assert found.recomputed_at is None


@pytest.mark.parametrize("seen_between", [True, False])
@pytest.mark.parametrize(("back_after", "state"), [(60, "broken"), (150, "lapsed")])
def test_whether_the_lead_was_back_in_time_is_no_matter_of_when_the_worker_looks(
    cast: Cast, lead: Lead, back_after: int, state: str, seen_between: bool
) -> None:
    """Due after two hours, away from minute thirty; the worker comes by in the third hour."""
    follow(lead, "handed_off")
    start = database_now() - timedelta(hours=3)
    limit = start + 120 * MINUTE
    rows = Clock.objects.in_program(cast.program)
    rows.update(started_at=start, due_at=limit, look_at=limit)
    happened(lead, "stage_changed", detail=LEAVES, recorded_at=start + 30 * MINUTE)
    if seen_between:
        take_events()
        assert clock(lead).state == "lapsed"
    happened(lead, "stage_changed", detail=RETURNS, recorded_at=start + back_after * MINUTE)
    take_events()
    sweep()
    assert clock(lead).state == state


def test_a_promise_in_the_reps_hours_is_due_by_those_of_the_new_owner(
    cast: Cast, lead: Lead
) -> None:
    contract(cast.program, clause(time="business", hours_of="rep"))
    wanda = rep(cast.program, cast.sales, "Wanda")
    away_for_days(cast, wanda)
    follow(lead, "handed_off")
    before = clock(lead)
    give_to(lead, wanda)
    take_events()
    found = clock(lead)
    assert found.owner == wanda
    assert found.due_at > before.due_at + timedelta(days=1)
    assert found.due_sum != before.due_sum
    assert found.recomputed_because == "owner"
    (notice,) = told(wanda)
    assert notice.title == f"{lead.stakeholder} ({lead.account}) is handed to you"
    assert "First contact: due" in notice.text
    assert "now, by your hours." in notice.text
    give_to(lead, cast.rep)
    take_events()
    assert clock(lead).due_at == before.due_at


def test_a_promise_in_the_teams_hours_is_due_by_those_of_the_new_owners_team(
    cast: Cast, lead: Lead
) -> None:
    contract(cast.program, clause(**BUSINESS))
    west = make.team(cast.program, cast.sales.side, "West")  # type: ignore[arg-type]
    today = timezone.localdate()
    days = {"first_day": today - timedelta(days=1), "last_day": today + timedelta(days=3)}
    add_closure(program=cast.program, team=west, name="Moving", by=cast.owner, **days)
    follow(lead, "handed_off")
    before = clock(lead)
    give_to(lead, rep(cast.program, west, "Wanda"))
    take_events()
    assert clock(lead).due_at > before.due_at + timedelta(days=1)
    (notice,) = told(User.objects.get(name="Wanda"))
    assert "now, by the hours of your team." in notice.text
    assert told(cast.rep) == []


def away_team(cast: Cast) -> User:
    """Somebody in a team that does not work today."""
    west = make.team(cast.program, cast.sales.side, "West")  # type: ignore[arg-type]
    today = timezone.localdate()
    days = {"first_day": today - timedelta(days=1), "last_day": today + timedelta(days=3)}
    add_closure(program=cast.program, team=west, name="Moving", by=cast.owner, **days)
    return rep(cast.program, west, "Wanda")


def test_leads_given_at_once_are_one_notice(cast: Cast, lead: Lead) -> None:
    contract(cast.program, clause(**BUSINESS))
    wanda = away_team(cast)
    second = make.lead(cast.program, owner=cast.rep)
    for each in (lead, second):
        follow(each, "handed_off")
    for each in (lead, second):
        give_to(each, wanda)
    take_events()
    (notice,) = told(wanda)
    assert notice.title == "2 leads are handed to you"
    assert str(lead.stakeholder) in notice.text
    assert notice.path.endswith("/queue/")


def test_who_takes_a_lead_is_not_told_of_it(cast: Cast, lead: Lead) -> None:
    contract(cast.program, clause(**BUSINESS))
    wanda = away_team(cast)
    follow(lead, "handed_off")
    before = clock(lead)
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(owner=wanda)
    happened(lead, "owner_changed", actor=wanda)
    take_events()
    assert clock(lead).due_at > before.due_at
    assert told(wanda) == []


def test_the_unread_notice_of_the_hand_off_tells_it_too(cast: Cast, lead: Lead) -> None:
    contract(cast.program, clause(**BUSINESS))
    wanda = away_team(cast)
    event = follow(lead, "handed_off")
    HandOff.objects.create(
        program=cast.program,
        lead=lead,
        event=event,
        owner=wanda,
        route="decided",
        brief={},
        became_mql_at=event.at,
        handed_at=event.at,
    )
    notify(
        program=cast.program,
        users=[wanda],
        kind="handed_off",
        cause=f"handed-off-{event.pk}",
        words=lambda: NoticeText("Pat is handed to you", "Call Pat.", "/p/x/leads/1/"),
    )
    give_to(lead, wanda)
    take_events()
    (notice,) = told(wanda)
    assert notice.title == "Pat is handed to you"
    first, second = notice.text.splitlines()
    assert first == "Call Pat."
    assert "First contact: due" in second
    assert Delivery.objects.in_program(cast.program).filter(user=wanda).count() == 1


def test_a_promise_says_why_its_due_time_moved(cast: Cast, lead: Lead) -> None:
    contract(cast.program, clause(**BUSINESS))
    wanda = away_team(cast)
    follow(lead, "handed_off")
    page = f"/p/{cast.program.slug}/promises/{clock(lead).pk}/"
    client = cast.client("sales_manager")
    assert "changed hands" not in client.get(page).text
    give_to(lead, wanda)
    take_events()
    assert (
        "The lead changed hands: it counts by the hours of its new owner." in client.get(page).text
    )
    listed = client.get(f"/p/{cast.program.slug}/promises/?owner=all").text
    assert "new owner’s hours" in listed


def test_changing_hands_mends_no_promise_that_is_due(cast: Cast, lead: Lead) -> None:
    contract(cast.program, clause(time="business", hours_of="rep"))
    wanda = rep(cast.program, cast.sales, "Wanda")
    away_for_days(cast, wanda)
    follow(lead, "handed_off")
    late = due(clock(lead))
    give_to(lead, wanda)
    take_events()
    assert clock(lead).due_at == late.due_at
    sweep()
    assert clock(lead).state == "broken"


@pytest.mark.parametrize(("undoes_it", "state"), [(True, "running"), (False, "lapsed")])
def test_a_clock_runs_on_once_its_return_to_nurture_is_undone(
    cast: Cast, lead: Lead, undoes_it: bool, state: str
) -> None:
    """Not once a later one is, and not by a disqualification undone in between."""
    follow(lead, "handed_off")
    before = clock(lead)
    sent = follow(lead, "stage_changed", detail={"from": "mql", "to": "recycled"})
    assert clock(lead).state == "lapsed"
    follow(lead, "stage_changed", detail={"from": "recycled", "to": "disqualified"})
    follow(lead, "stage_changed", detail={"from": "disqualified", "to": "recycled"})
    assert clock(lead).state == "lapsed"
    named = sent.pk if undoes_it else sent.pk + 1
    follow(lead, "stage_changed", detail={"from": "recycled", "to": "mql", "undoes": named})
    found = clock(lead)
    assert (found.state, found.due_at) == (state, before.due_at)

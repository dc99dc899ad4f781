"""Hours, closures and leave in the admin go through the same actions as the pages."""

import json
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from alignment.core.models import AuditEntry
from alignment.sla.models import Closure, Leave, WorkingHours
from tests import cast as play
from tests.cast import Cast

from .scenes import NINE_TO_FIVE, running_clock

DAYS = {"first_day": "2027-12-24", "last_day": "2027-12-26"}


@pytest.fixture
def staff(cast: Cast) -> Client:
    """The program's owner, with access to the admin."""
    cast.owner.is_staff = True
    cast.owner.save()
    return play.sign_in(cast.owner)


def address(name: str, *args: int) -> str:
    return reverse(f"admin:sla_{name}", args=args)


def test_hours_change_with_their_clocks(cast: Cast, staff: Client) -> None:
    hours = WorkingHours.objects.create(
        program=cast.program, team=cast.sales, time_zone="America/New_York", week=NINE_TO_FIVE
    )
    clock = running_clock(cast)
    week: list[list[list[int]]] = [[]] * 6 + [[[1, 2]]]
    data = {"time_zone": "America/Chicago", "week": json.dumps(week), "holidays": "none"}
    assert staff.post(address("workinghours_change", hours.pk), data).status_code == 302
    hours.refresh_from_db()
    clock.refresh_from_db()
    assert (hours.time_zone, hours.week) == ("America/Chicago", week)
    assert clock.recomputed_at is not None
    assert AuditEntry.objects.filter(action="hours.set", actor=str(cast.owner)).exists()


@pytest.mark.parametrize(
    "week",
    [
        [[[9, 5]]],
        [[[1.5, 2.5]], [], [], [], [], [], []],
        [[[True, 5]], [], [], [], [], [], []],
        [[["1", "2"]], [], [], [], [], [], []],
    ],
)
def test_a_wrong_week_is_said_at_its_field(cast: Cast, staff: Client, week: list) -> None:
    hours = WorkingHours.objects.create(
        program=cast.program, team=cast.sales, time_zone="America/New_York", week=NINE_TO_FIVE
    )
    data = {"time_zone": "America/Chicago", "week": json.dumps(week), "holidays": "none"}
    answer = staff.post(address("workinghours_change", hours.pk), data)
    assert "ranges in order" in answer.context["adminform"].errors["week"][0]
    assert 'value="America/Chicago"' in answer.text
    hours.refresh_from_db()
    assert hours.week == NINE_TO_FIVE


def test_a_state_that_does_not_exist_is_refused(cast: Cast, staff: Client) -> None:
    hours = WorkingHours.objects.create(
        program=cast.program, team=cast.sales, time_zone="America/New_York", week=NINE_TO_FIVE
    )
    data = {"time_zone": "America/Chicago", "week": json.dumps(NINE_TO_FIVE), "state": "ZZ"}
    for holidays in ("none", "state"):
        answer = staff.post(address("workinghours_change", hours.pk), data | {"holidays": holidays})
        assert answer.context["adminform"].errors == {"state": ["Choose the state."]}


def test_closed_days_and_leave_come_and_go(cast: Cast, staff: Client) -> None:
    closing = {**DAYS, "program": cast.program.pk, "team": cast.sales.pk, "name": "Break"}
    assert staff.post(address("closure_add"), closing).status_code == 302
    going = {**DAYS, "program": cast.program.pk, "user": cast.rep.pk, "note": ""}
    assert staff.post(address("leave_add"), going).status_code == 302
    closure = Closure.objects.in_program(cast.program).get()
    leave = Leave.objects.in_program(cast.program).get()
    for name, row in (("closure", closure), ("leave", leave)):
        assert staff.get(address(f"{name}_changelist")).status_code == 200
        assert staff.post(address(f"{name}_delete", row.pk), {"post": "yes"}).status_code == 302
    assert not Closure.objects.in_program(cast.program).exists()
    assert not Leave.objects.in_program(cast.program).exists()
    actions = {"closure.add", "leave.add", "closure.remove", "leave.remove"}
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= actions


def test_other_programs_are_not_there(cast: Cast, staff: Client) -> None:
    day = date(2027, 1, 1)
    theirs = Closure.objects.create(
        program=cast.other_program, first_day=day, last_day=day, name="Zanzibar"
    )
    assert "Zanzibar" not in staff.get(address("closure_changelist")).content.decode()
    assert staff.post(address("closure_delete", theirs.pk), {"post": "yes"}).status_code != 200
    assert Closure.objects.across_programs().filter(pk=theirs.pk).exists()


def test_a_rule_for_a_signal_that_does_not_exist_is_refused(cast: Cast, staff: Client) -> None:
    said = {"program": cast.program.pk, "action": "Call", "is_active": "on"}
    for code in ("nope", "a" * 59):
        answer = staff.post(address("nextactionrule_add"), said | {"signals": code})
        assert code in answer.context["adminform"].errors["signals"][0]
    known = said | {"signals": "demo_requested,form_submitted"}
    assert staff.post(address("nextactionrule_add"), known).status_code == 302

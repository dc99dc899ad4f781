"""`/working-hours/`, `/closures/`, `/leave/`."""

from collections.abc import Callable
from typing import Any

import pytest

from alignment.people.permissions import Scope
from alignment.sla.models import Closure, Leave
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast, api_key

pytestmark = pytest.mark.django_db

WEEK: list[Any] = [[[540, 720], [780, 1080]]] * 5 + [[], []]
DAYS = {"first_day": "2027-12-24", "last_day": "2027-12-26"}
Keyed = Callable[[str], Api]


def test_hours_of_a_team(cast: Cast, api: Api) -> None:
    usual = {row["team"]: row for row in api.get("working-hours/").json()["items"]}["East"]
    assert usual == {
        "team_id": cast.sales.pk,
        "team": "East",
        "side": "sales",
        "time_zone": "America/New_York",
        "week": [[[540, 1020]]] * 5 + [[], []],
        "holidays": "federal",
        "state": "",
        "is_set": False,
    }
    body = {"time_zone": "America/Chicago", "week": WEEK, "holidays": "state", "state": "TX"}
    path = f"working-hours/{cast.sales.pk}/"
    reply = api.put(path, body)
    assert reply.status_code == 200
    assert reply.json() == {**usual, **body, "is_set": True}
    assert api.get(path).json() == reply.json()


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"time_zone": "Mars/Base"}, "/time_zone"),
        ({"week": WEEK[:6]}, "/week"),
        ({"week": [[[600, 500]], *WEEK[1:]]}, "/week"),
        ({"week": [[[600, 1500]], *WEEK[1:]]}, "/week/0/0/1"),
        ({"holidays": "lunar"}, "/holidays"),
        ({"holidays": "state"}, "/state"),
        ({"holidays": "none", "state": "ZZ"}, "/state"),
    ],
)
def test_wrong_hours_point_at_the_field(cast: Cast, api: Api, change: dict, at: str) -> None:
    body = {"time_zone": "America/Chicago", "week": WEEK, **change}
    found = pointers(problem(api.put(f"working-hours/{cast.sales.pk}/", body), 422))
    assert [place[: len(at)] for place in found] == [at]


def test_closed_days(cast: Cast, api: Api) -> None:
    made = api.post("closures/", {**DAYS, "name": "Break", "team_id": cast.sales.pk})
    assert made.status_code == 201
    row = made.json()
    assert row == {"id": row["id"], "team_id": cast.sales.pk, "name": "Break", **DAYS}
    assert api.get("closures/", team_id=cast.sales.pk).json()["items"] == [row]
    assert api.get("closures/", team_id=cast.marketing.pk).json()["items"] == []
    assert api.send("DELETE", f"closures/{row['id']}/", b"").status_code == 204
    problem(api.get(f"closures/{row['id']}/"), 404)
    strange = api.post("closures/", {**DAYS, "name": "X", "team_id": cast.other_sales.pk})
    assert pointers(problem(strange, 422)) == ["/team_id"]
    backwards = {"first_day": "2027-12-26", "last_day": "2027-12-24", "name": "X"}
    assert pointers(problem(api.post("closures/", backwards), 422)) == ["/last_day"]
    decades = {"first_day": "2027-12-24", "last_day": "2062-12-24", "name": "X"}
    assert pointers(problem(api.post("closures/", decades), 422)) == ["/last_day"]
    assert not Closure.objects.in_program(cast.program).exists()


def test_leave_of_people(cast: Cast, api: Api) -> None:
    made = api.post("leave/", {**DAYS, "user": "Ravi.Rep@example.com"})
    assert made.status_code == 201
    row = made.json()
    assert row == {"id": row["id"], "user": "ravi.rep@example.com", "note": "", **DAYS}
    assert api.get("leave/", user="ravi.rep@example.com").json()["items"] == [row]
    assert api.get(f"leave/{row['id']}/").json() == row
    strange = api.post("leave/", {**DAYS, "user": "stella@zanzibar.example"})
    assert pointers(problem(strange, 422)) == ["/user"]
    assert api.send("DELETE", f"leave/{row['id']}/", b"").status_code == 204


def test_a_key_does_what_its_owner_may(cast: Cast, client_with: Keyed) -> None:
    rep = client_with(api_key(cast.program, cast.rep, Scope.HOURS_WRITE, Scope.READ))
    body = {"time_zone": "America/Chicago", "week": WEEK}
    problem(rep.put(f"working-hours/{cast.sales.pk}/", body), 403)
    problem(rep.post("closures/", {**DAYS, "name": "X"}), 403)
    problem(rep.post("leave/", {**DAYS, "user": cast.sales_manager.email}), 403)
    assert rep.post("leave/", {**DAYS, "user": cast.rep.email}).status_code == 201
    reader = client_with(api_key(cast.program, cast.owner, Scope.READ))
    problem(reader.put(f"working-hours/{cast.sales.pk}/", body), 403)
    leave = Leave.objects.in_program(cast.program).get()
    problem(reader.send("DELETE", f"leave/{leave.pk}/", b""), 403)


def test_sent_again_it_is_done_once(cast: Cast, api: Api) -> None:
    body = {**DAYS, "name": "Break"}
    first = api.post("closures/", body, **{"Idempotency-Key": "a"})
    again = api.post("closures/", body, **{"Idempotency-Key": "a"})
    assert first.json() == again.json()
    assert Closure.objects.in_program(cast.program).count() == 1


def test_everything_wrong_with_days_is_said_at_once(cast: Cast, api: Api) -> None:
    late = {"first_day": "2027-12-26", "last_day": "2027-12-24"}
    closing = {**late, "name": "", "team_id": 999_999, "code": "x"}
    found = pointers(problem(api.post("closures/", closing), 422))
    assert sorted(found) == ["/code", "/last_day", "/name", "/team_id"]
    leaving = {**late, "user": "nobody@nowhere.example", "note": "n" * 81}
    found = pointers(problem(api.post("leave/", leaving), 422))
    assert sorted(found) == ["/last_day", "/note", "/user"]


def test_the_same_closure_twice_and_leave_that_overlaps_are_refused(cast: Cast, api: Api) -> None:
    closing = {**DAYS, "name": "Break", "team_id": cast.sales.pk}
    assert api.post("closures/", closing).status_code == 201
    (error,) = problem(api.post("closures/", {**closing, "name": " break "}), 422)["errors"]
    assert error["pointer"] == "/name"
    for other in ({"name": "Works"}, {"team_id": None}, {"last_day": "2027-12-27"}):
        assert api.post("closures/", {**closing, **other}).status_code == 201
    assert api.post("closures/", {**closing, "team_id": None}).status_code == 422
    leaving = {**DAYS, "user": cast.rep.email}
    assert api.post("leave/", leaving).status_code == 201
    again = {"first_day": "2027-12-26", "last_day": "2027-12-30"}
    (error,) = problem(api.post("leave/", {**leaving, **again}), 422)["errors"]
    assert "already" in error["detail"]
    after = {"first_day": "2027-12-27", "last_day": "2027-12-30"}
    assert api.post("leave/", {**leaving, **after}).status_code == 201
    other = {**leaving, "user": cast.sales_manager.email}
    assert api.post("leave/", other).status_code == 201
    gone = {**leaving, "first_day": "2026-01-01", "last_day": "2026-01-05"}
    assert pointers(problem(api.post("leave/", gone), 422)) == ["/last_day"]
    assert Leave.objects.in_program(cast.program).count() == 3

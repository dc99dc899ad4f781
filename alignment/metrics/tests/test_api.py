"""Metrics over the API."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from alignment.metrics.actions.snapshots import take
from alignment.people.permissions import Scope
from tests import cast as facts
from tests.api.conftest import Api, problem
from tests.cast import Cast, bearer

from .test_leads import NOON, hand_over
from .test_snapshots import NIGHT

pytestmark = pytest.mark.django_db
MARCH = "?from=2026-03-01&to=2026-03-31"


def caller(secret: str) -> Api:
    return Api(secret, Client(raise_request_exception=False))


@pytest.fixture
def api(cast: Cast) -> Api:
    return caller(facts.api_key(cast.program, cast.owner))


def test_definitions(api: Api) -> None:
    items = api.get("metrics/").json()["items"]
    by_key = {item["key"]: item for item in items}
    assert by_key["conversion"]["target"] == 0.4
    assert "hand" in by_key["conversion"]["definition"]


def test_a_number_and_the_one_before(cast: Cast, api: Api) -> None:
    hand_over(cast, NOON, sql=True)
    hand_over(cast, NOON)
    found = api.get(f"metrics/conversion/{MARCH}&compare=previous").json()
    assert (found["now"]["value"], found["now"]["numerator"], found["now"]["sample"]) == (0.5, 1, 2)
    assert found["now"]["enough"] is False
    assert found["now"]["meets_target"] is True
    # The same number of days: 29 January to 28 February.
    assert found["before"]["period"]["from"] == "2026-01-29"
    assert found["before"]["value"] is None
    assert api.get(f"metrics/conversion/{MARCH}").json()["before"] is None


def test_rows_are_those_of_the_number(cast: Cast, api: Api) -> None:
    hand_over(cast, NOON, sql=True)
    hand_over(cast, NOON)
    rows = api.get(f"metrics/conversion/rows/{MARCH}").json()
    assert [row["subject"] for row in rows["items"]] == ["lead", "lead"]
    assert rows["next"] is None
    inside = api.get(f"metrics/conversion/rows/{MARCH}&counted=true").json()["items"]
    assert [row["counted"] for row in inside] == [True]
    assert inside[0]["title"].startswith("Pat Person")
    for wrong in ("cursor=2", "limit=0", "limit=201", "after=2"):
        errors = problem(api.get(f"metrics/conversion/rows/{MARCH}&{wrong}"), 400)["errors"]
        assert [error["parameter"] for error in errors] == [wrong.partition("=")[0]]


@pytest.mark.parametrize("count", [1, 3])
def test_rows_ask_the_same_statements(
    cast: Cast, api: Api, count: int, django_assert_max_num_queries: Any
) -> None:
    for hours in range(count):
        hand_over(cast, NOON - timedelta(hours=hours))
    with django_assert_max_num_queries(2):
        rows = api.get(f"metrics/conversion/rows/{MARCH}").json()
    assert len(rows["items"]) == count


def test_a_row_that_arrives_between_two_pages_shifts_nothing(cast: Cast, api: Api) -> None:
    # Two at one moment are told apart as well.
    leads = [hand_over(cast, NOON - timedelta(hours=ago)).lead_id for ago in (0, 1, 1, 2)]
    page = api.get(f"metrics/conversion/rows/{MARCH}&limit=2").json()
    assert len(page["items"]) == 2
    found = [row["id"] for row in page["items"]]
    hand_over(cast, NOON + timedelta(hours=1))
    while page["next"]:
        page = api.client.get(page["next"], headers=bearer(api.secret)).json()
        found += [row["id"] for row in page["items"]]
    assert sorted(found) == sorted(leads)
    assert (found[0], found[-1]) == (leads[0], leads[-1])


@pytest.mark.parametrize(
    "query",
    [
        "?from=2026-03-02&to=2026-03-01",
        "?from=2020-01-01&to=2026-03-01",
        "?from=yesterday",
        "?team=999999",
        "?tier=9",
        "?segment=x",
        "?to=9999-12-31",
        "?tiers=1",
    ],
)
def test_what_makes_no_sense_is_refused(api: Api, query: str) -> None:
    problem(api.get(f"metrics/conversion/{query}"), 400)


def test_what_does_not_exist(api: Api) -> None:
    problem(api.get("metrics/nothing/"), 404)


def test_another_programs_team_is_none_of_ours(cast: Cast, api: Api) -> None:
    problem(api.get(f"metrics/conversion/?team={cast.other_sales.pk}"), 400)


def test_history(cast: Cast, api: Api) -> None:
    hand_over(cast, NOON, contact_s=60)
    take(program=cast.program, now=NIGHT)
    (row,) = api.get("metrics/response-median/history/").json()["items"]
    assert (row["day"], row["value"], row["is_restated"]) == ("2026-03-10", 60, False)


def test_assumptions(cast: Cast, api: Api) -> None:
    assert api.get("metrics/assumptions/").json()["lead_value_usd"] == 250
    changed = api.put("metrics/assumptions/", {"late_usd": 80})
    assert changed.json()["late_usd"] == 80
    problem(api.put("metrics/assumptions/", {"untreated_after_days": 0}), 422)
    reader = caller(facts.api_key(cast.program, cast.owner, Scope.READ))
    problem(reader.put("metrics/assumptions/", {"late_usd": 1}), 403)
    rep = caller(facts.api_key(cast.program, cast.rep))
    problem(rep.put("metrics/assumptions/", {"late_usd": 1}), 403)


def test_a_number_by_what_its_rows_have_in_common(cast: Cast, api: Api) -> None:
    hand_over(cast, NOON, sql=True)
    hand_over(cast, NOON)
    lead = hand_over(cast, NOON).lead
    type(lead).objects.in_program(cast.program).filter(pk=lead.pk).update(source="fair")
    items = api.get(f"metrics/conversion/breakdown/{MARCH}&by=source").json()["items"]
    assert [(i["key"], i["measure"]["numerator"], i["measure"]["sample"]) for i in items] == [
        ("test", 1, 2),
        ("fair", 0, 1),
    ]
    (only,) = api.get(f"metrics/conversion/breakdown/{MARCH}&source=fair").json()["items"]
    assert only["key"] == "fair"
    assert problem(api.get("metrics/conversion/breakdown/?by=mood"), 400)


FAR_DAYS = [
    ({"to": "0001-01-01"}, ["to"]),
    ({"from": "0001-01-01"}, ["from"]),
    ({"to": "9999-12-31"}, ["to"]),
    ({"from": "1999-12-31", "to": "2101-01-01"}, ["from", "to"]),
    ({"from": "2000-01-01", "to": "0001-01-01"}, ["to"]),
]


@pytest.mark.parametrize(("days", "blamed"), FAR_DAYS)
def test_days_out_of_reach_are_refused_before_any_is_counted(
    api: Api, days: dict[str, str], blamed: list[str]
) -> None:
    for path in (
        "attribution/",
        "attribution/deals/",
        "results/",
        "metrics/response-median/",
        "metrics/response-median/breakdown/",
    ):
        errors = problem(api.get(path, **days), 400)["errors"]
        assert [error["parameter"] for error in errors] == blamed, path
        assert {error["detail"] for error in errors} == {"Give days between 2000 and 2100."}


def test_the_first_days_in_reach_can_be_asked_for(api: Api) -> None:
    found = api.get("metrics/response-median/", to="2000-01-01").json()
    period = found["now"]["period"]
    assert (period["from"], period["to"]) == ("1999-12-03", "2000-01-01")

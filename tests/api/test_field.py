"""`/findings/`, `/relationships/`, `/competitors/`."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.field.models import CriterionFinding
from tests import cast as play
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_finding_changes_the_account(cast: Cast, api: Api) -> None:
    account = play.account(cast.program, employees_low=9000, employees_high=9000)
    body = {"account_id": account.pk, "criterion": "employees", "outcome": "refuted"}
    value = {"employees_low": 300, "employees_high": 300}
    made = api.post("findings/", {**body, "seen": "Their careers page", "value": value})
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["before"]["employees_low"], row["after"]) == (9000, value)
    assert row["words"].startswith("Employees: ")
    assert api.get(f"findings/{row['id']}/").json() == row
    assert api.get("findings/", account_id=account.pk, outcome="refuted").json()["items"] == [row]
    assert api.get(f"accounts/{account.pk}/").json()["employees_low"] == 300
    # An upsert comes from a list and does not overwrite a finding; an edit by a person does.
    again = {"domain": account.domain, "employees_low": 1, "employees_high": 1}
    assert api.post("accounts/", again).json()["employees_low"] == 300
    edit = {"employees_low": 2, "employees_high": 2}
    assert api.patch(f"accounts/{account.pk}/", edit).json()["employees_low"] == 2


def test_a_key_of_marketing_records_no_finding_of_sales(
    cast: Cast, client_with: Callable[..., Api]
) -> None:
    account = play.account(cast.program, employees_low=9, employees_high=9)
    body = {"account_id": account.pk, "criterion": "employees", "outcome": "confirmed", "seen": "x"}
    made = client_with(play.api_key(cast.program, cast.rep)).post("findings/", body)
    assert made.status_code == 201, made.content
    marketing = client_with(play.api_key(cast.program, cast.marketer))
    told = problem(marketing.post("findings/", body), 403)
    assert "recorded by sales" in told["detail"]
    problem(marketing.post(f"findings/{made.json()['id']}/withdraw/"), 403)
    assert CriterionFinding.objects.in_program(cast.program).count() == 1


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"account_id": 777}, "/account_id"),
        ({"criterion": "charm"}, "/criterion"),
        ({"outcome": "guessed"}, "/outcome"),
        ({"outcome": "filled", "value": None}, "/outcome"),
        ({"seen": ""}, "/seen"),
        ({"value": {"naics": "5112"}}, "/value"),
        ({"value": {"employees_low": 5, "employees_high": 1}}, "/value/employees_low"),
        ({"outcome": "confirmed", "value": {"employees_low": 12}}, "/value"),
        ({"value": {"employees_low": 10**14}}, "/value/employees_low"),
    ],
)
def test_wrong_findings_point_at_the_field(cast: Cast, api: Api, change: dict, at: str) -> None:
    account = play.account(cast.program, employees_low=9, employees_high=9)
    body = {"account_id": account.pk, "criterion": "employees", "outcome": "refuted", "seen": "x"}
    assert pointers(problem(api.post("findings/", {**body, **change}), 422)) == [at]
    assert not CriterionFinding.objects.in_program(cast.program).exists()


def test_a_pair_is_one_relationship(cast: Cast, api: Api) -> None:
    person = play.stakeholder(cast.program, play.account(cast.program))
    body = {"user": cast.rep.email, "stakeholder_id": person.pk, "strength": 2}
    first = api.post("relationships/", body)
    assert first.status_code == 201, first.content
    row = api.post("relationships/", {**body, "strength": 4, "since": "2024-05-01"}).json()
    assert (row["id"], row["strength"]) == (first.json()["id"], 4)
    # Omitted values stay; values sent as null are cleared.
    noted = api.post("relationships/", {**body, "note": "A fair"}).json()
    assert (noted["since"], noted["note"], noted["strength"]) == ("2024-05-01", "A fair", 2)
    row = api.post("relationships/", {**body, "strength": 4, "since": None}).json()
    assert (row["since"], row["note"]) == (None, "A fair")
    listed = api.get("relationships/", account_id=person.account_id).json()["items"]
    assert listed == [row]
    for change, at in (
        ({"user": cast.stranger.email}, "/user"),
        ({"stakeholder_id": 777}, "/stakeholder_id"),
        ({"strength": 5}, "/strength"),
        ({"since": "2999-01-01"}, "/since"),
    ):
        assert pointers(problem(api.post("relationships/", {**body, **change}), 422)) == [at]
    assert api.send("DELETE", f"relationships/{row['id']}/", b"").status_code == 204
    assert api.get("relationships/").json()["items"] == []


def test_an_incumbent_is_there_once(cast: Cast, api: Api) -> None:
    body = {"account_id": play.account(cast.program).pk, "name": "Rival Inc", "strength": 2}
    first = api.post("competitors/", body).json()
    row = api.post("competitors/", {**body, "name": "RIVAL INC", "contract_ends": "2027-01-31"})
    assert (row.json()["id"], row.json()["contract_ends"]) == (first["id"], "2027-01-31")
    assert api.post("competitors/", body).json()["contract_ends"] == "2027-01-31"
    assert pointers(problem(api.post("competitors/", {**body, "strength": 6}), 422)) == [
        "/strength"
    ]
    assert api.send("DELETE", f"competitors/{first['id']}/", b"").status_code == 204
    assert api.get("competitors/", account_id=body["account_id"]).json()["items"] == []


def test_lists_ask_the_same_at_one_row_and_three(cast: Cast, api: Api) -> None:
    account = play.account(cast.program)

    def add() -> None:
        person = play.stakeholder(cast.program, account)
        body = {"user": cast.rep.email, "stakeholder_id": person.pk, "strength": 2}
        assert api.post("relationships/", body).status_code == 201
        rival = {"account_id": account.pk, "name": str(person.pk), "strength": 1}
        assert api.post("competitors/", rival).status_code == 201

    def statements(path: str) -> int:
        api.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert api.get(path).json()["items"]
        return len(seen)

    add()
    before = [statements(path) for path in ("relationships/", "competitors/")]
    add()
    add()
    assert [statements(path) for path in ("relationships/", "competitors/")] == before

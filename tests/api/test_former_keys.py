"""External systems that still use the key of a merged company reach the remaining account."""

from typing import Any

import pytest

from accounts.duplicates.actions.merging import merge
from accounts.intent.actions.standing import today_utc
from accounts.models import Account
from tests import cast as play
from tests.api.conftest import Api
from tests.api.test_engagements import event, send
from tests.cast import Cast

pytestmark = pytest.mark.django_db
GONE = "acme-robotics.com"


@pytest.fixture
def acme(cast: Cast) -> Account:
    stays = play.account(cast.program, "Acme", domain="acme.com")
    goes = play.account(cast.program, "Acme Robotics", domain=GONE, external_id="crm-7")
    merge(survivor=stays, gone=goes, take=(), by=cast.rep)
    return stays


def post(api: Api, path: str, row: dict[str, Any]) -> dict[str, Any]:
    reply = api.post(path, {"items": [row]}).json()
    assert not reply.get("rejected"), reply
    result: dict[str, Any] = reply["results"][0]
    return result


def test_accounts_and_people_are_of_the_account_that_stayed(
    cast: Cast, api: Api, acme: Account
) -> None:
    for row in ({"domain": f"https://www.{GONE}/"}, {"external_id": "crm-7", "name": "Robotics"}):
        assert post(api, "accounts/", row)["id"] == acme.pk
    post(api, "stakeholders/", {"emails": ["dana@gmail.com"], "account_domain": GONE})
    post(api, "stakeholders/", {"emails": ["kim@gmail.com"], "account_external_id": "crm-7"})
    assert acme.stakeholders.count() == 2
    assert Account.objects.in_program(cast.program).get() == acme


def test_what_belongs_to_it_comes_by_its_former_id(api: Api, acme: Account) -> None:
    for path, row in (
        ("notes/", {"kind": "call", "text": "The price is too high."}),
        ("opportunities/", {"name": "Rollout"}),
    ):
        reply = api.post(path, row | {"account_external_id": "crm-7"})
        assert reply.status_code == 201, reply.content
        assert reply.json()["account_id"] == acme.pk
        both = row | {"account_external_id": "crm-7", "account_id": acme.pk}
        assert api.post(path, both).status_code == 201


def test_an_engagement_of_an_unknown_address_joins_it(cast: Cast, api: Api, acme: Account) -> None:
    assert send(api, event(f"new@{GONE}")).json()["created"] == 1
    assert acme.stakeholders.get().leads.get().account == acme
    assert Account.objects.in_program(cast.program).get() == acme


def test_intent_is_the_account_that_stayeds(cast: Cast, api: Api, acme: Account) -> None:
    week = today_utc().isoformat()
    surge = {"source": "bombora", "topic": "ERP", "week": week, "strength": 70, "domain": GONE}
    post(api, "intent/surges/", surge)
    post(api, "intent/visits/", {"domain": GONE, "week": week, "visits": 4, "pages": 9})
    listed = api.get("intent/surges/", account_id=acme.pk).json()["items"]
    assert [row["topic"] for row in listed] == ["ERP"]


def test_it_is_read_by_its_former_keys(cast: Cast, api: Api, acme: Account) -> None:
    for query in (
        {"external_id": "crm-7"},
        {"domain": GONE},
        {"domain": f"https://www.{GONE}/"},
        {"domain": "acme.com"},
    ):
        found = api.get("accounts/", **query).json()["items"]
        assert [row["id"] for row in found] == [acme.pk], query
    for query in ({"external_id": "crm-8"}, {"domain": "acme.org"}):
        assert api.get("accounts/", **query).json()["items"] == []
    assert api.get("accounts/", external_id="crm-7", state="TX").json()["items"] == []


def test_whose_key_it_is_today_comes_first(cast: Cast, api: Api, acme: Account) -> None:
    newer = play.account(cast.program, "New", domain="new.example")
    Account.objects.in_program(cast.program).filter(pk=newer.pk).update(external_id="crm-7")
    (found,) = api.get("accounts/", external_id="crm-7").json()["items"]
    assert found["id"] == newer.pk


def test_a_key_is_of_its_own_program(stranger_api: Api, acme: Account) -> None:
    assert stranger_api.get("accounts/", external_id="crm-7").json()["items"] == []
    assert stranger_api.get("accounts/", domain=GONE).json()["items"] == []


def test_where_an_account_went_is_found_by_its_number(api: Api, acme: Account) -> None:
    (row,) = api.get("merges/").json()["items"]
    assert api.get("merges/", gone_id=row["gone_id"]).json()["items"] == [row]
    assert row["survivor_id"] == acme.pk
    assert api.get("merges/", gone_id=acme.pk).json()["items"] == []

"""External systems that still use the key of a merged company reach the remaining account."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.duplicates.actions.merging import merge
from accounts.duplicates.models import Merge
from accounts.intent.actions.standing import today_utc
from accounts.models import Account
from tests import cast as play
from tests.api.conftest import Api, pointers, problem
from tests.api.test_engagements import event, send
from tests.cast import Cast, api_key, make_cast

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


def test_the_address_of_a_merged_account_says_where_it_went(
    cast: Cast, api: Api, acme: Account
) -> None:
    """A change meant for the account that went overwrites nothing at the one that stayed."""
    gone = f"accounts/{gone_id(cast)}/"
    for method, body in (("GET", b""), ("PATCH", {"city": "Reno"}), ("PUT", {"name": "Robots"})):
        told = problem(api.send(method, gone, body), 410)
        assert told["merged_into_id"] == acme.pk
        assert str(acme.pk) in told["detail"]
    acme.refresh_from_db()
    assert (acme.name, acme.city) == ("Acme", "")


def test_the_number_of_a_merged_account_tells_a_stranger_nothing(
    cast: Cast, stranger_api: Api, acme: Account
) -> None:
    problem(stranger_api.get(f"accounts/{gone_id(cast)}/"), 404)


def test_a_merge_that_is_sent_again_says_that_it_was_done(
    cast: Cast, api: Api, acme: Account
) -> None:
    again = {"survivor_id": acme.pk, "gone_id": gone_id(cast)}
    (error,) = problem(api.post("merges/", again), 422)["errors"]
    assert error["pointer"] == "/gone_id"
    assert f"account {acme.pk}" in error["detail"]


def test_a_chain_of_merges_is_followed(cast: Cast, api: Api, acme: Account) -> None:
    last = play.account(cast.program, "Acme Group", domain="acme-group.com")
    first = gone_id(cast)
    merge(survivor=last, gone=acme, take=(), by=cast.rep)
    assert problem(api.get(f"accounts/{first}/"), 410)["merged_into_id"] == last.pk


@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("notes/", {"kind": "call", "text": "The price is too high."}),
        ("opportunities/", {"name": "Rollout"}),
        ("competitors/", {"name": "Rival", "strength": 3}),
        ("stakeholders/", {"emails": ["dana@gmail.com"]}),
    ],
)
def test_what_belongs_to_it_comes_and_is_found_by_its_number(
    cast: Cast, api: Api, acme: Account, path: str, row: dict[str, Any]
) -> None:
    gone = gone_id(cast)
    made = api.post(path, row | {"account_id": gone})
    assert made.status_code == 201, made.content
    assert made.json()["account_id"] == acme.pk
    (found,) = api.get(path, account_id=gone).json()["items"]
    assert found["id"] == made.json()["id"]


def test_lists_of_accounts_take_it_by_its_number(cast: Cast, api: Api, acme: Account) -> None:
    gone = gone_id(cast)
    days = {"starts_on": "2026-11-01", "ends_on": "2026-12-31"}
    campaign = api.post("campaigns/", days | {"name": "Autumn"}).json()["id"]
    path = f"campaigns/{campaign}/accounts/"
    assert api.post(path, {"account_ids": [gone, acme.pk]}).json() == {"added": 1}
    week = today_utc().isoformat()
    post(api, "intent/visits/", {"account_id": gone, "week": week, "visits": 4, "pages": 9})
    (visits,) = api.get("intent/visits/", account_id=gone).json()["items"]
    assert visits["account_id"] == acme.pk
    report = {"source": "ads", "external_id": "1", "channel": "ad", "side": "marketing"}
    at = timezone.now().isoformat()
    told = api.post("touches/reports/", report | {"account_id": gone, "at": at})
    assert told.json()["touch"]["account_id"] == acme.pk, told.content


def test_a_tool_reports_a_touch_by_the_former_id(api: Api, acme: Account) -> None:
    report = {"source": "ads", "channel": "ad", "side": "marketing"}
    report |= {"account_external_id": "crm-7", "at": timezone.now().isoformat()}
    told = api.post("touches/reports/", report | {"external_id": "1"})
    assert told.json()["touch"]["account_id"] == acme.pk, told.content
    unknown = report | {"external_id": "2", "account_external_id": "crm-8"}
    refused = problem(api.post("touches/reports/", unknown), 422)
    assert pointers(refused) == ["/account_external_id"]


def test_its_deals_are_summed_by_its_number(cast: Cast, api: Api, acme: Account) -> None:
    api.post("opportunities/", {"account_id": acme.pk, "name": "Rollout", "amount": "500.00"})
    sums = [
        api.get("opportunities/forecast/", account_id=pk).json() for pk in (acme.pk, gone_id(cast))
    ]
    assert sums[0] == sums[1]
    assert sums[0] != api.get("opportunities/forecast/", account_id=gone_id(cast) + 1).json()


@pytest.mark.django_db(transaction=True)
def test_its_history_is_read_by_its_number(client_with: Callable[[str], Api]) -> None:
    cast = make_cast()
    stays, goes = (play.account(cast.program) for _ in range(2))
    gone = goes.pk
    merge(survivor=stays, gone=goes, take=(), by=cast.rep)
    api = client_with(api_key(cast.program, cast.owner))
    (event,) = api.get("events/", account_id=gone, kind="account_merged").json()["items"]
    assert (event["account_id"], event["detail"]["gone_id"]) == (stays.pk, gone)


def gone_id(cast: Cast) -> int:
    return Merge.objects.in_program(cast.program).earliest("id").gone_id

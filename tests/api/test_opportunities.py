"""Opportunities and their pipeline over the API."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account
from campaigns.opportunities.models import PipelineStage
from tests import cast as make
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast, api_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(cast: Cast) -> Account:
    return make.account(cast.program)


def stage(cast: Cast, name: str) -> int:
    return PipelineStage.objects.in_program(cast.program).get(name=name).pk


def opened(api: Api, company: Account, **more: Any) -> dict[str, Any]:
    reply = api.post("opportunities/", {"account_id": company.pk, "name": "Rollout"} | more)
    assert reply.status_code in (200, 201), reply.content
    deal: dict[str, Any] = reply.json()
    return deal


def test_from_opening_to_lost(api: Api, cast: Cast, company: Account) -> None:
    deal = opened(api, company, amount="48000", owner_id=cast.rep.pk, external_id="006A")
    assert (deal["stage_name"], deal["amount_usd"], deal["outcome"]) == (
        "Discovery",
        "48000.00",
        "open",
    )
    assert opened(api, company, amount="50000", external_id="006A")["id"] == deal["id"]
    path = f"opportunities/{deal['id']}/"
    changed = api.patch(path, {"close_on": "2027-03-31", "next_step": "Send the plan"}).json()
    assert (changed["close_on"], changed["amount"]) == ("2027-03-31", "50000.00")
    lost = {"stage_id": stage(cast, "Lost")}
    assert pointers(problem(api.post(f"{path}move/", lost), 422)) == ["/lost_reason"]
    moved = api.post(f"{path}move/", lost | {"lost_reason": "price", "lost_to": "Acme"}).json()
    assert (moved["outcome"], moved["lost_to"]) == ("lost", "Acme")
    steps = api.get(f"{path}steps/").json()["items"]
    assert {s["kind"] for s in steps} == {"opened", "amount", "close", "stage"}
    assert [d["id"] for d in api.get("opportunities/", outcome="lost").json()["items"]] == [
        deal["id"]
    ]


def test_a_move_from_a_stale_page_is_refused(api: Api, cast: Cast, company: Account) -> None:
    deal = opened(api, company)
    path = f"opportunities/{deal['id']}/move/"
    seen = {"seen_in_stage_id": deal["stage_id"]}
    assert api.post(path, seen | {"stage_id": stage(cast, "Demo")}).status_code == 200
    problem(api.post(path, seen | {"stage_id": stage(cast, "Negotiation")}), 409)


def test_what_is_wrong_is_pointed_at(api: Api, cast: Cast, company: Account) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"amount": "-1"}, "/amount"),
        ({"currency": "EUR"}, "/currency"),
        ({"owner_id": cast.stranger.pk}, "/owner_id"),
        ({"owner_id": cast.observer.pk}, "/owner_id"),
        ({"stage_id": 10**9}, "/stage_id"),
        ({"stage_id": stage(cast, "Won")}, "/stage_id"),
        ({"lead_ids": [10**9]}, "/lead_ids/0"),
        ({"opened_at": (timezone.now() + timedelta(days=2)).isoformat()}, "/opened_at"),
        ({"account_id": 10**9}, "/account_id"),
    ]
    for more, pointer in wrong:
        body = {"account_id": company.pk, "name": "Rollout"} | more
        assert pointers(problem(api.post("opportunities/", body), 422)) == [pointer], more


def test_the_pipeline_is_set_up(api: Api, cast: Cast, company: Account) -> None:
    made = api.post("pipeline-stages/", {"name": "Proof of value", "probability": 55})
    assert made.status_code == 201, made.content
    path = f"pipeline-stages/{made.json()['id']}/"
    assert api.patch(path, {"guidance": "Two weeks."}).json()["guidance"] == "Two weeks."
    deal = opened(api, company, stage_id=made.json()["id"])
    problem(api.send("DELETE", path, b""), 409)
    api.post(f"opportunities/{deal['id']}/move/", {"stage_id": stage(cast, "Demo")})
    assert api.send("DELETE", path, b"").status_code == 204
    assert api.send("DELETE", path, b"").status_code == 404
    assert api.get(path).json()["retired_at"]
    assert api.get(path).json()["rises"] is None
    for _twice in range(2):
        back = api.post(f"{path}restore/")
        assert (back.status_code, back.json()["retired_at"]) == (200, None)
    rep = Api(api_key(cast.program, cast.rep), api.client)
    problem(rep.post(f"{path}restore/"), 403)
    problem(api.post("pipeline-stages/999999/restore/"), 404)


def test_what_does_not_rise_is_said_and_taken(api: Api, cast: Cast) -> None:
    low = {"name": "Legal", "probability": 30, "guidance": "Two weeks."}
    made = api.post("pipeline-stages/", low).json()
    assert (made["rises"], made["guidance"]) == (False, "Two weeks.")
    listed = api.get("pipeline-stages/").json()["items"]
    positions = [row["position"] for row in listed]
    assert positions == sorted(positions), "as deals go through them"
    found = {row["name"]: row["rises"] for row in listed}
    assert found == {
        "Discovery": True,
        "Demo": True,
        "Negotiation": True,
        "Legal": False,
        "Won": None,
        "Lost": None,
    }
    path = f"pipeline-stages/{made['id']}/"
    assert api.patch(path, {"probability": 90}).json()["rises"] is True


def test_sums_follow_the_exchange_rate(api: Api, company: Account) -> None:
    rate = {"currency": "EUR", "usd": "1.1"}
    assert api.put("exchange-rates/", rate).status_code == 200
    deal = opened(api, company, amount="100", currency="EUR")
    assert deal["amount_usd"] == "110.00"
    api.put("exchange-rates/", rate | {"usd": "1.2"})
    assert api.get(f"opportunities/{deal['id']}/").json()["amount_usd"] == "120.00"
    assert pointers(problem(api.put("exchange-rates/", rate | {"usd": "0"}), 422)) == ["/usd"]
    assert pointers(problem(api.put("exchange-rates/", rate | {"currency": "USD"}), 422)) == [
        "/currency"
    ]

"""The board over the API: risks, forecast, changes, and who looks after whom."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account
from alignment.workspace.deals.days import today_in
from campaigns.committee.actions.members import put_member
from campaigns.opportunities.actions.moving import move
from campaigns.opportunities.actions.writing import change_opportunity, open_opportunity
from campaigns.opportunities.models import Opportunity, PipelineStage
from tests import cast as make
from tests.api.conftest import Api, problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db
AGO = timezone.now() - timedelta(days=30)


@pytest.fixture
def company(cast: Cast) -> Account:
    return make.account(cast.program, "Cascade Robotics")


def deal(cast: Cast, company: Account, amount: int = 1000, **said: Any) -> Opportunity:
    facts: dict[str, Any] = {"name": "Rollout", "owner": cast.rep, "amount": Decimal(amount)} | said
    return open_opportunity(account=company, by=cast.rep, **facts)


def ids(api: Api, **asked: Any) -> list[int]:
    return [row["id"] for row in api.get("opportunities/", **asked).json()["items"]]


def test_a_deal_says_its_account_and_why_it_is_at_risk(
    api: Api, cast: Cast, company: Account
) -> None:
    row = deal(cast, company)
    shown = api.get(f"opportunities/{row.pk}/").json()
    assert shown["account_name"] == "Cascade Robotics"
    assert [each["risk"] for each in shown["risks"]] == [
        "single_threaded",
        "no_date",
        "no_next_step",
    ]
    assert shown["risks"][0]["because"][0] == {
        "text": "no contact in half a year",
        "about": "opportunity",
        "id": row.pk,
    }
    assert (ids(api, at_risk="true"), ids(api, at_risk="false")) == ([row.pk], [])
    changed = api.patch(f"opportunities/{row.pk}/", {"next_step": "Call"}).json()
    assert [each["risk"] for each in changed["risks"]] == ["single_threaded", "no_date"]


def test_the_list_is_ordered_page_by_page(api: Api, cast: Cast, company: Account) -> None:
    today = timezone.localdate()
    rows = [
        deal(cast, company, 500, close_on=today + timedelta(days=9)),
        deal(cast, company, 700),
        deal(cast, company, 600, close_on=today + timedelta(days=3)),
    ]
    expected = {
        "-amount_usd": [1, 2, 0],
        "amount_usd": [0, 2, 1],
        "close_on": [2, 0, 1],
        "-updated_at": [2, 1, 0],
    }
    for order, places in expected.items():
        found, url = [], None
        for _page in range(3):
            more: dict[str, Any] = {"cursor": url.split("cursor=")[1].split("&")[0]} if url else {}
            page = api.get("opportunities/", order=order, limit=1, **more).json()
            found += [row["id"] for row in page["items"]]
            url = page["next"]
        assert found == [rows[place].pk for place in places], order
        assert url is None
    later = rows[2].updated_at.isoformat()
    assert ids(api, updated_since=later) == [rows[2].pk]
    assert problem(api.get("opportunities/", order="-amount_usd", cursor="WzEsMl0"), 400)


def test_more_deals_need_no_more_statements(api: Api, cast: Cast, company: Account) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            api.get("opportunities/")
        return len(seen)

    deal(cast, company)
    statements()
    first = statements()
    deal(cast, company)
    deal(cast, company)
    assert statements() == first


def test_the_forecast(api: Api, cast: Cast, company: Account) -> None:
    today = today_in(cast.program)
    deal(cast, company, close_on=today - timedelta(days=1))
    deal(cast, company, close_on=today + timedelta(days=400))
    deal(cast, company)
    other = make.account(cast.program)
    deal(cast, other, 9_000)
    shown = api.get("opportunities/forecast/", account_id=company.pk).json()
    assert [(line["key"], line["count"], line["usd"]) for line in shown["lines"]] == [
        ("overdue", 1, "1000.00"),
        ("later", 1, "1000.00"),
        ("none", 1, "1000.00"),
    ]
    assert shown["total"]["usd"] == "3000.00"
    assert api.get("opportunities/forecast/", stage="1").status_code == 400


def test_what_changed_since_a_day(api: Api, cast: Cast, company: Account) -> None:
    old = deal(cast, company, 4_000, opened_at=AGO)
    deal(cast, company, 700)
    change_opportunity(opportunity=old, by=cast.rep, amount=Decimal(5_000))
    shown = api.get("opportunities/changes/").json()
    assert (shown["then_usd"], shown["now_usd"]) == ("4000.00", "5700.00")
    assert shown["new"] == {"count": 1, "usd": "700.00"}
    assert shown["amount"] == {"count": 1, "usd": "1000.00"}
    assert [step["kind"] for step in shown["steps"]] == ["amount", "opened"]
    move(
        opportunity=old,
        stage=PipelineStage.objects.in_program(cast.program).get(outcome="won"),
        by=cast.rep,
    )
    day = (AGO - timedelta(days=2)).date().isoformat()
    all_of_it = api.get("opportunities/changes/", since=day).json()
    assert (all_of_it["then_usd"], all_of_it["now_usd"]) == ("0.00", "700.00")
    assert all_of_it["won"] == {"count": 1, "usd": "5000.00"}
    for wrong in ("x", "2019-01-01", "2090-01-01"):
        reply = problem(api.get("opportunities/changes/", since=wrong), 400)
        assert [error["parameter"] for error in reply["errors"]] == ["since"]


def test_who_of_both_sides_looks_after_whom(api: Api, cast: Cast, company: Account) -> None:
    row = deal(cast, company)
    ida = make.stakeholder(cast.program, company, first_name="Ida")
    bo = make.stakeholder(cast.program, company, first_name="Bo")
    put_member(opportunity=row, stakeholder=ida, by=None, role="decision_maker", owner=cast.rep)
    put_member(opportunity=row, stakeholder=bo, by=None, role="user", owner=cast.marketer)
    shown = api.get(f"opportunities/{row.pk}/coverage/").json()
    assert (shown["with_sales"], shown["nurtured"]) == (1, 1)
    sides = {each["stakeholder_id"]: each["owner_side"] for each in shown["members"]}
    assert sides == {ida.pk: "sales", bo.pk: "marketing"}

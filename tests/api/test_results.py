"""The counts on the plan's pages, over the API: content gaps, plays, campaigns."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from alignment.people.permissions import Scope
from alignment.workspace.plan.campaigns import campaign_page
from campaigns.calendar.tests.test_actions import plan
from campaigns.library.models import Asset, Play
from campaigns.models import Campaign, CampaignAccount, CampaignCost
from campaigns.plays.tests.test_results import started
from tests import cast as make
from tests.api.conftest import Api, problem
from tests.cast import Cast, api_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    today = timezone.localdate()
    return Campaign.objects.create(
        program=cast.program,
        name="Autumn",
        starts_on=today - timedelta(days=9),
        ends_on=today + timedelta(days=9),
        budget_usd=1_000,
    )


def test_a_campaign_tells_what_its_page_tells(cast: Cast, api: Api, campaign: Campaign) -> None:
    account = make.account(cast.program)
    person = make.stakeholder(cast.program, account)
    row: dict[str, Any] = {"program": cast.program, "campaign": campaign}
    CampaignAccount.objects.create(**row, account=account)
    CampaignCost.objects.create(
        **row,
        spent_on=timezone.localdate(),
        spent_until=timezone.localdate(),
        amount_usd=1_200,
        what_for="Ads",
    )
    plan(person, cast.marketer, reason="A test", campaign=campaign)
    make.engage(person, "pricing_page_view", at=timezone.now())
    told = api.get(f"campaigns/{campaign.pk}/results/").json()
    assert told["audience"] == 1
    assert told["touches"] == {
        "planned": 1,
        "done": 0,
        "answered": 0,
        "meetings": 0,
        "followed": 0,
    }
    assert told["money"] == {"spent_usd": 1_200, "budget_usd": 1_000, "is_over": True}
    assert told["engagement"]["signals"] == [{"signal": "pricing_page_view", "number": 1}]
    assert told["engagement"]["pipeline"] == {
        "opened": 0,
        "usd": "0.00",
        "won": 0,
        "won_usd": "0.00",
    }
    page = campaign_page(campaign, {})
    assert (page.use.planned, page.money.spent) == (1, 1_200)


def test_content_that_is_missing(cast: Cast, api: Api) -> None:
    Asset.objects.create(
        program=cast.program, title="Banks", kind="video", persona="CFO", stage="decide"
    )
    told = api.get("assets/gaps/").json()
    assert (told["sectors"], told["accounts_without_industry"]) == ([], 0)
    cells = {(cell["persona"], cell["stage"]): cell["assets"] for cell in told["personas"]}
    assert cells[("CFO", "decide")] == 1
    assert {persona for persona, _stage in cells} == {"CFO"}
    assert len(cells) == len(Asset.BuyingStage.choices)
    problem(api.get("assets/gaps/?sector=52"), 400)


def test_plays_are_compared(cast: Cast, api: Api) -> None:
    Play.objects.create(program=cast.program, name="Unused")
    Play.objects.create(program=cast.program, name="Old", retired_at=timezone.now())
    tried, touches = started(cast, "Acme", "Borel")
    first = touches.first()
    assert first
    touches.filter(pk=first.pk).update(state="done", done_at=timezone.now())
    told = {row["name"]: row["results"] for row in api.get("plays/comparison/").json()["items"]}
    assert (told["Unused"]["runs"], "Old" in told) == (0, False)
    (ours,) = (results for name, results in told.items() if name != "Unused")
    assert (ours["runs"], ours["ahead"], ours["is_enough_to_compare"]) == (1, 1, False)
    assert ours == api.get(f"plays/{tried}/results/").json()


def test_another_program_is_nowhere(cast: Cast, api: Api) -> None:
    play = Play.objects.create(program=cast.other_program, name="T")
    hers = Campaign.objects.create(
        program=cast.other_program, name="T", starts_on="2026-01-01", ends_on="2026-01-02"
    )
    problem(api.get(f"plays/{play.pk}/results/"), 404)
    problem(api.get(f"campaigns/{hers.pk}/results/"), 404)


def test_they_take_a_key_that_reads(cast: Cast, campaign: Campaign, client_with) -> None:  # type: ignore[no-untyped-def]
    blind = client_with(api_key(cast.program, cast.owner, Scope.CALENDAR_WRITE))
    for path in ("assets/gaps/", "plays/comparison/", f"campaigns/{campaign.pk}/results/"):
        problem(blind.get(path), 403)

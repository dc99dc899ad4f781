"""The admin changes plans by the same actions as the pages, or not at all."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alignment.core.models import AuditEntry
from campaigns.insights.queries.briefings import usual_rhythm
from campaigns.library.models import Asset, Play
from campaigns.models import Campaign
from campaigns.opportunities.models import ExchangeRate, PipelineStage
from tests import cast as play
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(cast: Cast) -> Client:
    """The program's owner, with access to the admin."""
    cast.owner.is_staff = True
    cast.owner.save()
    return play.sign_in(cast.owner)


def post(staff: Client, view: str, /, *args: int, **said: Any) -> Any:
    return staff.post(reverse(f"admin:{view}", args=args), said, follow=True)


def acted(action: str, cast: Cast) -> bool:
    return AuditEntry.objects.filter(action=action, actor=str(cast.owner)).exists()


def test_a_campaign_is_written(cast: Cast, staff: Client) -> None:
    days = {"starts_on": "2027-01-04", "ends_on": "2027-03-31"}
    said = {"name": "Spring", "goal": "Ten meetings", **days}
    post(staff, "campaigns_campaign_add", program=cast.program.pk, **said)
    campaign = Campaign.objects.in_program(cast.program).get()
    assert (campaign.name, acted("campaign.add", cast)) == ("Spring", True)
    change = "campaigns_campaign_change"
    post(staff, change, campaign.pk, **said | {"goal": "Twenty meetings", "budget_usd": 5_000})
    campaign.refresh_from_db()
    assert (campaign.goal, campaign.budget_usd) == ("Twenty meetings", 5_000)
    assert acted("campaign.change", cast)
    late = post(staff, change, campaign.pk, **said | {"ends_on": "2026-01-01"})
    assert "before the first" in late.text
    stranger = post(staff, change, campaign.pk, **said | {"owner": cast.stranger.pk})
    assert stranger.status_code == 200
    campaign.refresh_from_db()
    assert (str(campaign.ends_on), campaign.owner) == ("2027-03-31", None)


def test_a_refused_form_comes_back_as_it_was_typed(cast: Cast, staff: Client) -> None:
    days = {"starts_on": "2027-01-04", "ends_on": "2027-03-31"}
    campaign = Campaign.objects.create(program=cast.program, name="Spring", **days)
    typed = {
        "name": "Autumn",
        "goal": "Thirty meetings",
        "budget_usd": -5,
        "starts_on": "2027-03-01",
        "ends_on": "2027-02-01",
    }
    change = post(staff, "campaigns_campaign_change", campaign.pk, **typed)
    add = post(staff, "campaigns_campaign_add", program=cast.program.pk, **typed)
    for page in (change, add):
        assert page.redirect_chain == []
        errors = page.context["adminform"].errors
        assert set(errors) == {"budget_usd", "ends_on"}
        assert 'value="Autumn"' in page.text
        assert 'value="-5"' in page.text
        assert "Thirty meetings" in page.text
    assert list(Campaign.objects.in_program(cast.program)) == [campaign]
    campaign.refresh_from_db()
    assert campaign.name != "Autumn"


def test_a_name_that_is_taken_is_said_at_its_field(cast: Cast, staff: Client) -> None:
    stage = PipelineStage.objects.in_program(cast.program).filter(outcome="open").first()
    assert stage
    other = PipelineStage.objects.in_program(cast.program).filter(outcome="won").get()
    said = {"name": other.name, "probability": 10, "guidance": "Ask", "quiet_after_days": 10}
    page = post(staff, "opportunities_pipelinestage_change", stage.pk, **said)
    assert page.context["adminform"].errors == {"name": ["Another stage has this name."]}


@pytest.mark.parametrize("number", [101, -1, 10**9, -(10**9)])
def test_a_number_out_of_range_is_told_the_range_that_makes_sense(
    cast: Cast, staff: Client, number: int
) -> None:
    stage = PipelineStage.objects.in_program(cast.program).filter(outcome="open").first()
    assert stage
    said = {"name": "Discovery", "guidance": "Ask"}
    page = post(
        staff,
        "opportunities_pipelinestage_change",
        stage.pk,
        **said,
        probability=number,
        quiet_after_days=number + 400,
    )
    assert page.context["adminform"].errors == {
        "probability": ["From 0 to 100 percent."],
        "quiet_after_days": ["From 1 to 365 days."],
    }
    rhythm = usual_rhythm(cast.program, timezone.now())
    rhythm.save()
    page = post(staff, "insights_briefingrhythm_change", rhythm.pk, weekday=0, hour=number)
    assert page.context["adminform"].errors == {"hour": ["Give a full hour from 0 to 23."]}


def test_content_is_written_and_checked(cast: Cast, staff: Client) -> None:
    said = {"title": "How Acme plans", "kind": "case_study", "language": "en", "sector": "52"}
    post(staff, "library_asset_add", program=cast.program.pk, **said)
    asset = Asset.objects.in_program(cast.program).get()
    assert (asset.sector, acted("asset.add", cast)) == ("52", True)
    wrong = post(staff, "library_asset_change", asset.pk, **said | {"sector": "99"})
    assert "sector of NAICS" in wrong.text
    asset.refresh_from_db()
    assert asset.sector == "52"


def test_a_play_is_renamed_and_keeps_its_steps(cast: Cast, staff: Client) -> None:
    row = Play.objects.create(program=cast.program, name="Webinar")
    Play.objects.create(program=cast.program, name="Taken")
    post(staff, "library_play_change", row.pk, name="Webinar, then a call", goal="A meeting")
    row.refresh_from_db()
    assert (row.name, row.goal) == ("Webinar, then a call", "A meeting")
    assert acted("play.named", cast)
    taken = post(staff, "library_play_change", row.pk, name="Taken", goal="")
    assert "Another play has this name" in taken.text
    row.refresh_from_db()
    assert row.name == "Webinar, then a call"


def test_a_stage_of_the_pipeline_changes_its_words_only(cast: Cast, staff: Client) -> None:
    stage = PipelineStage.objects.in_program(cast.program).filter(outcome="open").first()
    assert stage
    said = {"name": "Discovery", "probability": 15, "guidance": "Ask", "quiet_after_days": 10}
    post(staff, "opportunities_pipelinestage_change", stage.pk, **said, position=99, outcome="won")
    was, stage = stage, PipelineStage.objects.in_program(cast.program).get(pk=stage.pk)
    assert (stage.name, stage.probability, stage.guidance) == ("Discovery", 15, "Ask")
    assert (stage.position, stage.outcome) == (was.position, "open")
    assert acted("pipeline.change", cast)
    wrong = said | {"probability": 101}
    assert "0 to 100" in post(staff, "opportunities_pipelinestage_change", stage.pk, **wrong).text


def test_a_rate_moves_the_sums(cast: Cast, staff: Client) -> None:
    rate, _made = ExchangeRate.objects.in_program(cast.program).get_or_create(
        currency="EUR", defaults={"program": cast.program, "usd": "1.10"}
    )
    post(staff, "opportunities_exchangerate_change", rate.pk, usd="1.20")
    rate.refresh_from_db()
    assert (str(rate.usd)[:4], acted("pipeline.rate", cast)) == ("1.20", True)


def test_what_hangs_together_is_looked_up_only(cast: Cast, staff: Client) -> None:
    for name in ("calendar_touch", "campaigns_track", "plays_playrun", "selection_target"):
        assert staff.get(reverse(f"admin:{name}_changelist")).status_code == 200
        assert staff.get(reverse(f"admin:{name}_add")).status_code == 403


def test_each_room_of_the_admin_has_a_name_for_people(cast: Cast, staff: Client) -> None:
    index = staff.get(reverse("admin:index"))
    names = [app["name"] for app in index.context["app_list"]]
    assert "Workspace" not in names
    assert "Saved views" in names

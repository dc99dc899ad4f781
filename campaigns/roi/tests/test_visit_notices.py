"""From a shared page to a score, a notice and the pages of the deal and the account."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Lead
from alignment.notifications.models import Notice
from alignment.scoring.models import LeadScore
from campaigns.committee.actions.members import put_member
from campaigns.opportunities.actions.writing import open_opportunity
from campaigns.opportunities.models import Opportunity
from campaigns.roi.actions.sharing import Recipient, Shared, share_calculator
from campaigns.roi.actions.visiting import note_visit
from campaigns.roi.models import RoiVisit
from tests import cast as play
from tests.cast import Cast

from . import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal(cast: Cast) -> Opportunity:
    company, _person = scenes.prospect(cast)
    return open_opportunity(
        account=company, by=cast.sales_manager, name="US rollout", owner=cast.rep
    )


def sent(cast: Cast, deal: Opportunity, *, is_for_somebody: bool = True) -> Shared:
    """A page that marketing sends for a deal of sales."""
    person = deal.account.stakeholders.get() if is_for_somebody else None
    return share_calculator(
        calculator=scenes.calculator(cast),
        to=Recipient(deal.account, person, deal),
        sender="Hexalog",
        language="en",
        days=30,
        by=cast.marketer,
    )


def told(cast: Cast, who: str = "rep") -> list[str]:
    rows = Notice.objects.in_program(cast.program).filter(user=getattr(cast, who), kind="roi")
    return list(rows.order_by("id").values_list("title", flat=True))


def test_from_the_prospects_click_to_score_notice_and_page(cast: Cast, deal: Opportunity) -> None:
    secret = sent(cast, deal).secret
    lead = play.lead(cast.program, deal.account.stakeholders.get())

    def points() -> int:
        return LeadScore.objects.in_program(cast.program).get(lead=lead).engagement

    before, prospect = points(), Client(headers=scenes.BROWSER)
    prospect.get(f"/roi/{secret}/")
    assert points() == before + 2
    assert told(cast) == ["Dana Reyes opened the ROI page: What late leads cost"]
    prospect.get(f"/roi/{secret}/", {"leads": "100"})
    prospect.get(f"/roi/{secret}/pdf/", {"leads": "100"})
    assert points() == before + 5
    for who in ("rep", "marketer"):
        assert told(cast, who)[1:] == ["Dana Reyes used the ROI page: What late leads cost"]
    notice = Notice.objects.in_program(cast.program).filter(user=cast.rep).latest("id")
    assert "US rollout" in notice.text
    assert "Revenue lost each year: $240,000" in notice.text
    assert notice.path == f"/p/{cast.program.slug}/opportunities/{deal.pk}/#roi"
    for path in (f"opportunities/{deal.pk}", f"accounts/{deal.account_id}"):
        text = cast.client("marketer").get(f"/p/{cast.program.slug}/{path}/").content.decode()
        text = text.partition('id="roi"')[2].partition("</section>")[0]
        for words in (
            "Late leads",
            "Dana Reyes",
            "2 of them with their own numbers",
            "$240,000",
            "3 months",
        ):
            assert words in text


def test_a_page_kind_and_day_tells_once_and_the_next_day_says_again(
    cast: Cast, deal: Opportunity
) -> None:
    share, now = sent(cast, deal, is_for_somebody=False).share, timezone.now()
    for at in (now - timedelta(days=2), now - timedelta(days=2), now):
        note_visit(share=share, kind=RoiVisit.Kind.OPENED, at=at)
        note_visit(share=share, kind=RoiVisit.Kind.USED, at=at, values={"leads": 5})
    who = "Somebody at Cascade Robotics"
    assert told(cast) == [
        f"{who} opened the ROI page: What late leads cost",
        f"{who} used the ROI page: What late leads cost",
        f"{who} came back to the ROI page: What late leads cost",
        f"{who} works with the ROI page again: What late leads cost",
    ]
    assert told(cast, "sales_manager") == []


def test_without_a_deal_its_sender_hears_and_is_led_to_the_account(cast: Cast) -> None:
    company, person = scenes.prospect(cast)
    share = scenes.shared(cast, scenes.calculator(cast), company, person).share
    note_visit(share=share, kind=RoiVisit.Kind.OPENED, at=timezone.now())
    notice = Notice.objects.in_program(cast.program).get(kind="roi")
    assert (notice.user, notice.path) == (
        cast.rep,
        f"/p/{cast.program.slug}/accounts/{company.pk}/#roi",
    )


def test_the_deal_offers_the_page_for_whoever_pays(cast: Cast, deal: Opportunity) -> None:
    scenes.calculator(cast)
    champion = deal.account.stakeholders.get()
    buyer = play.stakeholder(cast.program, deal.account, first_name="Bo", last_name="Buyer")
    for person, role in ((champion, "champion"), (buyer, "economic_buyer")):
        put_member(opportunity=deal, stakeholder=person, by=cast.rep, role=role)
    page = f"/p/{cast.program.slug}/opportunities/{deal.pk}/"
    client = cast.client("rep")
    text = client.get(page).content.decode().partition('id="roi"')[2]
    query = f"?account={deal.account_id}&amp;opportunity={deal.pk}&amp;stakeholder={buyer.pk}"
    assert query in text.partition("</section>")[0]
    form = client.get(f"/p/{cast.program.slug}/roi/share/{query.replace('&amp;', '&')}")
    assert f'<option value="{buyer.pk}" selected>' in form.content.decode()
    assert f'<option value="{deal.pk}" selected>' in form.content.decode()
    assert f'href="{page}#roi"' in form.content.decode()
    assert "roi/share/" not in cast.client("observer").get(page).content.decode()


def test_closing_a_page_leads_back_to_where_it_was_closed(cast: Cast, deal: Opportunity) -> None:
    share, client = sent(cast, deal).share, cast.client("rep")
    home = f"/p/{cast.program.slug}"
    for back, place in (
        ("opportunity", f"{home}/opportunities/{deal.pk}/"),
        ("account", f"{home}/accounts/{deal.account_id}/"),
        ("https://evil.example", f"{home}/roi/{share.version.calculator_id}/"),
    ):
        reply = client.post(f"{home}/roi/shares/{share.pk}/revoke/", {"back": back})
        assert reply["Location"] == place


def test_a_lead_that_is_not_there_yet_begins_with_the_visit(cast: Cast, deal: Opportunity) -> None:
    note_visit(share=sent(cast, deal).share, kind=RoiVisit.Kind.OPENED, at=timezone.now())
    assert Lead.objects.in_program(cast.program).filter(account=deal.account_id).count() == 1

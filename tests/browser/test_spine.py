"""From an engagement posted by a system to a lead claimed by a rep, with both pages open."""

import json
import re
import time
from typing import Any
from urllib.request import Request, urlopen

from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Lead, Stakeholder
from alignment.people.models import Role
from alignment.people.permissions import Scope
from alignment.scoring.models import LeadScore
from tests import cast as play
from tests.browser.conftest import Server
from tests.browser.journeys import Online, toast, wait_until_live
from tests.cast import Cast

LIVE_WITHIN = 2.0
# Meets every criterion of the profile that a new program starts with.
GOOD_COMPANY: dict[str, Any] = {
    "name": "Cascade Robotics",
    "domain": "cascade-robotics.example",
    "employees_low": 600,
    "employees_high": 600,
    "revenue_low": 80_000_000,
    "revenue_high": 80_000_000,
    "naics": "333517",
    "state": "CA",
    "city": "San Francisco",
    "country": "US",
}


def nearly_qualified(cast: Cast) -> Stakeholder:
    """A person with 35 points: ICP match and budget. A pricing page view makes 50."""
    company = play.account(cast.program, **GOOD_COMPANY)
    person = play.stakeholder(
        cast.program, company, "dana@cascade-robotics.example", first_name="Dana", last_name="Fox"
    )
    play.lead(cast.program, person)
    play.engage(person, "budget_confirmed")
    return person


def post_engagement(server: Server, key: str, email: str, signal: str) -> None:
    """Post an engagement as a website or CRM does."""
    event = {
        "stakeholder": {"email": email},
        "signal": signal,
        "occurred_at": timezone.now().isoformat(),
        "source": "website",
        "external_id": f"{signal}-1",
    }
    request = Request(
        f"{server.url}/api/v1/engagements/",
        json.dumps({"events": [event]}).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urlopen(request, timeout=30) as answer:
        assert answer.status < 300, answer.read()


def test_lead_appears_and_one_of_two_reps_gets_it(
    cast: Cast, server: Server, online: Online
) -> None:
    person = nearly_qualified(cast)
    rival = play.user("rita.rep@example.com", name="Rita Rep")
    play.member(cast.program, rival, Role.MEMBER, cast.sales)
    play.nobody_takes_turns(cast)
    key = play.api_key(cast.program, cast.owner, Scope.ENGAGEMENTS_WRITE)
    ravi, rita = online.person(cast.rep), online.person(rival)
    for page in (ravi, rita):
        page.goto(f"/p/{cast.program.slug}/queue/")
        expect(page.get_by_text("The queue is empty")).to_be_visible()
        wait_until_live(page)

    post_engagement(server, key, "dana@cascade-robotics.example", "pricing_page_view")
    start = time.monotonic()
    ravi.get_by_role("link", name="Dana Fox", exact=True).wait_for()
    assert time.monotonic() - start < LIVE_WITHIN
    expect(ravi).to_have_title(re.compile(r"^\(1\)"))

    ravi.keyboard.press("j")
    ravi.keyboard.press("Enter")
    expect(ravi.get_by_role("heading", level=1)).to_have_text("Dana Fox")
    assert_points_explain_the_score(
        ravi, Lead.objects.in_program(cast.program).get(stakeholder=person)
    )

    rita.get_by_role("link", name="Dana Fox", exact=True).wait_for()
    # Rita's page does not yet show the claim, so she presses the key as well.
    rita.route("**/queue/**", lambda route: route.fulfill(status=204))
    wait_until_live(ravi)
    ravi.keyboard.press("c")
    toast(ravi, "Dana Fox is yours.")
    expect(ravi.get_by_text("owned by Ravi Rep")).to_be_visible()
    rita.keyboard.press("j")
    rita.keyboard.press("c")
    toast(rita, "Ravi Rep already has this lead.")
    rita.unroute("**/queue/**")
    rita.reload()
    expect(rita.locator("#queue-rows").get_by_text("Ravi Rep")).to_be_visible()
    assert Lead.objects.in_program(cast.program).get().owner == cast.rep


def assert_points_explain_the_score(page: Page, lead: Lead) -> None:
    """Each earned point is a line with its reason; their sum is the stored score."""
    score = LeadScore.objects.in_program(lead.program_id).get(lead=lead)
    panel = page.get_by_role("region", name="Score", exact=True)
    shown = [
        int(text)
        for text in panel.locator("li.point:not(.point--missing) .point__points").all_inner_texts()
    ]
    assert sum(shown) == score.total == 50
    expect(panel.locator(".score-head__total b")).to_have_text("50")
    expect(panel.get_by_text("Who looks at prices compares offers.")).to_be_visible()
    expect(panel.get_by_text("website", exact=False).first).to_be_visible()

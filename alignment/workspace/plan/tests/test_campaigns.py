"""Campaign pages: audience, costs, results and nurture tracks."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Stakeholder
from alignment.workspace.paging import Page
from alignment.workspace.plan import campaigns
from alignment.workspace.plan.campaigns import MOST_TOUCHES, CampaignRow, campaign_page
from alignment.workspace.plan.doings import doings
from alignment.workspace.tests.pages import address, queries, text
from campaigns.actions.audience import add_accounts
from campaigns.actions.campaigns import add_campaign, add_cost
from campaigns.actions.tracks import add_track, enrol
from campaigns.calendar.models import Touch
from campaigns.library.models import Play
from campaigns.models import Campaign, CampaignAccount, CampaignCost, Track, TrackMember
from campaigns.selection.tests import scenes
from tests import cast as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SENT = {
    "name": "Autumn",
    "goal": "Ten meetings",
    "starts_on": "2026-11-01",
    "ends_on": "2026-12-31",
}


def campaign(cast: Cast, name: str = "Autumn", **said: Any) -> Campaign:
    today = timezone.localdate()
    days = {"starts_on": today - timedelta(days=10), "ends_on": today + timedelta(days=10)}
    return add_campaign(program=cast.program, by=cast.marketer, name=name, **(days | said))


def track(found: Campaign, name: str = "Slow burn") -> Track:
    return add_track(campaign=found, name=name, tool="HubSpot", external_id=None, by=None)


def touch(found: Campaign, person: Stakeholder, result: str = "", days_ago: int = 3) -> Touch:
    at = timezone.now() - timedelta(days=days_ago)
    return Touch.objects.create(
        program=found.program,
        account_id=person.account_id or 0,
        campaign=found,
        channel="email",
        side="marketing",
        thread=0,
        starts_at=at,
        ends_at=at + timedelta(minutes=5),
        state="done",
        done_at=at,
        result=result,
    )


def test_a_campaign_is_added_and_changed(cast: Cast) -> None:
    play = Play.objects.create(program=cast.program, name="Welcome")
    client = cast.client("marketer")
    sent = SENT | {"budget_usd": "5,000", "owner": str(cast.rep.pk), "plays": [str(play.pk)]}
    made = client.post(address(cast, "campaigns/new/"), sent)
    found = Campaign.objects.in_program(cast.program).get()
    assert made["Location"] == address(cast, f"campaigns/{found.pk}/")
    assert (found.budget_usd, found.owner) == (5_000, cast.rep)
    page = text(cast, "observer", f"campaigns/{found.pk}/")
    for shown in ("Autumn", "Ten meetings", "Welcome", "of $5,000", "Ravi Rep"):
        assert shown in page
    assert f"campaigns/{found.pk}/accounts/" not in page
    form = text(cast, "marketer", f"campaigns/{found.pk}/edit/")
    assert 'value="2026-11-01"' in form
    client.post(address(cast, f"campaigns/{found.pk}/edit/"), sent | {"name": "Fall", "plays": []})
    found.refresh_from_db()
    assert (found.name, found.plays.count()) == ("Fall", 0)
    wrong = client.post(address(cast, "campaigns/new/"), SENT | {"ends_on": "2026-01-01"})
    assert wrong.status_code == 422
    assert "The last day is before the first." in wrong.text


def test_who_may_not_plan_writes_nothing(cast: Cast) -> None:
    found = campaign(cast)
    walk = track(found)
    for rest in (
        "campaigns/new/",
        f"campaigns/{found.pk}/edit/",
        f"campaigns/{found.pk}/accounts/",
        f"campaigns/{found.pk}/accounts/1/remove/",
        f"campaigns/{found.pk}/costs/new/",
        f"campaigns/{found.pk}/costs/1/remove/",
        f"campaigns/{found.pk}/tracks/new/",
        f"tracks/{walk.pk}/enrol/",
        f"tracks/{walk.pk}/people/1/leave/",
    ):
        assert cast.client("observer").post(address(cast, rest)).status_code == 403, rest


def test_the_target_list_becomes_the_audience(cast: Cast) -> None:
    found = campaign(cast)
    chosen, _other = (make.account(cast.program, name) for name in ("Acme", "Bolt"))
    scenes.put(cast, scenes.discussed(cast, {chosen: ("yes", "yes")}), chosen)
    here = address(cast, f"campaigns/{found.pk}/accounts/")
    client = cast.client("marketer")
    shown = client.get(here).text
    (select,) = re.findall(r'<select[^>]* name="tier"[^>]*>', shown)
    assert 'class="select"' in select
    assert 'aria-label="Target list"' in select
    client.post(f"{here}?tier=any", {"do": "all"})
    rows = CampaignAccount.objects.in_program(cast.program)
    assert [row.account_id for row in rows] == [chosen.pk]


def test_accounts_are_added_by_choice_or_by_filter_and_taken_out(cast: Cast) -> None:
    found = campaign(cast)
    texan, other, _third = (make.account(cast.program, state=s) for s in ("TX", "TX", "NY"))
    here = address(cast, f"campaigns/{found.pk}/accounts/")
    client = cast.client("rep")
    page = client.get(f"{here}?state=TX")
    assert {account.pk for account in page.context["accounts"]} == {texan.pk, other.pk}
    client.post(f"{here}?state=TX", {"do": "chosen", "account": [str(texan.pk), "x"]})
    rows = CampaignAccount.objects.in_program(cast.program)
    assert [row.account_id for row in rows.all()] == [texan.pk]
    assert texan.name not in client.get(f"{here}?state=TX").text
    client.post(f"{here}?state=TX", {"do": "all"})
    assert set(rows.values_list("account_id", flat=True)) == {texan.pk, other.pk}
    theirs = make.account(cast.other_program)
    client.post(here, {"do": "chosen", "account": [str(theirs.pk)]})
    client.post(f"{here}{texan.pk}/remove/")
    assert [row.account_id for row in rows.all()] == [other.pk]
    assert client.post(f"{here}{texan.pk}/remove/").status_code == 404


def test_costs_are_added_up_against_the_budget(cast: Cast) -> None:
    found = campaign(cast, budget_usd=1_000)
    client = cast.client("marketer")
    sent = {"what_for": "Ads", "amount_usd": "1.2k", "spent_on": "2026-11-02"}
    assert client.post(address(cast, f"campaigns/{found.pk}/costs/new/"), sent).status_code == 302
    page = text(cast, "rep", f"campaigns/{found.pk}/")
    for shown in ("$1,200", "of $1,000 · 120%", "over budget", "Ads"):
        assert shown in page
    cost = CampaignCost.objects.in_program(cast.program).get()
    remove = address(cast, f"campaigns/{found.pk}/costs/{cost.pk}/remove/")
    assert client.post(remove).status_code == 403
    assert remove not in page
    assert remove in text(cast, "owner", f"campaigns/{found.pk}/")
    cast.client("owner").post(remove)
    page = text(cast, "rep", f"campaigns/{found.pk}/")
    assert "of $1,000 · 0%" in page
    assert "<del>Ads</del>" in page
    assert f"Removed by {cast.owner}" in page
    nothing = client.post(
        address(cast, f"campaigns/{found.pk}/costs/new/"), sent | {"amount_usd": ""}
    )
    assert nothing.status_code == 422
    ahead = client.post(
        address(cast, f"campaigns/{found.pk}/costs/new/"), sent | {"spent_on": "2099-12-05"}
    )
    assert (ahead.status_code, "yet to come" in ahead.text) == (422, True)
    early = client.post(
        address(cast, f"campaigns/{found.pk}/costs/new/"),
        sent | {"spent_on": str(found.starts_on - timedelta(days=1))},
        follow=True,
    )
    assert "lies before the campaign begins" in early.text


def test_what_the_audience_did_in_its_dates_is_counted(cast: Cast) -> None:
    found = campaign(cast)
    ours, outside = (make.lead(cast.program).stakeholder for _ in range(2))
    add_accounts(campaign=found, account_ids=[ours.account_id or 0], by=None)
    make.engage(ours, "pricing_page_view")
    make.engage(ours, "email_opened")
    make.engage(ours, "pricing_page_view", at=timezone.now() - timedelta(days=30))
    make.engage(outside, "pricing_page_view")
    touch(found, ours, result="meeting")
    touch(found, ours, days_ago=2)
    touch(campaign(cast, "Other"), ours, result="replied")
    did = doings(found)
    assert (did.engagements, did.accounts, did.people) == (2, 1, 1)
    assert {name for _code, name, _number in did.signals} == {
        "Pricing page visited",
        "E-mail opened",
    }
    page = campaign_page(found, {})
    assert (page.use.done, page.use.meetings, page.size) == (2, 1, 1)
    (row,) = page.audience.rows
    assert (row.use.done, row.engagements) == (2, 2)


def test_engagements_are_counted_in_one_pass_by_account_person_and_signal(cast: Cast) -> None:
    found = campaign(cast)
    assert doings(found).engagements == 0
    one, two, alone = (make.lead(cast.program).stakeholder for _ in range(3))
    Stakeholder.objects.in_program(cast.program).filter(pk=two.pk).update(account=one.account)
    ids = [one.account_id or 0, alone.account_id or 0]
    add_accounts(campaign=found, account_ids=ids, by=None)
    for person in (one, one, two, alone):
        make.engage(person, "email_opened")
    make.engage(two, "pricing_page_view")
    with CaptureQueriesContext(connection) as seen:
        did = doings(found)
    assert (did.engagements, did.accounts, did.people) == (5, 2, 3)
    numbers = [(code, number) for code, _name, number in did.signals]
    assert numbers == [("email_opened", 4), ("pricing_page_view", 1)]
    assert sum("accounts_engagement" in query["sql"] for query in seen) == 1


def test_its_page_shows_what_is_near_and_not_what_is_far_ahead(cast: Cast) -> None:
    found = campaign(cast)
    person = make.lead(cast.program).stakeholder
    far = [touch(found, person, days_ago=-40 - n) for n in range(MOST_TOUCHES)]
    done, next_one = touch(found, person, days_ago=3), touch(found, person, days_ago=-2)
    page = campaign_page(found, {})
    assert page.has_more
    assert [each.pk for each in page.touches[-2:]] == [next_one.pk, done.pk]
    assert far[-1].pk not in {each.pk for each in page.touches}


def test_each_figure_leads_to_its_rows(cast: Cast) -> None:
    found = campaign(cast)
    ours, other = (make.lead(cast.program).stakeholder for _ in range(2))
    outside = make.lead(cast.program).stakeholder
    add_accounts(campaign=found, account_ids=[ours.account_id or 0, other.account_id or 0], by=None)
    for person, code in (
        (ours, "pricing_page_view"),
        (ours, "email_opened"),
        (other, "email_opened"),
        (outside, "email_opened"),
    ):
        make.engage(person, code)
    done = [touch(found, ours, result="meeting"), touch(found, ours, result="replied", days_ago=2)]
    touch(found, other)
    touch(campaign(cast, "Other"), ours, result="meeting")
    home = f"campaigns/{found.pk}/"
    page = text(cast, "observer", home)
    use = campaign_page(found, {}).use
    client = cast.client("observer")
    for which in ("done", "answered", "meetings"):
        assert f"{address(cast, home)}touches/?which={which}" in page
        rows = client.get(address(cast, f"{home}touches/"), {"which": which}).context["page"].rows
        assert len(rows) == getattr(use, which), which
    asked = {"which": "done", "account": str(ours.account_id)}
    mine = client.get(address(cast, f"{home}touches/"), asked)
    assert {row.pk for row in mine.context["page"].rows} == {each.pk for each in done}
    assert address(cast, f"calendar/{done[0].pk}/") in mine.text

    here = address(cast, f"{home}engagements/")
    assert f"{here}?signal=email_opened" in page
    assert len(client.get(here).context["page"].rows) == doings(found).engagements == 3
    opened = client.get(here, {"signal": "email_opened"}).context["page"].rows
    assert {row.stakeholder_id for row in opened} == {ours.pk, other.pk}
    of_one = client.get(here, {"account": str(ours.account_id)}).context["page"].rows
    assert {row.stakeholder_id for row in of_one} == {ours.pk}
    for each, pks in (
        ("account", [ours.account_id, other.account_id]),
        ("person", [ours.pk, other.pk]),
    ):
        groups = client.get(here, {"each": each}).context["groups"]
        assert [(group.pk, group.number) for group in groups] == list(zip(pks, (2, 1), strict=True))
    for wrong in ({"signal": "nothing"}, {"account": "1"}, {"account": "x"}):
        assert client.get(here, wrong).status_code == 404


def test_the_rows_cost_the_same_whatever_their_number(cast: Cast) -> None:
    found = campaign(cast)
    pages = [
        f"campaigns/{found.pk}/{rest}"
        for rest in (
            "touches/",
            "touches/?which=followed",
            "engagements/",
            "engagements/?each=account",
            "engagements/?each=person",
        )
    ]

    def fill() -> list[int]:
        person = make.lead(cast.program).stakeholder
        add_accounts(campaign=found, account_ids=[person.account_id or 0], by=None)
        make.engage(person, "email_opened")
        touch(found, person)
        return [queries(cast, "rep", page) for page in pages]

    few = fill()
    fill()
    assert fill() == few


def test_people_enter_a_track_and_leave_it_with_a_reason(cast: Cast) -> None:
    found = campaign(cast)
    person = make.stakeholder(cast.program, make.account(cast.program), last_name="Inside")
    barred = make.stakeholder(cast.program, person.account, last_name="Barred")
    Stakeholder.objects.in_program(cast.program).filter(pk=barred.pk).update(do_not_contact=True)
    make.stakeholder(cast.program, make.account(cast.program), last_name="Elsewhere")
    add_accounts(campaign=found, account_ids=[person.account_id or 0], by=None)
    client = cast.client("marketer")
    sent = {"name": "Slow burn", "tool": "HubSpot", "external_id": "w1"}
    client.post(address(cast, f"campaigns/{found.pk}/tracks/new/"), sent)
    walk = Track.objects.in_program(cast.program).get()
    form = text(cast, "marketer", f"tracks/{walk.pk}/enrol/")
    assert "Inside" in form
    assert "Barred" not in form
    assert "Elsewhere" not in form
    here = address(cast, f"tracks/{walk.pk}/")
    assert client.post(f"{here}enrol/", {"people": [str(barred.pk)]}).status_code == 422
    assert client.post(f"{here}enrol/", {"people": [str(person.pk)]}).status_code == 302
    assert "1 person is in it now." in text(cast, "rep", f"tracks/{walk.pk}/")
    gone = f"{here}people/{person.pk}/leave/"
    assert client.post(gone, {"because": ""}).status_code == 422
    assert client.post(gone, {"because": "Meeting agreed"}).status_code == 302
    page = text(cast, "rep", f"tracks/{walk.pk}/")
    assert "Meeting agreed" in page
    assert "0 people are in it now." in page
    # A second click changes nothing.
    client.post(gone, {"because": "Again"})
    (stay,) = TrackMember.objects.in_program(cast.program)
    assert stay.left_because == "Meeting agreed"


def test_longer_lists_cost_no_more(cast: Cast) -> None:
    found = campaign(cast)

    def fill(number: int) -> None:
        person = make.lead(cast.program).stakeholder
        add_accounts(campaign=found, account_ids=[person.account_id or 0], by=None)
        add_cost(
            campaign=found, spent_on=date(2026, 11, 2), amount_usd=5, what_for="Ads", by=cast.rep
        )
        touch(found, person)
        walk = track(found, f"Track {number}")
        enrol(track=walk, stakeholder_ids=[person.pk], by=None)
        if number:
            enrol(
                track=Track.objects.in_program(cast.program).order_by("pk")[0],
                stakeholder_ids=[person.pk],
                by=None,
            )
            campaign(cast, f"Other {number}")

    fill(0)
    walk = Track.objects.in_program(cast.program).get()
    pages = ("campaigns/", f"campaigns/{found.pk}/", f"tracks/{walk.pk}/")
    few = [queries(cast, "rep", page) for page in pages]
    fill(1)
    fill(2)
    assert [queries(cast, "rep", page) for page in pages] == few


def test_the_list_pages_by_key_and_a_later_page_costs_no_more(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A campaign added meanwhile moves no row to another page."""
    monkeypatch.setattr(campaigns, "PAGE", 2)
    for day, name in ((1, "First"), (2, "Second"), (2, "Third"), (3, "Fourth"), (4, "Fifth")):
        campaign(cast, name, starts_on=date(2026, 11, day))

    def names(page: Page[CampaignRow]) -> list[str]:
        return [row.campaign.name for row in page.rows]

    first = campaigns.campaign_list(cast.program, {})
    assert (names(first), first.before) == (["Fifth", "Fourth"], "")
    campaign(cast, "Sixth", starts_on=date(2026, 11, 5))
    second = campaigns.campaign_list(cast.program, {"after": first.after})
    assert names(second) == ["Third", "Second"]
    assert names(campaigns.campaign_list(cast.program, {"before": second.before})) == names(first)
    last = campaigns.campaign_list(cast.program, {"after": second.after})
    assert (names(last), last.after) == (["First"], "")
    shown = text(cast, "rep", "campaigns/")
    follows = re.search(r'rel="next" href="(\?after=[^"]+)"', shown)
    assert follows
    assert "Third" in text(cast, "rep", f"campaigns/{follows[1]}")
    few = queries(cast, "rep", f"campaigns/?after={second.after}")
    assert (
        queries(cast, "rep", f"campaigns/{follows[1]}") == few == queries(cast, "rep", "campaigns/")
    )


def test_another_program_is_nowhere(cast: Cast) -> None:
    theirs = Campaign.objects.create(
        program=cast.other_program, name="T", starts_on="2026-01-01", ends_on="2026-01-02"
    )
    walk = track(theirs)
    for rest in (
        f"campaigns/{theirs.pk}/",
        f"campaigns/{theirs.pk}/touches/",
        f"campaigns/{theirs.pk}/engagements/",
        f"tracks/{walk.pk}/",
    ):
        assert cast.client("rep").get(address(cast, rest)).status_code == 404

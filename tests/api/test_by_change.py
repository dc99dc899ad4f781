"""Lists by their change (`updated_since`): what a copy of them is kept up to date from."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone

from accounts.duplicates.actions.merging import merge
from accounts.field.actions.people import set_competitor
from accounts.field.models import Competitor
from accounts.models import Account, Lead, Stage, Stakeholder
from alignment.core.rest.filters import ChangeFilterSet
from alignment.people.api_views import ListView
from alignment.scoring.models import LeadScore
from alignment.sla.actions import answers, work
from alignment.sla.actions.sweep import sweep
from alignment.sla.models import Clock, HandOff
from alignment.sla.tests.handing import handed, mql
from alignment.sla.tests.promises import clause, clock, contract, due, follow
from campaigns.actions.campaigns import remove_cost
from campaigns.calendar.actions.answers import credit
from campaigns.calendar.actions.planning import plan_touch
from campaigns.calendar.models import Touch
from campaigns.insights.actions.notes import write_note
from campaigns.insights.models import Note
from campaigns.library.actions.assets import add_asset
from campaigns.library.models import Asset, Play
from campaigns.models import Campaign, CampaignCost, Track
from campaigns.opportunities.actions.moving import move
from campaigns.opportunities.actions.pipeline import set_rate
from campaigns.opportunities.actions.writing import open_opportunity
from campaigns.opportunities.models import Opportunity, PipelineStage
from tests import cast as make
from tests.api.conftest import SINCE, Api, news
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAYS = {"starts_on": "2026-11-01", "ends_on": "2026-12-31"}


def lists() -> list[type[ListView]]:
    """The views of all lists that are filtered by change."""
    found: list[Any] = []
    waiting: list[Any] = list(get_resolver().url_patterns)
    while waiting:
        each = waiting.pop()
        waiting += getattr(each, "url_patterns", [])
        view = getattr(getattr(each, "callback", None), "view_class", None)
        narrows = getattr(view, "filterset_class", None)
        if narrows is not None and issubclass(narrows, ChangeFilterSet):
            found.append(view)
    return found


def test_lists_by_change_show_the_moment_and_have_its_index(cast: Cast) -> None:
    assert len(lists()) == 18
    for view in lists():
        serializer: Any = view.serializer_class
        model = serializer.Meta.model
        assert "updated_at" in serializer.Meta.fields, view
        orders: dict[str, Any] = getattr(view, "orders", {})
        assert orders["-updated_at"] == ("-updated_at", "-id"), view
        (index,) = [
            index.name
            for index in model._meta.indexes
            if index.fields == ["program", "-updated_at", "-id"]
        ]
        rows = model.objects.in_program(cast.program).filter(updated_at__gte=SINCE)
        with connection.cursor() as cursor:
            # Tables of tests are too small for this index to be worth it.
            for other in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{other} = off")
        plan = rows.order_by("-updated_at", "-id")[:51].explain()
        assert index in plan, plan
        assert "Sort" not in plan, plan


def test_a_list_by_change_takes_as_many_queries_for_three_as_for_one(cast: Cast, api: Api) -> None:
    counts = []
    for leads in (1, 2):
        found = [make.lead(cast.program).pk for _ in range(leads)]
        assert set(found) <= set(news(api, "leads/"))
        with CaptureQueriesContext(connection) as said:
            news(api, "leads/")
        counts.append(len(said))
    assert counts[0] == counts[1]


def by_claiming(lead: Lead, cast: Cast) -> None:
    work.claim(lead=lead, by=cast.rep)


def by_giving(lead: Lead, cast: Cast) -> None:
    work.assign(lead=lead, owner=cast.rep, by=cast.owner)


def by_rising(lead: Lead, cast: Cast) -> None:
    make.engage(lead.stakeholder, "website_visit")


def by_leaving(lead: Lead, cast: Cast) -> None:
    work.disqualify(lead=lead, by=cast.owner, code="no-need", note="")


def by_moving(lead: Lead, cast: Cast) -> None:
    other = make.account(cast.program)
    make.stakeholder(
        cast.program, other, emails=[lead.stakeholder.emails.get().address], last_name="Doe"
    )


def by_merging(lead: Lead, cast: Cast) -> None:
    assert lead.account
    merge(survivor=make.account(cast.program), gone=lead.account, take=(), by=cast.owner)


@pytest.mark.parametrize(
    "change", [by_claiming, by_giving, by_rising, by_leaving, by_moving, by_merging]
)
def test_a_lead_that_changed_is_news(
    cast: Cast, api: Api, aged: Any, change: Callable[[Lead, Cast], None]
) -> None:
    lead = make.lead(cast.program)
    make.lead(cast.program)
    before = api.get(f"leads/{lead.pk}/").json()
    aged(Lead)
    assert news(api, "leads/") == []
    change(lead, cast)
    assert news(api, "leads/") == [lead.pk]
    after = api.get(f"leads/{lead.pk}/").json()
    assert {name for name in before if before[name] != after[name]} > {"updated_at"}


def test_a_lead_that_comes_back_is_news(cast: Cast, api: Api, aged: Any) -> None:
    lead = make.lead(cast.program)
    work.disqualify(lead=lead, by=cast.owner, code="no-need", note="")
    aged(Lead)
    work.bring_back(lead=lead, by=cast.owner)
    assert news(api, "leads/") == [lead.pk]


def test_points_alone_are_no_change_of_a_lead(cast: Cast, api: Api, aged: Any) -> None:
    lead = make.lead(cast.program)
    make.engage(lead.stakeholder, "website_visit")
    aged(Lead)
    make.engage(lead.stakeholder, "case_study_download")
    assert LeadScore.objects.in_program(cast.program).get(lead=lead).total > 0
    assert news(api, "leads/") == []


def test_a_lead_that_was_handed_over_is_news_with_its_hand_off(
    cast: Cast, api: Api, aged: Any
) -> None:
    lead = mql(cast.program)
    aged(Lead)
    row = handed(lead)
    assert news(api, "leads/") == [lead.pk]
    aged(HandOff)
    work.seen(lead=Lead.objects.in_program(cast.program).get(pk=lead.pk), by=cast.rep)
    assert news(api, "handoffs/") == [row.pk]


def test_a_hand_off_that_gets_its_owner_is_news(cast: Cast, api: Api, aged: Any) -> None:
    make.nobody_takes_turns(cast)
    lead = mql(cast.program)
    row = handed(lead)
    aged(HandOff)
    work.claim(lead=lead, by=cast.rep)
    assert news(api, "handoffs/") == [row.pk]


def test_a_clock_is_news_when_it_is_over_or_excused(cast: Cast, api: Api, aged: Any) -> None:
    contract(cast.program, clause())
    kept, broken = (make.lead(cast.program, owner=cast.rep) for _ in range(2))
    for lead in (kept, broken):
        follow(lead, "handed_off")
    due(clock(broken))
    aged(Clock)
    follow(kept, "contacted")
    assert news(api, "clocks/") == [clock(kept).pk]
    sweep()
    assert news(api, "clocks/") == [clock(broken).pk, clock(kept).pk]
    aged(Clock)
    late = clock(broken).escalations.get()
    answers.acknowledge(escalation=late, answer="Today", by=cast.sales_manager)
    assert news(api, "clocks/") == [clock(broken).pk]
    aged(Clock)
    asked = answers.dispute(clock=clock(broken), reason="Ill", by=cast.rep)
    assert news(api, "clocks/") == [clock(broken).pk]
    aged(Clock)
    answers.decide(dispute=asked, granted=True, answer="Yes", by=cast.marketing_manager)
    assert news(api, "clocks/") == [clock(broken).pk]
    assert api.get(f"clocks/{clock(broken).pk}/").json()["excused"]


def test_a_clock_that_others_keep_now_is_news(cast: Cast, api: Api, aged: Any) -> None:
    contract(cast.program, clause())
    lead = make.lead(cast.program, owner=cast.rep)
    follow(lead, "handed_off")
    aged(Clock)
    work.assign(lead=lead, owner=cast.sales_manager, by=cast.owner)
    follow(lead, "owner_changed")
    assert news(api, "clocks/") == [clock(lead).pk]


@pytest.fixture
def deal(cast: Cast) -> Opportunity:
    return open_opportunity(account=make.account(cast.program), by=cast.rep, name="Rollout")


def sql(cast: Cast, account: Account) -> Lead:
    lead = make.lead(cast.program, make.stakeholder(cast.program, account))
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(stage=Stage.SQL)
    return lead


def test_a_deal_is_news_with_its_leads(cast: Cast, api: Api, aged: Any, deal: Opportunity) -> None:
    api.patch(f"opportunities/{deal.pk}/", {"external_id": "006"})
    sent = {"external_id": "006", "account_id": deal.account_id, "name": "Rollout"}
    lead = sql(cast, deal.account)
    for model in (Opportunity, Lead):
        aged(model)
    assert api.post("opportunities/", sent).status_code == 200
    assert news(api, "opportunities/") == []
    api.post("opportunities/", sent | {"lead_ids": [lead.pk]})
    assert news(api, "opportunities/") == [deal.pk]
    assert news(api, "leads/") == [lead.pk]
    aged(Lead)
    won = PipelineStage.objects.in_program(cast.program).get(outcome="won")
    move(opportunity=deal, stage=won, by=cast.rep)
    assert news(api, "leads/") == [lead.pk]


def test_a_deal_that_a_lead_leaves_for_another_is_news(
    cast: Cast, api: Api, aged: Any, deal: Opportunity
) -> None:
    lead = sql(cast, deal.account)
    sent = {"account_id": deal.account_id, "lead_ids": [lead.pk]}
    first = api.post("opportunities/", sent | {"name": "First"}).json()["id"]
    work.recycle(
        lead=lead, by=cast.rep, code="not-now", until=timezone.localdate() + timedelta(days=60)
    )
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(stage=Stage.SQL)
    aged(Opportunity)
    second = api.post("opportunities/", sent | {"name": "Second"}).json()["id"]
    assert sorted(news(api, "opportunities/")) == [first, second]
    assert api.get(f"opportunities/{first}/").json()["lead_ids"] == []


def test_a_deal_is_news_with_its_committee(
    cast: Cast, api: Api, aged: Any, deal: Opportunity
) -> None:
    person = make.stakeholder(cast.program, deal.account)
    path = f"opportunities/{deal.pk}/committee/"
    put = {"stakeholder_id": person.pk, "role": "champion"}
    for method, to, body in (
        ("PUT", path, put),
        ("PUT", path, put | {"stance": "for"}),
        ("DELETE", f"{path}{person.pk}/", b""),
    ):
        aged(Opportunity)
        assert api.send(method, to, body).status_code in (200, 204)
        assert news(api, "opportunities/") == [deal.pk]


def test_deals_are_news_whose_sum_follows_a_rate(
    cast: Cast, api: Api, aged: Any, deal: Opportunity
) -> None:
    set_rate(program=cast.program, currency="EUR", usd=Decimal("1.1"), by=cast.owner)
    api.patch(f"opportunities/{deal.pk}/", {"amount": "100.00", "currency": "EUR"})
    open_opportunity(account=deal.account, by=cast.rep, name="In dollars", amount=Decimal(5))
    aged(Opportunity)
    set_rate(program=cast.program, currency="EUR", usd=Decimal("1.1"), by=cast.owner)
    assert news(api, "opportunities/") == []
    set_rate(program=cast.program, currency="EUR", usd=Decimal("1.2"), by=cast.owner)
    assert news(api, "opportunities/") == [deal.pk]


def test_a_campaign_is_news_with_what_belongs_to_it(cast: Cast, api: Api, aged: Any) -> None:
    account = make.account(cast.program)
    play = Play.objects.create(program=cast.program, name="Case study, then a call")
    campaign = api.post("campaigns/", DAYS | {"name": "Autumn"}).json()["id"]
    path, cost = f"campaigns/{campaign}/", {"spent_on": "2026-11-02", "amount_usd": 9}
    for method, to, body in (
        ("POST", f"{path}accounts/", {"account_ids": [account.pk]}),
        ("DELETE", f"{path}accounts/{account.pk}/", b""),
        ("POST", f"{path}costs/", cost | {"what_for": "Ads"}),
        ("PATCH", path, {"play_ids": [play.pk]}),
        ("PATCH", path, {"goal": "Ten meetings"}),
    ):
        aged(Campaign)
        assert api.send(method, to, body).status_code in (200, 201, 204)
        assert news(api, "campaigns/") == [campaign]
    aged(Campaign)
    remove_cost(cost=CampaignCost.objects.in_program(cast.program).get(), by=cast.owner)
    assert news(api, "campaigns/") == [campaign]
    aged(Campaign)
    api.patch(path, {"play_ids": [play.pk], "goal": "Ten meetings"})
    api.post(f"{path}accounts/", {"account_ids": []})
    assert news(api, "campaigns/") == []


def test_a_track_is_news_with_who_enters_and_leaves(cast: Cast, api: Api, aged: Any) -> None:
    campaign = api.post("campaigns/", DAYS | {"name": "Autumn"}).json()["id"]
    track = api.post("tracks/", {"campaign_id": campaign, "name": "Slow burn"}).json()["id"]
    person = make.stakeholder(cast.program)
    path, entered = f"tracks/{track}/", {"stakeholder_ids": [person.pk]}
    left = {"stakeholder_id": person.pk, "because": "Unsubscribed"}
    for method, to, body in (
        ("POST", f"{path}members/", entered),
        ("POST", f"{path}members/leave/", left),
        ("PATCH", path, {"name": "Slower burn"}),
    ):
        aged(Track)
        assert api.send(method, to, body).status_code == 200
        assert news(api, "tracks/") == [track]


def test_content_is_news_and_found_by_its_own_id(cast: Cast, api: Api, aged: Any) -> None:
    for number in (1, 2):
        add_asset(
            program=cast.program,
            by=cast.marketer,
            title=f"Case {number}",
            kind="case_study",
            external_id=f"cms-{number}",
        )
    aged(Asset)
    (found,) = api.get("assets/", external_id="cms-2").json()["items"]
    api.patch(f"assets/{found['id']}/", {"is_retired": True})
    assert news(api, "assets/") == [found["id"]]


def a_touch(cast: Cast, person: Stakeholder) -> Touch:
    assert person.account
    starts = timezone.now() + timedelta(days=20)
    touch: Touch = plan_touch(
        program=cast.program,
        account=person.account,
        people=[person.pk],
        by=cast.marketing_manager,
        side="marketing",
        channel="mail",
        starts_at=starts,
        ends_at=starts + timedelta(minutes=15),
    )
    return touch


def test_a_touch_is_news_whose_doer_became_known(cast: Cast, api: Api, aged: Any) -> None:
    touch = a_touch(cast, make.stakeholder(cast.program, make.account(cast.program)))
    aged(Touch)
    credit(touch, cast.marketer)
    assert news(api, "touches/") == [touch.pk]
    assert api.get(f"touches/{touch.pk}/").json()["who"] == cast.marketer.email


def test_what_moves_with_a_merge_is_news(cast: Cast, api: Api, aged: Any) -> None:
    stays, goes = (make.account(cast.program) for _ in range(2))
    moved: dict[str, int] = {}
    for account in (stays, goes):
        person = make.stakeholder(cast.program, account)
        campaign = api.post("campaigns/", DAYS | {"name": account.name}).json()["id"]
        api.post(f"campaigns/{campaign}/accounts/", {"account_ids": [account.pk]})
        moved = {
            "stakeholders/": person.pk,
            "leads/": make.lead(cast.program, person).pk,
            "touches/": a_touch(cast, person).pk,
            "notes/": write_note(account=account, by=cast.rep, kind="call", text="Hello").pk,
            "opportunities/": open_opportunity(account=account, by=cast.rep, name="Deal").pk,
            "competitors/": set_competitor(
                account=account, name=f"Rival {account.pk}", strength=2, by=cast.rep
            ).pk,
            "campaigns/": campaign,
        }
    for model in (Stakeholder, Lead, Touch, Note, Opportunity, Competitor, Campaign):
        aged(model)
    merge(survivor=stays, gone=goes, take=(), by=cast.owner)
    assert {path: news(api, path) for path in moved} == {path: [pk] for path, pk in moved.items()}

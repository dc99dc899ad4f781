"""The pages of the list, the forecast and the changes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from alignment.people.models import Program
from alignment.workspace.deals.board import deals_in
from alignment.workspace.deals.changes import changes
from alignment.workspace.deals.days import today_in
from alignment.workspace.deals.forecast import expected_in, forecast, month_key, months_ahead
from campaigns.opportunities.actions.moving import move
from campaigns.opportunities.actions.pipeline import set_rate
from campaigns.opportunities.actions.writing import change_opportunity
from campaigns.opportunities.models import Opportunity
from campaigns.opportunities.rules import Heap, Past, movement
from tests import cast as make
from tests.cast import Cast

from .test_pages import at, deal, stage

DAYS = st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31))
SUMS = st.decimals(0, 10**6, places=2)
pasts = st.builds(
    Past,
    is_new=st.booleans(),
    outcome_then=st.sampled_from(["open", "won", "lost"]),
    outcome=st.sampled_from(["open", "won", "lost"]),
    usd_then=SUMS,
    usd=SUMS,
    close_then=DAYS,
    close=DAYS,
)


@given(st.lists(pasts))
def test_then_and_what_happened_make_now(deals: list[Past]) -> None:
    now = sum((deal.usd for deal in deals if deal.is_open), Decimal(0))
    moved = movement(deals, now)
    assert moved.then == sum((deal.usd_then for deal in deals if deal.was_open), Decimal(0))
    assert moved.now == now


@given(pasts)
def test_a_date_moves_one_way(one: Past) -> None:
    moved = movement([one], Decimal(0))
    assert moved.put_off.count + moved.forward.count <= 1


def shown(cast: Cast, **asked: Any) -> list[Opportunity]:
    page = cast.client("rep").get(at(cast, "opportunities"), {"view": "list", **asked})
    assert page.status_code == 200
    return [card.deal for card in page.context["list"].page.rows]


@pytest.mark.django_db
def test_the_list_is_sorted_and_summed_open_ones_first(cast: Cast) -> None:
    today = make.today()
    small = deal(cast, "Small", amount=Decimal(500), close_on=today + timedelta(days=2))
    large = deal(cast, "Large", amount=Decimal(90_000))
    middle = deal(cast, "Middle", amount=Decimal(7_000), close_on=today + timedelta(days=1))
    move(opportunity=small, stage=stage(cast, "Demo"), by=cast.rep)
    won = deal(cast, "Won one", amount=Decimal(1_000_000))
    move(opportunity=won, stage=stage(cast, "Won"), by=cast.rep)
    assert shown(cast) == [middle, large, small, won]
    assert shown(cast, sort="amount") == [large, middle, small, won]
    assert shown(cast, sort="close") == [middle, small, large, won]
    assert shown(cast, sort="stage") == [middle, large, small, won]
    assert shown(cast, sort="nothing") == shown(cast)
    page = cast.client("rep").get(at(cast, "opportunities"), {"view": "list", "sort": "amount"})
    assert 'aria-sort="descending"' in page.content.decode()
    assert "3 open, $97.5K" in page.content.decode()
    assert "1 won, $1M" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ["", "amount", "close", "stage"])
def test_each_order_goes_on_behind_its_last_row(
    cast: Cast, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [deal(cast, f"Deal {n}", amount=Decimal(n % 3)) for n in range(5)]
    whole = shown(cast, sort=sort)
    defaults: Any = {"size": 2, "whole": None}
    monkeypatch.setattr("alignment.workspace.paging.page_of.__kwdefaults__", defaults)
    found, after = [], ""
    for _page in range(3):
        asked = {"view": "list", "sort": sort, "after": after}
        page = cast.client("rep").get(at(cast, "opportunities"), asked).context["list"].page
        found += [card.deal for card in page.rows]
        after = page.after
    assert found == whole
    assert set(found) == set(rows)


@pytest.mark.django_db
def test_each_line_of_the_forecast_opens_its_deals(cast: Cast) -> None:
    today = today_in(cast.program)
    late = deal(cast, close_on=today - timedelta(days=1))
    soon = deal(cast, close_on=today)
    far = deal(cast, close_on=today + timedelta(days=500))
    never = deal(cast)
    won = deal(cast, amount=Decimal(1_000))
    move(opportunity=won, stage=stage(cast, "Won"), by=cast.rep)
    found = forecast(cast.program, deals_in(cast.program))
    month = month_key(today.replace(day=1))
    assert [line.key for line in found.lines] == ["overdue", month, "later", "none"]
    assert (found.total.count, found.total.usd) == (4, Decimal(192_000))
    assert found.lines[1].won_usd == 1_000
    page = cast.client("rep").get(at(cast, "opportunities"), {"view": "forecast"})
    for key, row in (("overdue", late), (month, soon), ("later", far), ("none", never)):
        assert f"view=list&amp;close={key}" in page.content.decode()
        assert shown(cast, close=key) == [row], key
    assert f"view=list&amp;won={month}" in page.content.decode()
    assert shown(cast, won=month) == [won]
    assert shown(cast, won="x") == []


@pytest.mark.django_db
def test_pages_and_api_judge_by_the_day_of_the_program(cast: Cast) -> None:
    """At 8 in Paris and 7 in UTC of the 1st, a program in California is still on the 30th."""
    Program.objects.filter(pk=cast.program.pk).update(time_zone="America/Los_Angeles")
    with time_machine.travel(datetime(2026, 12, 1, 7, tzinfo=UTC), tick=False):
        due = deal(cast, close_on=date(2026, 11, 30))
        won = deal(cast, amount=Decimal(1_000))
        move(opportunity=won, stage=stage(cast, "Won"), by=cast.rep)
        assert shown(cast, close="overdue") == []
        assert shown(cast, close="2026-11") == [due]
        assert shown(cast, won="2026-11") == [won]
        page = cast.client("rep").get(at(cast, "opportunities"), {"view": "forecast"})
        assert [(line.key, line.won) for line in page.context["forecast"].lines] == [("2026-11", 1)]
        page = cast.client("rep").get(at(cast, "opportunities"))
        assert 'class="late"' not in page.content.decode()
        key = make.bearer(make.api_key(cast.program, cast.owner))
        told = cast.client("rep").get(f"/api/v1/opportunities/{due.pk}/", headers=key).json()
        assert "overdue" not in {each["risk"] for each in told["risks"]}
        lines = (
            cast.client("rep").get("/api/v1/opportunities/forecast/", headers=key).json()["lines"]
        )
        assert [(line["key"], line["won"]) for line in lines] == [("2026-11", 1)]
    with time_machine.travel(datetime(2026, 12, 1, 8, tzinfo=UTC), tick=False):
        assert shown(cast, close="overdue") == [due]


@pytest.mark.django_db
def test_the_lines_share_out_all_open_deals(cast: Cast) -> None:
    for days in (-400, -1, 0, 1, 31, 200, 364, 366, 800):
        deal(cast, close_on=today_in(cast.program) + timedelta(days=days))
    rows = Opportunity.objects.in_program(cast.program)
    keys = ["overdue", *map(month_key, months_ahead(cast.program)), "later", "none"]
    found = [
        pk
        for key in keys
        for pk in rows.filter(expected_in(cast.program, key)).values_list("pk", flat=True)
    ]
    assert sorted(found) == sorted(rows.values_list("pk", flat=True))


@pytest.mark.django_db
def test_what_is_at_risk_is_found(cast: Cast) -> None:
    risky = deal(cast)
    assert shown(cast, risk="yes") == [risky]
    assert shown(cast, risk="no") == []


@pytest.mark.django_db
def test_a_deal_of_this_week_that_was_put_off_is_counted(cast: Cast) -> None:
    day = make.today() + timedelta(days=40)
    new = deal(cast, "New", amount=Decimal(700), close_on=day)
    change_opportunity(opportunity=new, by=cast.rep, close_on=day + timedelta(days=10))
    moved = changes(cast.program, deals_in(cast.program)).moved
    assert (moved.new, moved.put_off) == (Heap(1, Decimal(700)), Heap(1, Decimal(700)))


@pytest.mark.django_db
def test_the_week_then_and_now(cast: Cast) -> None:
    ago = timezone.now() - timedelta(days=30)
    day = make.today() + timedelta(days=40)
    old = deal(cast, "Old", amount=Decimal(4_000), opened_at=ago, close_on=day)
    lost = deal(cast, "Gone", amount=Decimal(300), opened_at=ago)
    deal(cast, "New", amount=Decimal(700))
    change_opportunity(
        opportunity=old, by=cast.rep, amount=Decimal(5_000), close_on=day + timedelta(days=9)
    )
    move(opportunity=lost, stage=stage(cast, "Lost"), by=cast.rep, lost_reason="price")
    moved = changes(cast.program, deals_in(cast.program)).moved
    assert (moved.then, moved.now) == (Decimal(4_300), Decimal(5_700))
    assert (moved.new, moved.lost) == (Heap(1, Decimal(700)), Heap(1, Decimal(300)))
    assert (moved.amount, moved.put_off) == (Heap(1, Decimal(1_000)), Heap(1, Decimal(5_000)))
    client, url = cast.client("rep"), at(cast, "opportunities")
    page = client.get(url, {"view": "changes"}).content.decode()
    assert "$4.3K a week ago" in page
    assert "which=put_off" in page
    one = client.get(url, {"view": "changes", "which": "lost"})
    assert [step.opportunity for step in one.context["changes"].steps] == [lost]
    assert [
        s.kind
        for s in client.get(url, {"view": "changes", "which": "put_off"}).context["changes"].steps
    ] == ["close"]


@pytest.mark.django_db
def test_a_new_rate_is_no_change_of_the_pipeline(cast: Cast) -> None:
    def rate(usd: str) -> None:
        set_rate(program=cast.program, currency="EUR", usd=Decimal(usd), by=cast.owner)

    rate("1")
    ago = timezone.now() - timedelta(days=30)
    euros = deal(cast, "Euros", amount=Decimal(100), currency="EUR", opened_at=ago)
    dollars = deal(cast, "Dollars", amount=Decimal(100), opened_at=ago)
    change_opportunity(opportunity=euros, by=cast.rep, amount=Decimal(110))
    change_opportunity(opportunity=dollars, by=cast.rep, currency="EUR")
    rate("2")
    moved = changes(cast.program, deals_in(cast.program)).moved
    assert (moved.then, moved.now) == (Decimal(200 + 100), Decimal(220 + 200))
    assert moved.amount == Heap(2, Decimal(20 + 100))
    page = cast.client("rep").get(at(cast, "opportunity", euros.pk)).content.decode()
    assert "$200 → $220" in page

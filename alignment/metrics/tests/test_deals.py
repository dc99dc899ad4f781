"""Deal metrics compared with plain Python over the same rows, on generated programs."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from statistics import fmean, median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Engagement
from alignment.metrics.queries.attribution import Of, attribution
from alignment.metrics.queries.measuring import measure
from alignment.metrics.queries.population import rows_behind
from alignment.metrics.queries.registry import METRICS
from alignment.metrics.results.actions.costs import add_cost
from alignment.metrics.rules import Measure, Period, Slice
from alignment.metrics.rules.attribution import Model
from campaigns.calendar.models import Touch
from campaigns.models import Campaign, CampaignAccount, CampaignCost, Track, TrackMember
from campaigns.opportunities.models import Opportunity, Outcome, PipelineStage
from tests import cast as facts
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/New_York")
# Clocks change on 8 March, so April begins at 4:00 UTC.
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31), "America/New_York")
MONTH = (datetime(2026, 3, 1, 5, tzinfo=UTC), datetime(2026, 4, 1, 4, tzinfo=UTC))
EDGES = [
    edge + timedelta(seconds=shift)
    for edge in (*MONTH, datetime(2026, 3, 15, tzinfo=UTC))
    for shift in (-1, 0, 1)
]
moments = st.sampled_from(EDGES) | st.integers(-40, 60).map(
    lambda day: datetime(2026, 3, 1, 9, tzinfo=UTC) + timedelta(days=day)
)
back = st.integers(-400, 5)


@dataclass(frozen=True)
class Kind:
    """A generated deal, and marketing's activity with its account (days from its opening)."""

    opened: datetime
    days: int
    outcome: str
    amount: Decimal | None
    touches: tuple[tuple[str, str, int], ...]
    entries: tuple[int, ...]
    doings: tuple[int, ...]


kinds = st.builds(
    Kind,
    moments,
    st.integers(0, 60),
    st.sampled_from(["open", "won", "lost"]),
    st.none() | st.decimals(0, 100_000, places=2),
    st.lists(
        st.tuples(
            st.sampled_from(["marketing", "sales"]), st.sampled_from(["done", "planned"]), back
        ),
        max_size=2,
    ).map(tuple),
    st.lists(back, max_size=1).map(tuple),
    st.lists(st.integers(-60, 5), max_size=1).map(tuple),
)
worlds = st.tuples(
    st.lists(kinds, max_size=8),
    st.lists(
        st.tuples(st.booleans(), st.integers(1, 9), st.integers(27, 65)), max_size=4
    ),  # has a campaign, dollars, days after 1 February
)


@dataclass
class Built:
    """A deal as plain Python knows it: when and how marketing touched it."""

    kind: Kind
    deal: Opportunity
    at: list[tuple[datetime, str]]

    def touched(self, until: datetime) -> list[tuple[datetime, str]]:
        since = self.deal.opened_at - timedelta(days=365)
        return [(at, how) for at, how in self.at if since <= at < until]


def build(cast: Cast, world: Any) -> list[Built]:
    program, signal = cast.program, facts.signal(cast.program, "webinar_attended")
    campaign = Campaign.objects.create(
        program=program, name="Spring", starts_on=date(2026, 2, 20), ends_on=date(2026, 3, 20)
    )
    track = Track.objects.create(program=program, campaign=campaign, name="Nurture")
    for is_campaign, usd, day in world[1]:
        on = date(2026, 2, 1) + timedelta(days=day)
        spent: dict[str, Any] = {"spent_on": on, "spent_until": on, "amount_usd": usd}
        if is_campaign:
            CampaignCost.objects.create(program=program, campaign=campaign, what_for="Ads", **spent)
        else:
            add_cost(program=program, what_for="Fair", side="sales", by=cast.owner, **spent)
    return [_deal(cast, kind, campaign, track, signal.pk, n) for n, kind in enumerate(world[0])]


def _deal(cast: Cast, kind: Kind, campaign: Campaign, track: Track, signal: int, n: int) -> Built:
    program, lead = cast.program, facts.lead(cast.program)
    account, person = lead.account, lead.stakeholder
    assert account is not None
    closed = None if kind.outcome == "open" else kind.opened + timedelta(days=kind.days)
    deal = Opportunity.objects.create(
        program=program,
        account=account,
        name=f"Deal {n}",
        stage=PipelineStage.objects.in_program(program).filter(outcome=kind.outcome)[0],
        outcome=kind.outcome,
        stage_since=kind.opened,
        opened_at=kind.opened,
        closed_at=closed,
        amount=kind.amount,
        amount_usd=kind.amount or 0,
        lost_reason="price" if kind.outcome == "lost" else "",
    )
    at: list[tuple[datetime, str]] = []
    for side, state, days in kind.touches:
        when = kind.opened + timedelta(days=days)
        touch = Touch(
            program=program,
            account=account,
            channel="email",
            side=side,
            starts_at=when,
            ends_at=when + timedelta(minutes=5),
            state=state,
            done_at=when if state == "done" else None,
            thread=0,
        )
        touch.save()
        if (side, state) == ("marketing", "done"):
            at.append((when, "email"))
    for days in kind.entries:
        when = kind.opened + timedelta(days=days)
        TrackMember.objects.create(
            program=program, track=track, stakeholder=person, entered_at=when
        )
        at.append((when, "nurture"))
    CampaignAccount.objects.create(program=program, campaign=campaign, account=account)
    for days in kind.doings:
        when = kind.opened + timedelta(days=days)
        Engagement.objects.create(
            program=program,
            stakeholder=person,
            lead=lead,
            signal_id=signal,
            occurred_at=when,
            source="test",
            external_id=f"e{n}",
        )
        if date(2026, 2, 20) <= when.astimezone(ZONE).date() <= date(2026, 3, 20):
            at.append((when, "response"))
    return Built(kind, deal, at)


def is_in(at: datetime | None) -> bool:
    return at is not None and MONTH[0] <= at < MONTH[1]


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(world=worlds)
def test_every_number_is_what_plain_python_finds(cast: Cast, world: Any) -> None:
    with transaction.atomic():
        _compare(cast, build(cast, world), world[1])
        transaction.set_rollback(True)


def _compare(cast: Cast, built: list[Built], costs: Any) -> None:
    def number(key: str) -> Measure:
        return measure(cast.program, METRICS[key], MARCH, Slice())

    won = [b for b in built if b.kind.outcome == "won" and is_in(b.deal.closed_at)]
    ended = [b for b in built if is_in(b.deal.closed_at)]
    opened = [b for b in built if is_in(b.deal.opened_at)]
    days = [float(b.kind.days) for b in won]
    sizes = [float(b.kind.amount) for b in won if b.kind.amount is not None]

    cycle = number("sales-cycle")
    assert (cycle.sample, cycle.value) == (len(won), median(days) if days else None)
    size, mean = number("deal-size-median"), number("deal-size-mean")
    assert (size.sample, size.denominator) == (len(sizes), len(won))
    assert size.value == (pytest.approx(median(sizes)) if sizes else None)
    assert mean.value == (pytest.approx(fmean(sizes)) if sizes else None)
    rate = number("win-rate")
    assert (rate.numerator, rate.denominator) == (len(won), len(ended))

    spent = [
        usd
        for _c, usd, day in costs
        if date(2026, 3, 1) <= date(2026, 2, 1) + timedelta(days=day) <= date(2026, 3, 31)
    ]
    cost = number("acquisition-cost")
    expected = sum(spent) / len(won) if won and spent else None
    assert cost.value == (None if expected is None else pytest.approx(expected))

    now = datetime.now(UTC)
    before = [b for b in opened if b.touched(b.deal.opened_at)]
    closing = [b for b in opened if b.touched(b.deal.closed_at or now)]
    assert _counts(number("influenced-opened")) == (len(before), len(opened))
    assert _counts(number("influenced-closed")) == (len(closing), len(opened))
    _rows_say_the_same(cast)
    _credits(cast, opened, won)


def _counts(found: Any) -> tuple[float, float]:
    return found.numerator, found.denominator


def _rows_say_the_same(cast: Cast) -> None:
    for key in ("win-rate", "influenced-opened", "influenced-closed"):
        found = measure(cast.program, METRICS[key], MARCH, Slice())
        rows = rows_behind(cast.program, METRICS[key], MARCH, Slice(), most=1000)
        assert (sum(r.counted for r in rows), len(rows)) == _counts(found)
    money = rows_behind(cast.program, METRICS["acquisition-cost"], MARCH, Slice(), most=1000)
    cost = measure(cast.program, METRICS["acquisition-cost"], MARCH, Slice())
    assert sum(r.value or 0 for r in money) == cost.numerator
    assert sum(r.counted for r in money) == cost.sample
    assert len({r.row_id for r in money}) == len(money)


def _credits(cast: Cast, opened: list[Built], won: list[Built]) -> None:
    for of, deals in ((Of.OPENED, opened), (Of.WON, won)):
        for model in Model:
            found = attribution(cast.program, MARCH, of, model)
            cents = sum(int((b.kind.amount or 0) * 100) for b in deals)
            assert (found.cents, found.deals) == (cents, len(deals))
            assert sum(c.cents for c in found.channels.values()) == cents
            assert sum(c.cents for c in found.campaigns.values()) == cents
            untouched = [b for b in deals if not b.touched(_end(b, of))]
            expected = sum(int((b.kind.amount or 0) * 100) for b in untouched)
            assert (found.channels[None].cents if None in found.channels else 0) == expected
        for b in deals:
            b.at.sort()
        first = attribution(cast.program, MARCH, of, Model.FIRST).channels
        by_email = sum(
            int((b.kind.amount or 0) * 100)
            for b in deals
            if (t := b.touched(_end(b, of))) and min(t)[1] == "email"
        )
        assert (first["email"].cents if "email" in first else 0) == by_email


def _end(built: Built, of: Of) -> datetime:
    closed = built.deal.closed_at
    if of == Of.OPENED or closed is None:
        return built.deal.opened_at
    return closed


def test_of_a_part_there_is_no_acquisition_cost(cast: Cast) -> None:
    build(cast, ([], [(False, 5, 40)]))
    found = measure(cast.program, METRICS["acquisition-cost"], MARCH, Slice(tier="none"))
    assert (found.value, found.enough) == (None, False)


def test_a_cost_of_days_counts_evenly_over_them(cast: Cast) -> None:
    build(cast, ([], []))
    for first, last in ((1, 31), (31, 31)):
        days = {"spent_on": date(2026, 3, first), "spent_until": date(2026, 3, last)}
        add_cost(
            program=cast.program, what_for="Pay", side="sales", by=None, amount_usd=3_100, **days
        )

    def spent(first: date, last: date) -> float | None:
        period = Period(first, last, cast.program.time_zone)
        found = measure(cast.program, METRICS["acquisition-cost"], period, Slice()).numerator
        assert found is not None
        return found

    assert spent(date(2026, 2, 1), date(2026, 2, 28)) == 0
    assert spent(date(2026, 2, 1), date(2026, 3, 1)) == 100
    assert spent(date(2026, 3, 2), date(2026, 3, 30)) == 2_900
    assert spent(date(2026, 3, 2), date(2026, 4, 30)) == 6_100


def test_a_reopened_deal_counts_once_to_its_last_close(cast: Cast) -> None:
    from campaigns.opportunities.actions.moving import move
    from campaigns.opportunities.actions.writing import open_opportunity
    from campaigns.opportunities.queries.pipeline import first_stage

    begin = datetime(2026, 3, 2, 12, tzinfo=UTC)
    company = facts.account(cast.program)
    deal = open_opportunity(account=company, by=cast.rep, name="Rollout", opened_at=begin)
    won, first = facts.ending(cast.program, Outcome.WON), first_stage(cast.program)
    for days, stage in ((3, won), (5, first), (20, won)):
        move(opportunity=deal, stage=stage, by=cast.rep, at=begin + timedelta(days=days))
    cycle = measure(cast.program, METRICS["sales-cycle"], MARCH, Slice())
    assert (cycle.value, cycle.sample) == (20, 1)


def test_touches_follow_a_merged_account(cast: Cast) -> None:
    from accounts.duplicates.actions.merging import merge

    kind = Kind(datetime(2026, 3, 9, 12, tzinfo=UTC), 3, "won", Decimal(10), (), (), ())
    (built,) = build(cast, ([kind], []))
    twin = facts.account(cast.program)
    when = kind.opened - timedelta(days=3)
    touch = {"starts_at": when, "ends_at": when + timedelta(minutes=5), "done_at": when}
    Touch.objects.create(
        program=cast.program,
        account=twin,
        channel="email",
        side="marketing",
        state="done",
        thread=0,
        **touch,
    )
    share = METRICS["influenced-opened"]
    assert measure(cast.program, share, MARCH, Slice()).numerator == 0
    merge(survivor=built.deal.account, gone=twin, take=[], by=cast.owner)
    assert measure(cast.program, share, MARCH, Slice()).numerator == 1

"""Every figure of the dashboard compared with pandas over the same rows, on generated programs."""

from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest

from alignment.metrics.queries.attribution import CampaignOf, Channel, Of, attribution, credited
from alignment.metrics.queries.measuring import measure_all
from alignment.metrics.queries.population import rows_behind
from alignment.metrics.queries.registry import METRICS
from alignment.metrics.results.actions.baselines import Entered, freeze_entered
from alignment.metrics.results.queries import TARGETS, results
from alignment.metrics.rules import Measure, Period, Slice, Statistic
from alignment.metrics.rules.attribution import Model
from tests.cast import Cast

from .generated import Generator
from .reckoned import Reckoning

pytestmark = pytest.mark.django_db
# A month within the generated time, the day on which clocks change, and everything.
PERIODS = (
    (date(2026, 3, 1), date(2026, 3, 31)),
    (date(2026, 3, 8), date(2026, 3, 8)),
    (date(2025, 11, 1), date(2026, 8, 31)),
)
PROGRAMS = ((1, "America/New_York"), (2, "Asia/Kolkata"), (3, "Pacific/Auckland"))


def numbers(rows: pd.DataFrame, statistic: Statistic) -> tuple[Any, ...]:
    """Value, numerator, denominator and sample."""
    counted, known, size = rows.counted.eq(True).sum(), rows.value.dropna(), len(rows)
    if statistic == Statistic.SHARE:
        return (counted / size if size else None, counted, size, size)
    if statistic == Statistic.SUM:
        return (known.sum(), known.sum(), size, size)
    if statistic == Statistic.RATIO:
        value = known.sum() / counted if counted and len(known) else None
        return (value, known.sum(), counted, counted)
    value = None
    if len(known):
        shares = {Statistic.MEDIAN: 0.5, Statistic.P90: 0.9}
        value = known.quantile(shares[statistic]) if statistic in shares else known.mean()
    return (value, len(known), size, len(known))


def said(found: Measure) -> tuple[Any, ...]:
    return (found.value, found.numerator, found.denominator, found.sample)


def compare(reckoning: Reckoning, *parts: Slice) -> int:
    """Compare all figures; returns how many rows were behind them."""
    rows = reckoning.rows()
    assert set(rows) == set(METRICS)
    return sum(_compare(reckoning, rows, part) for part in parts)


def _compare(reckoning: Reckoning, rows: dict[str, pd.DataFrame], part: Slice) -> int:
    program, first = reckoning.program, reckoning.first
    period = Period(first, reckoning.last, reckoning.zone)
    narrowed = {n: f for n, f in reckoning.slices().items() if getattr(part, n) is not None}
    as_of = reckoning.as_of
    found = measure_all(program, METRICS.values(), period, part, as_of=as_of)
    seen = 0
    for key, metric in METRICS.items():
        statistic, frame = metric.definition.statistic, rows[key]
        if statistic == Statistic.RATIO and not part.is_all:
            assert found[key].value is None
            continue
        for name, narrow in narrowed.items():
            frame = narrow(frame, getattr(part, name))
        wanted = numbers(frame, statistic)
        where = (key, first, part, said(found[key]), wanted)
        for ours, theirs in zip(said(found[key]), wanted, strict=True):
            assert (ours is None) == (theirs is None), where
            assert ours is None or ours == pytest.approx(theirs, rel=1e-9, abs=1e-6), where
        if as_of is None:
            behind = rows_behind(program, metric, period, part, most=10_000)
            assert len(behind) == len(frame), (key, first, part)
        seen += len(frame)
    return seen


@pytest.mark.parametrize(("seed", "zone"), PROGRAMS)
def test_every_number_is_what_pandas_finds(cast: Cast, seed: int, zone: str) -> None:
    Generator(cast, seed, zone).fill(24)
    known: dict[Any, pd.DataFrame] = {}
    *some, everything = (Reckoning(cast.program, *days, known) for days in PERIODS)
    seen = sum(compare(reckoning, Slice()) for reckoning in some)
    seen += compare(
        everything,
        Slice(),
        Slice(team=cast.sales.pk),
        Slice(team=cast.marketing.pk, source="web"),
        Slice(segment="31-33"),
        Slice(segment="54", tier="none"),
        Slice(tier="2"),
        Slice(source="fair"),
    )
    assert seen > 1_000
    assert (
        sum(compare(then, Slice(), Slice(source="web")) for then in as_they_stood(cast, known))
        > 100
    )
    for reckoning in (*some, everything):
        agree_on_credits(reckoning, Slice())
    agree_on_credits(everything, Slice(team=cast.sales.pk, tier="none"))
    held_against_a_baseline(cast, everything)


def as_they_stood(cast: Cast, known: dict[Any, pd.DataFrame]) -> list[Reckoning]:
    """As of moments within the days, at their end, and later."""
    first, last = PERIODS[0]
    moments = [datetime(2026, *day, 17, 3, tzinfo=UTC) for day in ((3, 20), (4, 1), (4, 9))]
    return [Reckoning(cast.program, first, last, known, moment) for moment in moments]


def test_an_empty_program_has_no_numbers(cast: Cast) -> None:
    for first, last in PERIODS:
        reckoning = Reckoning(cast.program, first, last)
        assert compare(reckoning, Slice(), Slice(tier="1", source="web")) == 0
        agree_on_credits(reckoning, Slice())


def agree_on_credits(reckoning: Reckoning, part: Slice) -> None:
    deals = reckoning.deals()
    for name, narrow in reckoning.slices().items():
        if getattr(part, name) is not None:
            deals = narrow(deals, getattr(part, name))
    opened = reckoning.inside(deals, "opened_at")
    closed = reckoning.inside(deals, "closed_at")
    won = closed[closed.outcome == "won"]
    period = Period(reckoning.first, reckoning.last, reckoning.zone)
    for of, chosen, end in ((Of.OPENED, opened, "opened_at"), (Of.WON, won, "closed_at")):
        touched = reckoning.touched(chosen, chosen[end])
        for model in Model:
            found = attribution(reckoning.program, period, of, model, part)
            assert (found.cents, found.deals) == (chosen.cents.sum(), len(chosen))
            channels, campaigns = shared_out(chosen, touched, model)
            assert {k: (c.cents, c.deals) for k, c in found.channels.items()} == channels
            assert {k: (c.cents, c.deals) for k, c in found.campaigns.items()} == campaigns
            lines: list[tuple[Any, Any]] = [(Channel(k), c) for k, c in found.channels.items()]
            lines += [(CampaignOf(k), c) for k, c in found.campaigns.items()]
            for line, credit in lines:
                rows = credited(reckoning.program, period, of, model, part, line)
                assert (sum(row.cents for row in rows), len(rows)) == (credit.cents, credit.deals)


def shared_out(deals: pd.DataFrame, touched: pd.DataFrame, model: Model) -> tuple[Any, Any]:
    """Cents and deals by channel and by campaign. Ties between touches at one moment, or between
    equal remainders, go to the first in the order of channel and campaign."""
    sums: tuple[Any, Any] = (defaultdict(lambda: [0, set()]), defaultdict(lambda: [0, set()]))
    touched = touched.assign(campaign=touched.campaign_id.fillna(0).astype(int))
    by_deal = dict(list(touched.groupby("id")))
    for deal in deals.itertuples():
        rows = by_deal.get(deal.id)
        parts = [(None, None, deal.cents)] if rows is None else _parts(rows, deal.cents, model)
        for channel, campaign, cents in parts:
            for known, key in zip(sums, (channel, campaign), strict=True):
                known[key][0] += cents
                known[key][1].add(deal.id)
    return tuple({k: (c, len(ids)) for k, (c, ids) in known.items()} for known in sums)  # type: ignore[return-value]


def _parts(rows: pd.DataFrame, cents: Any, model: Model) -> list[tuple[Any, Any, int]]:
    order = ["channel", "campaign"]
    if model != Model.EVEN:
        edge = rows["at"].min() if model == Model.FIRST else rows["at"].max()
        one = rows[rows["at"] == edge].sort_values(order).iloc[0]
        return [(one.channel, int(one.campaign), cents)]
    groups = rows.groupby(order).size().reset_index(name="touches")
    groups["cents"] = cents * groups.touches // len(rows)
    groups["rest"] = cents * groups.touches % len(rows)
    lucky = groups.sort_values("rest", ascending=False, kind="stable").index
    groups.loc[lucky[: cents - groups.cents.sum()], "cents"] += 1
    columns = (groups.channel, groups.campaign, groups.cents)
    return [(a, int(b), int(c)) for a, b, c in zip(*columns, strict=True)]


def held_against_a_baseline(cast: Cast, reckoning: Reckoning) -> None:
    figures = {key: Entered(0.5 if key == "win-rate" else 40.0) for key in TARGETS}
    freeze_entered(program=cast.program, source="CRM", figures=figures, by=cast.owner)
    rows, shown = reckoning.rows(), 0
    period = Period(reckoning.first, reckoning.last, reckoning.zone)
    for result in results(cast.program, period, Slice()):
        key, definition = result.definition.key, result.definition
        value, _numerator, _denominator, sample = numbers(rows[key], definition.statistic)
        if sample < definition.least:
            assert result.change is None
            continue
        assert result.change is not None
        assert result.change.share == pytest.approx(value / figures[key].value - 1)
        shown += 1
    assert shown >= 3

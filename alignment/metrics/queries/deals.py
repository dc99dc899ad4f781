"""Deal metrics: duration, size, win rate and cost."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from ..rules import Better, Definition, Statistic, Unit
from .money import money_from, money_of, money_spent
from .population import Metric, Population, Shared, Subject

# A reopened deal counts once: from its first opening to its last close.
_CLOSED = """
SELECT {row} AS row_id, o.id, o.account_id, o.owner_id, o.source, o.closed_at AS at, {{columns}}
FROM opportunities_opportunity o
WHERE o.program_id = %(program)s AND o.closed_at >= %(since)s AND o.closed_at < %(until)s
  AND o.closed_at IS NOT NULL"""
_WON = "o.outcome = 'won'"


def _closed(value: str, note: str, *, only: str = _WON, row: str = "o.id") -> Population:
    shared = Shared((_CLOSED.format(row=row),), _WON, value, only)
    return Population.of(shared, note, Subject.OPPORTUNITY)


_AMOUNT = "CASE WHEN o.amount IS NOT NULL THEN o.amount_usd::float8 END"
_DAYS = "(extract(epoch FROM o.closed_at - o.opened_at) / 86400)::float8"
_CYCLE = _closed(_DAYS, "o.opened_at::text")
_SIZE = _closed(_AMOUNT, "NULL::text")
_RATE = _closed(_AMOUNT, "o.outcome::text", only="true")
# Deals are counted, costs summed. A cost has no page, so its id is 0 and its note says what it was
# for. Ids of the three tables overlap, so their row ids are made distinct.
_MONEY = f"""
SELECT {{row}} AS row_id, 0::bigint AS id, NULL::bigint AS account_id, NULL::bigint AS owner_id,
       NULL::text AS source, {money_from("c")} AS at, false AS counted,
       {money_spent("c")} AS value, c.what_for AS note
FROM {{table}} c
WHERE c.program_id = %(program)s AND {money_of("c")}"""
_COSTS = (
    _closed("NULL::float8", "NULL::text", row="o.id * 3").sql,
    _MONEY.format(row="c.id * 3 + 1", table="campaigns_campaigncost"),
    _MONEY.format(row="c.id * 3 + 2", table="results_cost"),
)

CYCLE, SIZE, MEAN_SIZE, RATE, ACQUISITION = (
    "sales-cycle",
    "deal-size-median",
    "deal-size-mean",
    "win-rate",
    "acquisition-cost",
)
_SIZE_TEXT = _(
    "Amounts in US dollars, at the program's rates, of deals won in the period. Deals without an"
    " amount are left out and counted beside it; an amount of zero counts."
)

DEAL_METRICS = (
    Metric(
        Definition(
            key=CYCLE,
            name=_("Sales cycle, median"),
            text=_(
                "Days from the opening of a deal to its close, of deals won in the period. A deal"
                " that was opened again counts from its first opening to its last close."
            ),
            unit=Unit.DAYS,
            statistic=Statistic.MEDIAN,
            better=Better.DOWN,
            family="sales-cycle",
        ),
        _CYCLE,
    ),
    Metric(
        Definition(
            key=SIZE,
            name=_("Deal size, median"),
            text=_SIZE_TEXT,
            unit=Unit.DOLLARS,
            statistic=Statistic.MEDIAN,
            better=Better.UP,
            family="deal-size",
        ),
        _SIZE,
    ),
    Metric(
        Definition(
            key=MEAN_SIZE,
            name=_("Deal size, mean"),
            text=_SIZE_TEXT,
            unit=Unit.DOLLARS,
            statistic=Statistic.MEAN,
            better=Better.UP,
            family="deal-size",
            short=_("Mean"),
            # Below 30 values the interval of a mean is not valid for skewed amounts.
            least=30,
        ),
        _SIZE,
    ),
    Metric(
        Definition(
            key=RATE,
            name=_("Win rate"),
            text=_("Of the deals won or lost in the period, the share that was won."),
            unit=Unit.SHARE,
            statistic=Statistic.SHARE,
            better=Better.UP,
            family="win-rate",
        ),
        _RATE,
    ),
    Metric(
        Definition(
            key=ACQUISITION,
            name=_("Customer acquisition cost"),
            text=_(
                "Costs of campaigns and entered costs of the days of the period, divided by the"
                " deals won in it. A cost of several days counts evenly over them. Costs belong to no team, sector or tier: with a filter there is"
                " no number, nor without any cost."
            ),
            unit=Unit.DOLLARS,
            statistic=Statistic.RATIO,
            better=Better.DOWN,
            family="acquisition-cost",
        ),
        Population(_COSTS, Subject.OPPORTUNITY),
    ),
)

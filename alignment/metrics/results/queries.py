"""Results against the frozen baseline, and whom the amounts of deals are credited to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import connection

from campaigns.models import Campaign

from ..queries.deals import ACQUISITION, CYCLE, MEAN_SIZE, RATE, SIZE
from ..queries.influence import CLOSE, OPENING, touches_until
from ..queries.population import measure
from ..queries.registry import METRICS
from ..rules import Definition, Measure, Period, Slice
from ..rules.attribution import Credit, Deal, Model, Touched, attribute
from ..rules.comparison import Change, Figure, change
from .models import Baseline, BaselineFigure

if TYPE_CHECKING:
    from alignment.people.models import Program

# Shares of the baseline by which each is to change. Of ranges ("15 to 25 % shorter") the near end.
TARGETS = {CYCLE: -0.15, SIZE: 0.1, MEAN_SIZE: 0.1, RATE: 0.15, ACQUISITION: -0.2}
MOST_BASELINES = 100


@dataclass(frozen=True, slots=True)
class Result:
    """A metric of the period against the baseline. `change` is None unless both rest on enough."""

    definition: Definition
    measure: Measure
    target: float
    baseline: BaselineFigure | None
    change: Change | None

    @property
    def is_reached(self) -> bool | None:
        if self.change is None:
            return None
        return self.change.reaches(self.target, self.definition.better)


def baseline_of(program: Program) -> Baseline | None:
    """The one in force: the newest, with its figures."""
    rows = Baseline.objects.in_program(program).prefetch_related("figures")
    return rows.select_related("frozen_by").order_by("-id").first()


def results(program: Program, period: Period, part: Slice) -> list[Result]:
    """Each metric that has a target against the baseline: one statement each, and two."""
    frozen = baseline_of(program)
    figures = {f.metric: f for f in frozen.figures.all()} if frozen else {}
    return [_result(program, key, figures.get(key), period, part) for key in TARGETS]


def _result(
    program: Program, key: str, figure: BaselineFigure | None, period: Period, part: Slice
) -> Result:
    definition = METRICS[key].definition
    now = measure(program, METRICS[key], period, part)
    return Result(definition, now, TARGETS[key], figure, _changed(definition, now, figure))


def _changed(definition: Definition, now: Measure, figure: BaselineFigure | None) -> Change | None:
    """None without enough on either side. An entered figure without a sample is taken at its word."""
    if figure is None or now.value is None or not now.enough:
        return None
    if figure.sample is not None and figure.sample < definition.least:
        return None
    before = Figure(figure.value, figure.low, figure.high)
    return change(Figure(now.value, now.low, now.high), before)


class Of(StrEnum):
    """Deals opened in the period by what came before the opening, or won ones before the close."""

    OPENED = "opened"
    WON = "won"


@dataclass(frozen=True, slots=True)
class Attribution:
    """Amounts in cents of US dollars. Channels and campaigns each sum to `cents`; the key None is
    what nobody of marketing touched, campaign 0 what belongs to none."""

    cents: int
    deals: int
    channels: dict[str | None, Credit]
    campaigns: dict[int | None, Credit]
    names: dict[int, str]


_TAKES = {Of.OPENED: ("o.opened_at", OPENING, ""), Of.WON: ("o.closed_at", CLOSE, "won")}


def attribution(program: Program, period: Period, of: Of, model: Model) -> Attribution:
    """Two statements, and one for the names of campaigns."""
    deals = _touched(program, period, of)
    campaigns = attribute(deals, model, lambda t: None if t is None else t.campaign or 0)
    named = Campaign.objects.in_program(program).filter(pk__in=[key for key in campaigns if key])
    return Attribution(
        cents=sum(deal.cents for deal in deals),
        deals=len(deals),
        channels=attribute(deals, model, lambda t: None if t is None else t.channel),
        campaigns=campaigns,
        names=dict(named.values_list("pk", "name")),
    )


def _touched(program: Program, period: Period, of: Of) -> list[Deal]:
    at, end, outcome = _TAKES[of]
    params: dict[str, Any] = {
        "program": program.pk,
        "since": period.since,
        "until": period.until,
        "zone": period.zone,
        "outcome": outcome,
    }
    chosen = (
        f"o.program_id = %(program)s AND {at} >= %(since)s AND {at} < %(until)s"
        " AND (%(outcome)s = '' OR o.outcome = %(outcome)s)"
    )
    touches = " UNION ALL ".join(touches_until(end))
    touched: dict[int, list[Touched]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.id, t.channel, t.campaign, count(*), min(t.at), max(t.at)"
            f" FROM opportunities_opportunity o CROSS JOIN LATERAL ({touches}) t"
            f" WHERE {chosen} GROUP BY 1, 2, 3",
            params,
        )
        for row in cursor.fetchall():
            touched[row[0]].append(_read(*row[1:]))
        cursor.execute(
            "SELECT o.id, (o.amount_usd * 100)::bigint FROM opportunities_opportunity o"
            f" WHERE {chosen}",
            params,
        )
        return [Deal(cents, touched.get(pk, ())) for pk, cents in cursor.fetchall()]


def _read(
    channel: str, campaign: int | None, count: int, first: datetime, last: datetime
) -> Touched:
    return Touched(channel, campaign, count, first, last)

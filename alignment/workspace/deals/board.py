"""Opportunities as a board, a list and a forecast, and what changed since last week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, DecimalField, F, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from alignment.workspace.paging import Ordering, Page, page_of
from campaigns.opportunities.models import Opportunity, OpportunityStep, Outcome, PipelineStage
from campaigns.opportunities.queries.pipeline import stages_of
from campaigns.opportunities.rules import weighted

from .standing import FlagShown, flags_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from alignment.people.models import Program

CARDS = 30
MOST_MONTHS = 12
MOST_CHANGES = 50
# What was won or lost leaves the board after a quarter; the list keeps it.
CLOSED_FOR = timedelta(days=90)
BY_OPENING = Ordering(("opened_at", "id"), (datetime, int), descending=True)
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Card:
    deal: Opportunity
    flags: list[FlagShown]


@dataclass(frozen=True, slots=True)
class Column:
    """`count` and `usd` are of the whole stage, `cards` of its first deals."""

    stage: PipelineStage
    cards: list[Card]
    count: int
    usd: Decimal

    @property
    def weighted(self) -> Decimal:
        return weighted(self.usd, self.stage.probability)

    @property
    def hidden(self) -> int:
        return self.count - len(self.cards)


def deals_in(program: Program) -> QuerySet[Opportunity]:
    rows = Opportunity.objects.in_program(program)
    return rows.select_related("account", "stage", "owner")


def board(program: Program, rows: QuerySet[Opportunity]) -> list[Column]:
    """A column for each stage: one statement for each, and three for all."""
    stages = stages_of(program)
    shown = rows.exclude(closed_at__lt=timezone.now() - CLOSED_FOR)
    sums = {
        stage: (count, usd or NOTHING)
        for stage, count, usd in shown.order_by()
        .values_list("stage")
        .annotate(count=Count("pk"), usd=Sum("amount_usd"))
    }
    found = {stage.pk: list(_in_stage(shown, stage)) for stage in stages}
    flags = flags_of(program, [deal for deals in found.values() for deal in deals])
    return [
        Column(
            stage,
            [Card(deal, flags.get(deal.pk, [])) for deal in found[stage.pk]],
            *sums.get(stage.pk, (0, NOTHING)),
        )
        for stage in stages
    ]


def _in_stage(rows: QuerySet[Opportunity], stage: PipelineStage) -> QuerySet[Opportunity]:
    """The soonest first; of what ended, the newest."""
    here = rows.filter(stage=stage)
    if stage.outcome == Outcome.OPEN:
        return here.order_by("close_on", "id")[:CARDS]
    return here.order_by("-closed_at", "-id")[:CARDS]


def deal_list(
    program: Program, rows: QuerySet[Opportunity], asked: Mapping[str, str]
) -> Page[Card]:
    """A page of the list, the newest first: three statements."""
    page: Page[Any] = page_of(rows, BY_OPENING, asked)
    flags = flags_of(program, page.rows)
    return Page([Card(deal, flags.get(deal.pk, [])) for deal in page.rows], page.after, page.before)


@dataclass(frozen=True, slots=True)
class Month:
    """Open deals expected in a month, and what was won in it. `weighted` counts each amount by the
    probability of its stage. `first` is None for deals without a date."""

    first: date | None
    count: int = 0
    usd: Decimal = NOTHING
    weighted: Decimal = NOTHING
    won: int = 0
    won_usd: Decimal = NOTHING
    is_past: bool = False

    @property
    def likely(self) -> Decimal:
        return self.won_usd + self.weighted


def forecast(rows: QuerySet[Opportunity]) -> list[Month]:
    """By month of the expected close, from the month that runs on: two statements.

    What is overdue is its own line, with `is_past`; what has no date comes last.
    """
    this_month = timezone.localdate().replace(day=1)
    expected = _expected(rows.filter(outcome=Outcome.OPEN), this_month)
    won = _won(rows.filter(outcome=Outcome.WON), this_month)
    months = [month for month in _months_from(this_month) if month in expected or month in won]
    lines = [
        Month(first, *expected.get(first, (0, NOTHING, NOTHING)), *won.get(first, (0, NOTHING)))
        for first in months
    ]
    if date.min in expected:
        lines.insert(0, Month(this_month, *expected[date.min], is_past=True))
    if None in expected:
        lines.append(Month(None, *expected[None]))
    return lines


def _expected(
    rows: QuerySet[Opportunity], this_month: date
) -> dict[date | None, tuple[int, Decimal, Decimal]]:
    counted = (
        rows.order_by()
        .annotate(month=TruncMonth("close_on"))
        .values_list("month")
        .annotate(
            count=Count("pk"),
            usd=Sum("amount_usd"),
            weighted=Sum(
                F("amount_usd") * F("stage__probability") / 100,
                output_field=DecimalField(max_digits=20, decimal_places=2),
            ),
        )
    )
    found: dict[date | None, tuple[int, Decimal, Decimal]] = {}
    for month, count, usd, likely in counted:
        key = date.min if month and month < this_month else month
        before = found.get(key, (0, NOTHING, NOTHING))
        found[key] = (before[0] + count, before[1] + usd, before[2] + likely)
    return found


def _won(rows: QuerySet[Opportunity], this_month: date) -> dict[date, tuple[int, Decimal]]:
    start = datetime.combine(this_month, datetime.min.time(), timezone.get_current_timezone())
    counted = rows.filter(closed_at__gte=start).order_by().annotate(month=TruncMonth("closed_at"))
    found = counted.values_list("month").annotate(count=Count("pk"), usd=Sum("amount_usd"))
    return {month.date(): (count, usd) for month, count, usd in found}


def _months_from(first: date) -> list[date]:
    months = [first]
    while len(months) < MOST_MONTHS:
        months.append((months[-1] + timedelta(days=32)).replace(day=1))
    return months


@dataclass(frozen=True, slots=True)
class Changes:
    """Of the last seven days, the newest first; sums in US dollars."""

    steps: list[OpportunityStep]
    is_cut: bool
    opened: int
    opened_usd: Decimal
    won: int
    won_usd: Decimal
    lost: int
    lost_usd: Decimal


def changes(program: Program, rows: QuerySet[Opportunity]) -> Changes:
    """What happened to these deals since a week ago: three statements."""
    since = timezone.now() - timedelta(days=7)
    steps = OpportunityStep.objects.in_program(program).filter(
        at__gte=since, opportunity__in=rows.order_by().values("pk")
    )
    found = list(
        steps.select_related(
            "opportunity__account", "from_stage", "to_stage", "by", "owner_after"
        ).order_by("-at", "-id")[: MOST_CHANGES + 1]
    )
    opened = rows.filter(opened_at__gte=since).aggregate(n=Count("pk"), usd=Sum("amount_usd"))
    closed = {
        outcome: (count, usd)
        for outcome, count, usd in rows.filter(closed_at__gte=since)
        .order_by()
        .values_list("outcome")
        .annotate(n=Count("pk"), usd=Sum("amount_usd"))
    }
    return Changes(
        found[:MOST_CHANGES],
        len(found) > MOST_CHANGES,
        opened["n"],
        opened["usd"] or NOTHING,
        *closed.get(Outcome.WON, (0, NOTHING)),
        *closed.get(Outcome.LOST, (0, NOTHING)),
    )

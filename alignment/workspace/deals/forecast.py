"""The expected revenue of open deals, month by month, in the program's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, DateField, Q, Sum, Value, When
from django.db.models.functions import Cast, TruncMonth

from campaigns.opportunities.models import Opportunity, Outcome

from .board import NOTHING
from .days import midnight, today_in, zone_of
from .listed import weighted_sum

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from alignment.people.models import Program

MOST_MONTHS = 12
OVERDUE, LATER, UNDATED = "overdue", "later", "none"
KINDS = (OVERDUE, LATER, UNDATED)


@dataclass(frozen=True, slots=True)
class Line:
    """Open deals expected in a month, and deals won in it. `weighted` multiplies each amount by the
    probability of its stage. `key` is a month, such as 2026-12, or one of `KINDS`.
    """

    key: str
    first: date | None = None
    count: int = 0
    usd: Decimal = NOTHING
    weighted: Decimal = NOTHING
    won: int = 0
    won_usd: Decimal = NOTHING

    @property
    def likely(self) -> Decimal:
        return self.won_usd + self.weighted


@dataclass(frozen=True, slots=True)
class Forecast:
    """Overdue deals come first; those later than a year and those without a date come last. `total`
    covers all lines.
    """

    lines: list[Line]
    total: Line


def forecast(program: Program, rows: QuerySet[Opportunity]) -> Forecast:
    """By month of the expected close, starting with the current month: two statements.

    A deal is overdue from the day after its date, even within the current month.
    """
    months = months_ahead(program)
    expected = _expected(program, rows.filter(outcome=Outcome.OPEN), months)
    won = _won(program, rows.filter(outcome=Outcome.WON), months[0])
    keys = [OVERDUE, *(month_key(month) for month in months), LATER, UNDATED]
    firsts = {month_key(month): month for month in months}
    lines = [
        Line(
            key,
            firsts.get(key),
            *expected.get(key, (0, NOTHING, NOTHING)),
            *won.get(key, (0, NOTHING)),
        )
        for key in keys
        if key in expected or key in won
    ]
    return Forecast(lines, _total(lines))


def _total(lines: list[Line]) -> Line:
    return Line(
        "total",
        None,
        sum(line.count for line in lines),
        sum((line.usd for line in lines), NOTHING),
        sum((line.weighted for line in lines), NOTHING),
        sum(line.won for line in lines),
        sum((line.won_usd for line in lines), NOTHING),
    )


def expected_in(program: Program, key: str) -> Q:
    """Filter for the open deals of one line."""
    months, today = months_ahead(program), today_in(program)
    is_open = Q(outcome=Outcome.OPEN)
    if key == OVERDUE:
        return is_open & Q(close_on__lt=today)
    if key == LATER:
        return is_open & Q(close_on__gte=_next(months[-1]))
    if key == UNDATED:
        return is_open & Q(close_on=None)
    first = next((month for month in months if month_key(month) == key), None)
    if first is None:
        return Q(pk=None)
    return is_open & Q(close_on__gte=max(first, today), close_on__lt=_next(first))


def won_in(program: Program, key: str) -> Q:
    """Filter for the deals won in a month of the forecast."""
    first = next((month for month in months_ahead(program) if month_key(month) == key), None)
    if first is None:
        return Q(pk=None)
    span = (midnight(program, first), midnight(program, _next(first)))
    return Q(outcome=Outcome.WON, closed_at__gte=span[0], closed_at__lt=span[1])


def months_ahead(program: Program) -> list[date]:
    months = [today_in(program).replace(day=1)]
    while len(months) < MOST_MONTHS:
        months.append(_next(months[-1]))
    return months


def month_key(month: date) -> str:
    return f"{month:%Y-%m}"


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _expected(
    program: Program, rows: QuerySet[Opportunity], months: list[date]
) -> dict[str, tuple[int, Decimal, Decimal]]:
    line = Case(
        When(close_on__lt=today_in(program), then=Value(date.min, output_field=DateField())),
        When(close_on__gte=_next(months[-1]), then=Value(date.max, output_field=DateField())),
        default=Cast(TruncMonth("close_on"), DateField()),
        output_field=DateField(),
    )
    counted = (
        rows.order_by()
        .annotate(line=line)
        .values_list("line")
        .annotate(count=Count("pk"), usd=Sum("amount_usd"), likely=weighted_sum())
    )
    names: dict[Any, str] = {date.min: OVERDUE, date.max: LATER, None: UNDATED}
    return {
        names.get(first) or month_key(first): (count, usd, likely)
        for first, count, usd, likely in counted
    }


def _won(
    program: Program, rows: QuerySet[Opportunity], this_month: date
) -> dict[str, tuple[int, Decimal]]:
    closed = rows.filter(closed_at__gte=midnight(program, this_month)).order_by()
    in_month = TruncMonth("closed_at", tzinfo=zone_of(program))
    counted = closed.annotate(month=in_month).values_list("month")
    return {
        month_key(month): (count, usd)
        for month, count, usd in counted.annotate(count=Count("pk"), usd=Sum("amount_usd"))
    }

"""Opportunities as a list: sorted as requested, with sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DecimalField,
    F,
    IntegerField,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from alignment.workspace.paging import Ordering, Page, page_of
from campaigns.opportunities.models import Opportunity, Outcome

from .board import NOTHING, Card
from .standing import flags_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from alignment.people.models import Program

# Open deals come first in every order.
SORTS = {
    "opened": Ordering(("is_open", "opened_at", "id"), (int, datetime, int), descending=True),
    "amount": Ordering(("is_open", "cents", "id"), (int, int, int), descending=True),
    "close": Ordering(("is_closed", "expected", "id"), (int, str, int)),
    "stage": Ordering(("place", "expected", "id"), (int, str, int)),
}
NEVER = "9999-12-31"
_OPEN = Case(When(outcome=Outcome.OPEN, then=1), default=0, output_field=IntegerField())
# Won and lost sort last, whatever their position.
_PLACE = Case(
    When(outcome=Outcome.OPEN, then=F("stage__position")),
    When(outcome=Outcome.WON, then=Value(30_000)),
    default=Value(30_001),
    output_field=IntegerField(),
)


def weighted_sum() -> Any:
    """The sum over open deals of amount times probability of the stage."""
    share = F("amount_usd") * F("stage__probability") / 100
    return Sum(share, output_field=DecimalField(max_digits=20, decimal_places=2))


@dataclass(frozen=True, slots=True)
class Total:
    count: int = 0
    usd: Decimal = NOTHING
    weighted: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Listed:
    """`totals` cover all rows by outcome, not only the page."""

    page: Page[Card]
    sort: str
    totals: dict[str, Total]


def deal_list(program: Program, rows: QuerySet[Opportunity], asked: Mapping[str, str]) -> Listed:
    """A page of the list: eight statements at most."""
    sort = asked.get("sort", "")
    sort = sort if sort in SORTS else "opened"
    page: Page[Any] = page_of(_with_keys(rows), SORTS[sort], asked)
    flags = flags_of(program, page.rows)
    cards = [Card(deal, flags.get(deal.pk, [])) for deal in page.rows]
    return Listed(Page(cards, page.after, page.before), sort, totals(rows))


def _with_keys(rows: QuerySet[Opportunity]) -> Any:
    expected: Any = Coalesce(Cast("close_on", CharField()), Value(NEVER))
    return rows.annotate(
        is_open=_OPEN,
        is_closed=1 - _OPEN,
        place=_PLACE,
        cents=Cast(F("amount_usd") * 100, BigIntegerField()),
        expected=expected,
    )


def totals(rows: QuerySet[Opportunity]) -> dict[str, Total]:
    found = (
        rows.order_by()
        .values_list("outcome")
        .annotate(n=Count("pk"), usd=Sum("amount_usd"), likely=weighted_sum())
    )
    return {outcome: Total(n, usd, likely) for outcome, n, usd, likely in found}

"""Changes of the pipeline since a day: before, after, and every step between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, Sum
from django.utils import timezone

from campaigns.opportunities.models import Opportunity, OpportunityStep, Outcome
from campaigns.opportunities.rules import Movement, Past, movement

from .board import NOTHING

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from alignment.people.models import Program

MOST_CHANGES = 50
WEEK = timedelta(days=7)
Kind = OpportunityStep.Kind

# The filters behind the numbers at the top of the page.
WHICH = {
    "new": Q(kind=Kind.OPENED),
    "back": Q(kind=Kind.STAGE, to_stage__outcome=Outcome.OPEN)
    & ~Q(from_stage__outcome=Outcome.OPEN),
    "won": Q(kind=Kind.STAGE, to_stage__outcome=Outcome.WON),
    "lost": Q(kind=Kind.STAGE, to_stage__outcome=Outcome.LOST),
    "amount": Q(kind=Kind.AMOUNT),
    "put_off": Q(kind=Kind.CLOSE) & (Q(close_after__gt=F("close_before")) | Q(close_after=None)),
    "forward": Q(kind=Kind.CLOSE, close_after__lt=F("close_before")),
}


@dataclass(frozen=True, slots=True)
class Changes:
    """Steps, the newest first; only those of `which`, if given."""

    since: datetime
    moved: Movement
    steps: list[OpportunityStep]
    is_cut: bool
    which: str


def changes(
    program: Program,
    rows: QuerySet[Opportunity],
    *,
    since: datetime | None = None,
    which: str = "",
    most: int = MOST_CHANGES,
) -> Changes:
    """What happened to these deals since a moment, by default a week ago: four statements."""
    since = since or timezone.now() - WEEK
    which = which if which in WHICH else ""
    steps = OpportunityStep.objects.in_program(program).filter(
        at__gte=since, opportunity__in=rows.order_by().values("pk")
    )
    shown = steps.filter(WHICH[which]) if which else steps
    shown = shown.select_related(
        "opportunity__account", "from_stage", "to_stage", "by", "owner_after"
    )
    found = list(shown.order_by("-at", "-id")[: most + 1])
    now = rows.filter(outcome=Outcome.OPEN).aggregate(usd=Sum("amount_usd"))["usd"] or NOTHING
    moved = movement(_pasts(rows, steps, since), now)
    return Changes(since, moved, found[:most], len(found) > most, which)


def _pasts(
    rows: QuerySet[Opportunity], steps: QuerySet[OpportunityStep], since: datetime
) -> list[Past]:
    """The former and current state of each deal that changed: two statements."""
    firsts: dict[int, dict[str, Any]] = {}
    kinds = steps.filter(kind__in=(Kind.STAGE, Kind.AMOUNT, Kind.CLOSE))
    first = kinds.order_by("opportunity", "kind", "at", "id").distinct("opportunity", "kind")
    for deal, kind, outcome, usd, close in first.values_list(
        "opportunity", "kind", "from_stage__outcome", "usd_before", "close_before"
    ):
        before = {Kind.STAGE: outcome, Kind.AMOUNT: usd, Kind.CLOSE: close}
        firsts.setdefault(deal, {})[kind] = before[Kind(kind)]
    touched = rows.filter(Q(pk__in=firsts) | Q(opened_at__gte=since)).order_by()
    return [
        Past(
            is_new=opened >= since,
            outcome_then=firsts.get(deal, {}).get(Kind.STAGE, outcome),
            outcome=outcome,
            usd_then=firsts.get(deal, {}).get(Kind.AMOUNT, usd),
            usd=usd,
            close_then=firsts.get(deal, {}).get(Kind.CLOSE, close),
            close=close,
        )
        for deal, opened, outcome, usd, close in touched.values_list(
            "pk", "opened_at", "outcome", "amount_usd", "close_on"
        )
    ]

"""The standing of accounts, and which ones the ranking proposes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Max, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from accounts.field.models import Relationship
from accounts.models import Account
from alignment.scoring.queries import ruling

from ..rules.ranking import Standing, order_of
from .targets import on_the_list

# This many times the accounts asked for are read, since SQL leaves ties in verdict and score to
# `order_of`.
MARGIN = 4
_STORED = (
    "verdict__answer",
    "verdict__grade",
    "account_score__score",
    "intent__topics",
    "intent__change",
)


def standings(program_id: int, accounts: Iterable[int]) -> dict[int, Standing]:
    """The standing of those accounts: two statements, apart from loading the model."""
    ids = list(accounts)
    known = _known(program_id, ids)
    return {
        row["pk"]: Standing(
            account=row["pk"],
            verdict=row["verdict__answer"] or "unknown",
            grade=row["verdict__grade"] or 0,
            score=row["account_score__score"] or 0,
            hottest=row["hottest"],
            warm=row["warm"],
            known=known.get(row["pk"], 0),
            surges=row["intent__topics"] or 0,
            change=row["intent__change"] or 0,
        )
        for row in _measured(program_id, ids)
    }


def proposed(program_id: int, *, number: int, without: Iterable[int]) -> list[Standing]:
    """The best accounts off the list, except `without`; never one that fails the profile."""
    rows = Account.objects.in_program(program_id).exclude(pk__in=list(without))
    rows = rows.filter(~on_the_list(program_id)).exclude(verdict__answer="no")
    matches = Case(When(verdict__answer="yes", then=Value(1)), default=Value(0))
    score = F("account_score__score").desc(nulls_last=True)
    best = rows.annotate(matches=matches).order_by("-matches", score, "-verdict__grade", "pk")
    ids = list(best.values_list("pk", flat=True)[: number * MARGIN])
    return sorted(standings(program_id, ids).values(), key=order_of)[:number]


def _measured(program_id: int, accounts: list[int]) -> QuerySet[Any, Any]:
    """Each account with its verdict, score and intent, its hottest open lead and the number of warm
    ones.
    """
    is_open = Q(leads__closed_at__isnull=True)
    warm_at = ruling(program_id).compiled.model.account.warm_at
    is_warm = is_open & Q(leads__score__total__gte=warm_at)
    rows = Account.objects.in_program(program_id).filter(pk__in=accounts)
    measured: QuerySet[Any, Any] = rows.values("pk", *_STORED).annotate(
        hottest=Coalesce(
            Max("leads__score__total", filter=is_open), 0, output_field=IntegerField()
        ),
        warm=Count("leads", filter=is_warm),
    )
    return measured


def _known(program_id: int, accounts: list[int]) -> dict[int, int]:
    """How many people of each account are known to somebody of the teams."""
    rows = Relationship.objects.in_program(program_id).filter(stakeholder__account__in=accounts)
    counts = rows.values_list("stakeholder__account").annotate(
        people=Count("stakeholder", distinct=True)
    )
    return dict(counts)

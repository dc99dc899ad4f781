"""What sales refuted, counted for marketing. An account counts once per criterion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count, Max

from accounts.field.models import CriterionFinding
from alignment.core.scoping import ScopedQuerySet
from alignment.people.models import Program

MOST_GROUPS = 50
MOST_ROWS = 200
BATCH = 1_000
# Filter name -> the column it filters.
BY: Mapping[str, str] = {"criterion": "criterion", "source": "source", "list": "listed_by"}


@dataclass(frozen=True, slots=True)
class Group:
    """`key` is used in the URL, `name` is shown, `accounts` is how many were refuted."""

    by: str
    key: str
    name: str
    accounts: int


@dataclass(frozen=True, slots=True)
class Refuted:
    """Counts of the whole program, and the newest rows that match the filters."""

    total: int
    groups: dict[str, list[Group]]
    rows: list[CriterionFinding]
    has_more: bool


def refuted(program: Program, only: Mapping[str, str]) -> Refuted:
    """Five statements, however many rows there are. `only` maps names of `BY` to keys."""
    every = _refuted(program)
    narrowed = _narrowed(every, only)
    rows = list(narrowed.select_related("account", "by").order_by("-id")[: MOST_ROWS + 1])
    return Refuted(
        total=every.aggregate(n=Count("account", distinct=True))["n"],
        groups={by: _groups(every, by) for by in BY},
        rows=rows[:MOST_ROWS],
        has_more=len(rows) > MOST_ROWS,
    )


def refuted_batches(program: Program, only: Mapping[str, str]) -> Iterator[list[CriterionFinding]]:
    """All rows that match the filters, newest first, one statement per batch."""
    rows = _narrowed(_refuted(program), only).select_related("account", "by").order_by("-id")
    last = None
    while batch := list((rows if last is None else rows.filter(pk__lt=last))[:BATCH]):
        yield batch
        last = batch[-1].pk


def _refuted(program: Program) -> ScopedQuerySet[CriterionFinding]:
    """Withdrawn findings are excluded, because they say nothing against the list."""
    return CriterionFinding.objects.in_program(program).filter(
        outcome=CriterionFinding.Outcome.REFUTED, withdrawn_at__isnull=True
    )


def _narrowed(
    rows: ScopedQuerySet[CriterionFinding], only: Mapping[str, str]
) -> ScopedQuerySet[CriterionFinding]:
    return rows.filter(**{BY[name]: key for name, key in only.items()})


def _groups(rows: ScopedQuerySet[CriterionFinding], by: str) -> list[Group]:
    column = BY[by]
    counted = (
        rows.order_by()
        .values(column)
        .annotate(n=Count("account", distinct=True), said=Max("words"))
        .order_by("-n", column)[:MOST_GROUPS]
    )
    return [
        Group(by, row[column], row["said"] if by == "criterion" else row[column], row["n"])
        for row in counted
    ]

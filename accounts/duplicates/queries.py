"""Open pairs, and where merged accounts went."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.duplicates.models import DuplicatePair, Merge
from alignment.jobs.models import Job

if TYPE_CHECKING:
    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Program

MOST_PAIRS = 50
COUNT_UP_TO = 1_000


@dataclass(frozen=True, slots=True)
class ToLookAt:
    """The most similar pairs, how many there are (counted up to a limit), and the last search."""

    pairs: list[DuplicatePair]
    count: int
    job: Job | None


def open_pairs(program: Program) -> ScopedQuerySet[DuplicatePair]:
    rows = DuplicatePair.objects.in_program(program).filter(state=DuplicatePair.State.OPEN)
    return rows.select_related("first__owner", "second__owner")


def open_count(program: Program | int) -> int:
    """The number of open pairs, counted up to one more than `COUNT_UP_TO`."""
    rows = DuplicatePair.objects.in_program(program).filter(state=DuplicatePair.State.OPEN)
    return rows.order_by().values("id")[: COUNT_UP_TO + 1].count()


def to_look_at(program: Program) -> ToLookAt:
    """Three statements."""
    rows = open_pairs(program).order_by("-similarity", "-id")
    jobs = Job.objects.in_program(program).filter(kind=Job.Kind.DUPLICATES)
    return ToLookAt(
        pairs=list(rows[:MOST_PAIRS]),
        count=open_count(program),
        job=jobs.order_by("-id").first(),
    )


def went_to(program: Program, account_id: int) -> int | None:
    """The account that now includes that one, following any chain of merges."""
    return went_to_each(program, [account_id]).get(account_id)


def of_today(program: Program, account_ids: Sequence[int]) -> list[int]:
    """The same accounts in the same order, merged ones as the account that stayed."""
    gone = went_to_each(program, account_ids)
    return [gone.get(pk, pk) for pk in account_ids]


def went_to_each(program: Program | int, account_ids: Collection[int]) -> dict[int, int]:
    """Of these accounts the merged ones, each with the account that now includes it: one statement,
    none without ids."""
    if not account_ids:
        return {}
    rows = Merge.objects.in_program(program).filter(gone_id__in=account_ids)
    return dict(rows.values_list("gone_id", "survivor_id"))


def decided(program: Program, pair_id: int) -> int | None:
    """The surviving account of a merged pair."""
    rows = Merge.objects.in_program(program).filter(pair_number=pair_id)
    return rows.values_list("survivor_id", flat=True).first()

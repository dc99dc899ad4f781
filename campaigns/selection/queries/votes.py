"""Votes, for whom they are: the only module that reads the table.

Until the reveal a vote is its side's own. Of the other side one learns how many it has cast, never
on what, nor what. Pages, API, admin and audit get votes here, so none of them can say more.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from alignment.people.models import Side

from ..models import Session, Vote

_REVEALED = Q(candidate__session__revealed_at__isnull=False)


def revealed(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of these votes those that everybody may read."""
    return rows.filter(_REVEALED)


def readable(program_id: int, side: Side | str | None) -> QuerySet[Vote]:
    """The votes that somebody of that side may read; without a side, the revealed ones."""
    allowed = _REVEALED | Q(side=side) if side else _REVEALED
    return Vote.objects.in_program(program_id).filter(allowed)


def by_candidate(
    program_id: int, side: Side | str | None, candidates: Iterable[int]
) -> dict[int, dict[str, Vote]]:
    """Readable votes of those candidates: candidate -> side -> vote."""
    found: dict[int, dict[str, Vote]] = defaultdict(dict)
    rows = readable(program_id, side).filter(candidate__in=list(candidates)).select_related("by")
    for vote in rows:
        found[vote.candidate_id][vote.side] = vote
    return found


def cast_counts(session: Session) -> dict[str, int]:
    """How many votes each side has cast: all that the other side learns before the reveal."""
    rows = (
        Vote.objects.in_program(session.program_id)
        .filter(candidate__session=session)
        .values_list("side")
        .annotate(n=Count("id"))
    )
    counts = dict(rows)
    return {side: counts.get(side, 0) for side in Side.values}

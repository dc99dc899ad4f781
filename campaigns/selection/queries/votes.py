"""Access to votes by reader: the only module that reads the table.

Until the reveal only its own side may see a vote. The other side learns how many votes were cast,
but not on which candidates. Pages, API, admin and audit all read votes here, so none of them can
reveal more.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet

from alignment.people.models import Side

from ..models import Candidate, Choice, Session, Vote
from ..rules.votes import Agreement

_REVEALED = Q(candidate__session__revealed_at__isnull=False)


def revealed(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the votes that everybody may read."""
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
    """How many votes each side has cast; until the reveal, the other side learns nothing else."""
    rows = (
        Vote.objects.in_program(session.program_id)
        .filter(candidate__session=session)
        .values_list("side")
        .annotate(n=Count("id"))
    )
    counts = dict(rows)
    return {side: counts.get(side, 0) for side in Side.values}


def agreements(program_id: int, sessions: Iterable[int]) -> dict[int, Agreement]:
    """For each revealed session, on how many candidates both sides had voted, and on how many
    alike.
    """
    marketing, sales = (
        FilteredRelation("votes", condition=Q(votes__side=side)) for side in Side.values
    )
    both = Q(marketing__at_reveal__in=Choice.values, sales__at_reveal__in=Choice.values)
    rows = Candidate.objects.in_program(program_id).filter(
        session__in=list(sessions), session__revealed_at__isnull=False
    )
    counted = rows.annotate(marketing=marketing, sales=sales).values_list("session")
    counts = counted.annotate(
        both=Count("pk", filter=both),
        alike=Count("pk", filter=both & Q(marketing__at_reveal=F("sales__at_reveal"))),
    )
    return {session: Agreement(both, alike) for session, both, alike in counts.order_by()}

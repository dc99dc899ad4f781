"""The candidates with which a session opens."""

from __future__ import annotations

from dataclasses import dataclass

from ..models import Nomination
from ..rules.lists import free_places
from ..rules.ranking import Reason, how_many, reasons_of
from .changes import Since, changes
from .ranking import proposed, standings
from .targets import open_targets

MOST_CANDIDATES = 300
MOST_PROPOSED = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A candidate that is not stored yet."""

    account: int
    is_review: bool
    rank: int | None
    reasons: list[Reason]


def slate(since: Since) -> list[Entry]:
    """Changes on the list, nominations of both sides, then proposals of the ranking."""
    program_id, changed = since.program_id, changes(since)
    listed = set(open_targets(program_id).values_list("account_id", flat=True))
    waiting = waiting_nominations(program_id)
    free = free_places(since.settings.capacity, len(listed))
    number = how_many(proposed=since.settings.proposed, free=free, most=MOST_PROPOSED)
    best = proposed(program_id, number=number, without=changed.refused)
    ranks = {standing.account: place for place, standing in enumerate(best, start=1)}
    # A dict removes duplicates and keeps the order.
    accounts = list(dict.fromkeys([*changed.reviews, *changed.others, *waiting, *ranks]))
    found = standings(program_id, accounts)
    why = changed.reviews | changed.others
    return [
        Entry(
            account=account,
            is_review=account in listed,
            rank=ranks.get(account),
            reasons=why.get(account, []) + reasons_of(found[account]),
        )
        for account in accounts[:MOST_CANDIDATES]
        if account in found
    ]


def waiting_nominations(program_id: int) -> list[int]:
    """Accounts that were nominated for the next session, first come, first served."""
    rows = Nomination.objects.in_program(program_id).filter(session__isnull=True)
    return list(dict.fromkeys(rows.order_by("at", "pk").values_list("account_id", flat=True)))

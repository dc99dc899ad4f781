"""People concerned by a touch that goes ahead despite conflicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import OuterRef, Subquery

from accounts.models import Account
from alignment.people.models import Membership, Program, Side
from campaigns.selection.models import Target

from ..models import Touch
from ..rules.conflicts import Conflict


def concerned(program: Program, rows: Iterable[tuple[Touch, Sequence[Conflict]]]) -> list[set[int]]:
    """A set of user ids per touch, in order: those whose touches it collides with, and the
    account's owners in the other team. Two statements, however many touches."""
    rows = list(rows)
    accounts = {touch.account_id for touch, _found in rows}
    owners, other = _owners(program, accounts), _owner_of_account(program, accounts)
    return [
        {slot.who for conflict in found for slot in conflict.others if slot.who}
        | owners[touch.account_id, _other_side(touch.side)]
        | other[touch.account_id, _other_side(touch.side)]
        for touch, found in rows
    ]


def _other_side(side: str) -> str:
    return Side.MARKETING if side == Side.SALES else Side.SALES


def _owners(program: Program, accounts: Iterable[int]) -> dict[tuple[int, str], set[int]]:
    """The owners of target accounts, by account and side."""
    found: dict[tuple[int, str], set[int]] = defaultdict(set)
    rows = Target.objects.in_program(program).filter(account__in=accounts, left_at__isnull=True)
    for account, marketing, sales in rows.values_list(
        "account_id", "marketing_owner_id", "sales_owner_id"
    ):
        found[account, Side.MARKETING] |= {marketing} - {None}
        found[account, Side.SALES] |= {sales} - {None}
    return found


def _owner_of_account(program: Program, accounts: Iterable[int]) -> dict[tuple[int, str], set[int]]:
    """The owner of the account itself, by account and the side of the owner's team."""
    seats = Membership.objects.in_program(program).filter(user=OuterRef("owner"))
    owned = Account.objects.in_program(program).filter(pk__in=accounts, owner__isnull=False)
    rows = owned.annotate(side=Subquery(seats.values("team__side")[:1]))
    found: dict[tuple[int, str], set[int]] = defaultdict(set)
    for account, side, owner in rows.values_list("pk", "side", "owner_id"):
        found[account, side].add(owner)
    return found

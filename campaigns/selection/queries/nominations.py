"""Nominations that no session has decided yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from ..models import Nomination

if TYPE_CHECKING:
    from accounts.models import Account


def standing_nomination(*, account: Account, side: str) -> Nomination | None:
    """That of this side, in the open session or for the next one."""
    undecided = Q(session=None) | Q(session__confirmed_at=None, session__discarded_at=None)
    rows = Nomination.objects.in_program(account.program_id).filter(
        undecided, account=account, side=side, known_as=""
    )
    return rows.select_related("session").order_by("-id").first()

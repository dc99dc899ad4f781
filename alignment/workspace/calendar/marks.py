"""Which of the touches shown collide, found in two statements for all of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from campaigns.calendar.models import Touch
from campaigns.calendar.queries.around import arounds
from campaigns.calendar.rules.conflicts import Conflict, Slot, conflicts
from campaigns.policy.queries import policy_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import Account
    from alignment.people.models import Program


def slot(touch: Touch) -> Slot:
    """As the rules see a touch whose people were read with it."""
    return Slot(
        account=touch.account_id,
        people=frozenset(row.stakeholder_id for row in touch.people.all()),
        who=touch.who_id,
        side=touch.side,
        channel=touch.channel,
        starts=touch.starts_at,
        ends=touch.ends_at,
        id=touch.pk,
        thread=touch.thread,
        follows=touch.follows_id,
        message=touch.message,
        state=touch.state,
    )


def conflicts_of(
    program: Program, touches: Sequence[Touch], now: datetime
) -> dict[int, list[Conflict]]:
    """By the id of the touch, of those planned and not over; what is past cannot be mended."""
    ahead: defaultdict[Account, list[Slot]] = defaultdict(list)
    for touch in touches:
        if touch.state == Touch.State.PLANNED and touch.ends_at > now:
            ahead[touch.account].append(slot(touch))
    if not ahead:
        return {}
    seen = arounds(program, ahead, policy_of(program))
    found = {
        wish.id or 0: conflicts(wish, seen[account.pk], now)
        for account, wishes in ahead.items()
        for wish in wishes
    }
    return {pk: met for pk, met in found.items() if met}

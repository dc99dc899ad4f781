"""Conflicts of touches that are already planned, as of now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from accounts.models import Account
from alignment.people.models import Program
from campaigns.policy.queries import policy_of

from ..models import Touch
from ..rules.conflicts import Conflict, conflicts
from ..rules.slots import PLANNED, Slot
from .conflict_context import conflict_contexts, slots_of


def open_conflicts(
    program: Program, touches: Sequence[Touch], now: datetime
) -> Mapping[int, list[Conflict]]:
    """Touch id -> its conflicts, hard ones first; touches without any, and done ones, are left out.

    Nothing is stored, so anything done, skipped or moved meanwhile counts, such as the first touch
    of a thread. Four statements, however many touches; select their `account`.
    """
    planned = [touch for touch in touches if touch.state == PLANNED]
    if not planned:
        return {}
    by_account: dict[Account, list[Slot]] = defaultdict(list)
    slots = slots_of(program, planned)
    for touch, slot in zip(planned, slots, strict=True):
        by_account[touch.account].append(slot)
    seen = conflict_contexts(program, by_account, policy_of(program), reach=timedelta(0))
    found = ((slot.id or 0, conflicts(slot, seen[slot.account], now)) for slot in slots)
    return {pk: told for pk, told in found if told}

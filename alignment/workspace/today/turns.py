"""What waits for this person's decision or work, beside leads and signatures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alignment.people.models import Role
from alignment.people.permissions import Permission, Seat, may
from alignment.workspace.deals.standing import owned_at_risk
from alignment.workspace.promises.queries import needed_by
from campaigns.insights.queries.support import takes_requests, waiting_requests
from campaigns.selection.queries.turns import turn_of

if TYPE_CHECKING:
    from alignment.people.models import Membership
    from alignment.workspace.promises.queries import Needed
    from campaigns.insights.queries.support import WaitingRequests
    from campaigns.opportunities.models import Opportunity
    from campaigns.selection.queries.turns import Turn


@dataclass(frozen=True, slots=True)
class Turns:
    """Broken promises and excuses, the step of a selection session, requests of sales, and the
    person's own deals at risk.
    """

    needed: Needed
    selection: Turn | None
    requests: WaitingRequests | None
    deals: list[Opportunity]

    def __bool__(self) -> bool:
        return bool(self.needed or self.selection or self.requests or self.deals)


def turns_of(membership: Membership) -> Turns:
    """At most sixteen statements, however much waits."""
    return Turns(
        needed_by(membership),
        _selection(membership),
        _requests(membership),
        owned_at_risk(membership.program, membership.user_id),
    )


def _selection(membership: Membership) -> Turn | None:
    side = membership.side
    if side is None or not may(membership.role, Permission.VOTE_TARGETS):
        return None
    decides = may(membership.role, Permission.CONFIRM_TARGETS)
    return turn_of(membership.program, side, decides=decides)


def _requests(membership: Membership) -> WaitingRequests | None:
    """A marketer's own requests and those that nobody took; for those who run the team all."""
    if not takes_requests(Seat.of(membership)):
        return None
    only = membership.user_id if membership.role == Role.MEMBER else None
    return waiting_requests(membership.program, of=only)

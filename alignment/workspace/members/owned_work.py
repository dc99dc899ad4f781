"""What a person holds in a program: what is left behind when they go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Account, Lead
from accounts.models.leads import OPEN_STAGES
from alignment.people.models import Side
from alignment.people.queries import offered_owners, working_keys_of
from alignment.reference.spoken import state_name
from alignment.sla.models import Clock, Territory
from campaigns.calendar.models import Touch
from campaigns.committee.models import CommitteeMember
from campaigns.insights.models import SupportRequest
from campaigns.insights.queries.support import PENDING
from campaigns.models import Campaign
from campaigns.opportunities.models import Opportunity, Outcome
from campaigns.selection.queries.targets import open_targets

from ..deals.days import today_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import ApiKey, Membership, Program, Team

MOST_MEMBERS = 500
# What can be given to somebody else.
KINDS = ("leads", "accounts", "deals")
# Where somebody else is chosen for what cannot be given.
PAGES = {
    "touches": "workspace:calendar",
    "targets": "workspace:targets",
    "states": "sla:territories",
    "campaigns": "workspace:campaigns",
    "support": "workspace:support",
}


@dataclass(frozen=True, slots=True)
class Beside:
    """What stays until somebody else is chosen: at `address`, or each on a page of its own."""

    label: str
    number: int
    address: str


@dataclass(frozen=True, slots=True)
class OwnedWork:
    """Running promises go with their leads; keys end with the membership. `beside` has, by kind,
    what cannot be given to somebody else in one go.
    """

    leads: int
    promises: int
    accounts: int
    deals: int
    keys: Sequence[ApiKey]
    beside: Mapping[str, Beside]

    def __bool__(self) -> bool:
        return bool(self.work or self.promises or self.keys or self.beside)

    @property
    def work(self) -> int:
        return self.leads + self.accounts + self.deals


def rows_of(program: Program, user_id: int, kind: str) -> ScopedQuerySet[Any]:
    """The person's open leads, accounts or open deals."""
    if kind == "leads":
        return Lead.objects.in_program(program).filter(owner=user_id, stage__in=OPEN_STAGES)
    if kind == "accounts":
        return Account.objects.in_program(program).filter(owner=user_id)
    return Opportunity.objects.in_program(program).filter(owner=user_id, outcome=Outcome.OPEN)


def owned_by(member: Membership) -> OwnedWork:
    """Eleven queries."""
    program, user = member.program, member.user_id
    running = Clock.objects.in_program(program).filter(owner=user, state=Clock.State.RUNNING)
    counts = {kind: rows_of(program, user, kind).order_by().count() for kind in KINDS}
    return OwnedWork(
        **counts,
        promises=running.order_by().count(),
        keys=working_keys_of(program, user),
        beside=_beside(member),
    )


def _beside(member: Membership) -> dict[str, Beside]:
    """Only kinds of which there is something; six queries."""
    labels = {
        "touches": _("Planned touches"),
        "targets": _("Target accounts"),
        "states": _("States"),
        "campaigns": _("Campaigns"),
        "support": _("Support by marketing"),
        "committees": _("Buying committees"),
    }
    rows = _rows_beside(member.program, member.user_id)
    numbers = {kind: found.order_by().count() for kind, found in rows.items()}
    return {
        kind: Beside(labels[kind], number, _address(member, kind))
        for kind, number in numbers.items()
        if number
    }


def _address(member: Membership, kind: str) -> str:
    if kind not in PAGES:
        return ""
    page = reverse(PAGES[kind], args=[member.program.slug])
    return f"{page}?who={member.user_id}&state=planned" if kind == "touches" else page


def _rows_beside(program: Program, user: int) -> dict[str, ScopedQuerySet[Any]]:
    return {
        "touches": Touch.objects.in_program(program).filter(who=user, state=Touch.State.PLANNED),
        "targets": open_targets(program).filter(Q(marketing_owner=user) | Q(sales_owner=user)),
        "states": Territory.objects.in_program(program).filter(user=user),
        "campaigns": Campaign.objects.in_program(program).filter(
            owner=user, ends_on__gte=today_in(program)
        ),
        "support": SupportRequest.objects.in_program(program).filter(owner=user, state__in=PENDING),
        "committees": CommitteeMember.objects.in_program(program).filter(
            owner=user, opportunity__outcome=Outcome.OPEN
        ),
    }


def states_of(team: Team) -> list[str]:
    """The names of the states that the team holds."""
    owned = Territory.objects.in_program(team.program_id).filter(team=team)
    return sorted(state_name(code) for code in owned.values_list("state", flat=True))


def heirs_of(member: Membership, kind: str) -> list[Membership]:
    """Who may get what the person holds; marketing works no leads."""
    rows = offered_owners(member.program)
    rows = rows.exclude(user=member.user_id)
    if kind == "leads":
        rows = rows.exclude(team__side=Side.MARKETING)
    return list(rows.order_by("team__name", "user__name", "pk")[:MOST_MEMBERS])

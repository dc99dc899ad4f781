"""What a person holds in a program: what is left behind when they go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
from campaigns.selection.queries.targets import sides_worked, worked_by

from ..deals.days import today_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import ApiKey, Membership, Program, Team

MOST_MEMBERS = 500
# What can be given to somebody else.
GIVEN = ("leads", "accounts", "deals", "touches", "targets", "states", "campaigns")
# Where the rows are looked at.
PAGES = {
    "leads": ("workspace:leads", "?stage=open&owner=person:{}"),
    "accounts": ("workspace:accounts", "?owner=person:{}"),
    "deals": ("workspace:opportunities", "?view=list&owner=person:{}"),
    "touches": ("workspace:calendar", "?who={}&state=planned"),
    "targets": ("workspace:targets", ""),
    "states": ("sla:territories", ""),
    "campaigns": ("workspace:campaigns", ""),
    "support": ("workspace:support", ""),
}


@dataclass(frozen=True, slots=True)
class Held:
    """Rows of one kind. `address` is empty where each has a page of its own only."""

    label: str
    number: int
    address: str


@dataclass(frozen=True, slots=True)
class OwnedWork:
    """`held` has only kinds of which there is something. Running promises go with their leads; keys
    end with the membership.
    """

    held: Mapping[str, Held]
    promises: int
    keys: Sequence[ApiKey]

    def __bool__(self) -> bool:
        return bool(self.held or self.promises or self.keys)

    @property
    def stays(self) -> bool:
        """Whether there is work that nobody can be given here."""
        return any(kind not in GIVEN for kind in self.held)


def rows_of(program: Program, user: int, kind: str) -> ScopedQuerySet[Any]:
    """The open work of one kind."""
    match kind:
        case "leads":
            return Lead.objects.in_program(program).filter(owner=user, stage__in=OPEN_STAGES)
        case "accounts":
            return Account.objects.in_program(program).filter(owner=user)
        case "deals":
            deals = Opportunity.objects.in_program(program)
            return deals.filter(owner=user, outcome=Outcome.OPEN)
        case "touches":
            touches = Touch.objects.in_program(program)
            return touches.filter(who=user, state=Touch.State.PLANNED)
        case "targets":
            return worked_by(program, user)
        case "states":
            return Territory.objects.in_program(program).filter(user=user)
        case "campaigns":
            campaigns = Campaign.objects.in_program(program)
            return campaigns.filter(owner=user, ends_on__gte=today_in(program))
        case "support":
            requests = SupportRequest.objects.in_program(program)
            return requests.filter(owner=user, state__in=PENDING)
        case _:
            members = CommitteeMember.objects.in_program(program)
            return members.filter(owner=user, opportunity__outcome=Outcome.OPEN)


def owned_by(member: Membership) -> OwnedWork:
    """Eleven queries."""
    program, user = member.program, member.user_id
    running = Clock.objects.in_program(program).filter(owner=user, state=Clock.State.RUNNING)
    labels = {
        "leads": _("Open leads"),
        "accounts": _("Accounts"),
        "deals": _("Open opportunities"),
        "touches": _("Planned touches"),
        "targets": _("Target accounts"),
        "states": _("States"),
        "campaigns": _("Campaigns"),
        "support": _("Support by marketing"),
        "committees": _("Buying committees"),
    }
    numbers = {kind: rows_of(program, user, kind).order_by().count() for kind in labels}
    held = {
        kind: Held(labels[kind], number, _address(member, kind))
        for kind, number in numbers.items()
        if number
    }
    keys = working_keys_of(program, user)
    return OwnedWork(held=held, promises=running.order_by().count(), keys=keys)


def _address(member: Membership, kind: str) -> str:
    if kind not in PAGES:
        return ""
    page, rest = PAGES[kind]
    return reverse(page, args=[member.program.slug]) + rest.format(member.user_id)


def states_of(team: Team) -> list[str]:
    """The names of the states that the team holds."""
    owned = Territory.objects.in_program(team.program_id).filter(team=team)
    return sorted(state_name(code) for code in owned.values_list("state", flat=True))


def heirs_of(member: Membership, kind: str) -> list[Membership]:
    """Who may get what the person holds. Marketing works no leads and holds no states; a target is
    worked by each side for itself.
    """
    rows = offered_owners(member.program).exclude(user=member.user_id)
    if kind == "leads":
        rows = rows.exclude(team__side=Side.MARKETING)
    if kind == "states":
        rows = rows.filter(team__side=Side.SALES)
    if kind == "targets":
        rows = rows.filter(team__side__in=sides_worked(member.program, member.user_id))
    return list(rows.order_by("team__name", "user__name", "pk")[:MOST_MEMBERS])

"""The current list, and the list as sides confirm it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from accounts.models import Account
from alignment.core.scoping import ScopedQuerySet
from alignment.people.models import Membership, Program, Role, Side
from campaigns.library.models import Play

from ..models import Session, Target
from ..models.targets import MOST_TARGETS
from ..rules.lists import Line, list_hash

MOST_CHOICES = 500
OWNER_OF = {Side.MARKETING: "marketing_owner", Side.SALES: "sales_owner"}


def open_targets(program: Program | int) -> ScopedQuerySet[Target]:
    return Target.objects.in_program(program).filter(left_at__isnull=True)


def worked_by(program: Program | int, user_id: int) -> ScopedQuerySet[Target]:
    """The accounts of the list that the person works, for either side."""
    return open_targets(program).filter(Q(marketing_owner=user_id) | Q(sales_owner=user_id))


def sides_worked(program: Program | int, user_id: int) -> list[Side]:
    """The sides for which they do."""
    owners = worked_by(program, user_id).values(*(f"{field}_id" for field in OWNER_OF.values()))
    worked = {name for row in owners for name, owner in row.items() if owner == user_id}
    return [side for side, field in OWNER_OF.items() if f"{field}_id" in worked]


def target_in(*, program: Program, target_id: int) -> Target | None:
    rows = Target.objects.in_program(program).select_related("account", "program")
    return rows.filter(pk=target_id).first()


def target_of(account: Account) -> Target | None:
    """Its current stay on the list, with owners and play."""
    rows = open_targets(account.program_id).filter(account=account)
    return rows.select_related("marketing_owner", "sales_owner", "play").first()


def on_the_list(program: Program | int, account: str = "pk") -> Exists:
    """A filter for any query: whether the account that its field names is on the list."""
    return Exists(open_targets(program).filter(account=OuterRef(account)))


def lines_of(program_id: int) -> list[Line]:
    """The lines that a confirmation binds: one statement."""
    fields = ("account_id", "tier", "marketing_owner_id", "sales_owner_id", "play_id")
    return [Line(*row) for row in open_targets(program_id).values_list(*fields)]


def hash_now(program_id: int) -> str:
    return list_hash(lines_of(program_id))


def taken(program_id: int) -> int:
    return open_targets(program_id).count()


def has_plays(program_id: int) -> bool:
    return Play.objects.in_program(program_id).filter(retired_at__isnull=True).exists()


def plays_of(program: Program) -> list[Play]:
    """Plays that can be started, by name."""
    rows = Play.objects.in_program(program).filter(retired_at__isnull=True)
    return list(rows.order_by("name", "pk")[:MOST_CHOICES])


def people_of(program: Program) -> dict[str, list[Membership]]:
    """Who may own a target, by side and name."""
    rows = Membership.objects.in_program(program).select_related("user", "team")
    rows = rows.filter(role__in=(Role.MANAGER, Role.MEMBER)).order_by(Lower("user__name"), "pk")
    people: dict[str, list[Membership]] = {side: [] for side in Side.values}
    for member in rows[:MOST_CHOICES]:
        people[str(member.side)].append(member)
    return people


def shown_targets(program: Program) -> list[Target]:
    """The list with its people, accounts, verdicts and plays: one statement, best tier first."""
    related = ("account__verdict", "marketing_owner", "sales_owner", "play")
    rows = open_targets(program).select_related(*related)
    return list(rows.order_by("tier", Lower("account__name"), "pk")[:MOST_TARGETS])


def sessions_of(program: Program) -> ScopedQuerySet[Session]:
    return Session.objects.in_program(program)


def open_session_of(program: Program | int) -> Session | None:
    rows = Session.objects.in_program(program).select_related("program", "opened_by")
    return rows.filter(confirmed_at__isnull=True, discarded_at__isnull=True).first()


def just_discarded(program: Program) -> Session | None:
    """The newest session, if it was discarded."""
    rows = Session.objects.in_program(program).select_related("discarded_by").order_by("-pk")
    newest = rows.first()
    return newest if newest is not None and newest.is_discarded else None


def last_confirmed(program: Program | int) -> Session | None:
    rows = Session.objects.in_program(program).filter(confirmed_at__isnull=False)
    return rows.order_by("-number").first()

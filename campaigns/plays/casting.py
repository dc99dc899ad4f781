"""Who would be reached on each account, and by whom: four statements for any number of accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F, Max

from accounts.models import Account, Stakeholder
from alignment.people.models import Program, Side, User
from alignment.people.queries import sides_of
from campaigns.selection.models import Target

from .rules.planning import Cast

# At the same score, a play prefers contacts in the order of these roles.
_ORDER = {role: number for number, role in enumerate(Stakeholder.CommitteeRole.values, 1)}
_NO_ROLE = len(_ORDER) + 1
# At most this many people are read, for all accounts together: those with the highest scores.
MOST_PEOPLE = 20_000


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of whoever starts a play: users by side, and contacts by account."""

    marketing: User | None = None
    sales: User | None = None
    contacts: Mapping[int, int] = field(default_factory=dict)


def casts_of(program: Program, accounts: Sequence[Account], choices: Choices) -> dict[int, Cast]:
    """Casts by account. The contact is the chosen one, or else the person with the highest score
    who may be contacted.

    The users are the two owners of a target account. On other accounts, the account's owner acts
    for their own side, and a side without an owner gets the user chosen for it.
    """
    people = _people(program, accounts)
    sides = sides_of(program, (account.owner_id for account in accounts))
    owners = _owners(program, accounts)
    casts = {}
    for account in accounts:
        found = people[account.pk]
        chosen = choices.contacts.get(account.pk)
        contact = chosen if chosen in found else next(iter(found), None)
        casts[account.pk] = Cast(
            account=account.pk,
            contact=contact,
            committee=frozenset(found),
            who=_ours(account, choices, sides) | owners.get(account.pk, {}),
        )
    return casts


def _people(program: Program, accounts: Iterable[Account]) -> dict[int, list[int]]:
    """Ids of the people of each account who may be contacted, the best contact first."""
    rows = (
        Stakeholder.objects.in_program(program)
        .filter(account__in=[account.pk for account in accounts], do_not_contact=False)
        .annotate(score=Max("leads__score__total"))
        .order_by(F("score").desc(nulls_last=True), "pk")
        .values_list("account_id", "pk", "role", "score")
    )
    found: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for account, pk, role, score in rows[:MOST_PEOPLE]:
        found[account].append((-(score or 0), _ORDER.get(role, _NO_ROLE), pk))
    ranked = {account: [pk for _, _, pk in sorted(order)] for account, order in found.items()}
    return defaultdict(list, ranked)


def _owners(program: Program, accounts: Iterable[Account]) -> dict[int, dict[str, int | None]]:
    """For target accounts, the owner of each side."""
    stays = Target.objects.in_program(program).filter(
        account__in=[account.pk for account in accounts], left_at__isnull=True
    )
    named: dict[int, dict[str, int | None]] = {}
    for account, marketing, sales in stays.values_list(
        "account_id", "marketing_owner_id", "sales_owner_id"
    ):
        both = {Side.MARKETING.value: marketing, Side.SALES.value: sales}
        named[account] = {side: person for side, person in both.items() if person}
    return named


def _ours(account: Account, choices: Choices, sides: Mapping[int, str]) -> dict[str, int | None]:
    chosen = {Side.MARKETING: choices.marketing, Side.SALES: choices.sales}
    ours: dict[str, int | None] = {
        side.value: person.pk if person else None for side, person in chosen.items()
    }
    if account.owner_id and account.owner_id in sides:
        ours[sides[account.owner_id]] = account.owner_id
    return ours

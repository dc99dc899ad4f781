"""Which account something is for: offered while somebody types, and taken where only one is meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, Q, Value, When
from django.shortcuts import render

from accounts.models import Account
from accounts.queries.finding import account_of_domain
from alignment.reference.names import name_key
from alignment.workspace.search.queries import accounts_named
from campaigns.selection.queries.targets import open_targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from alignment.people.models import Program, User
    from alignment.people.requests import ProgramRequest

OFFERED = 10
LONGEST = 253


@dataclass(frozen=True, slots=True)
class Offer:
    """Accounts to choose from. Before anybody typed they are targets, one's own first."""

    typed: str
    accounts: Sequence[Account]
    # Everything said it could be this one and no other: its whole name or domain, or the only find.
    meant: Account | None = None

    @property
    def is_of_targets(self) -> bool:
        return not self.typed and bool(self.accounts)


def offer(*, program: Program, user: User, text: str) -> Offer:
    """At most six statements."""
    typed = " ".join(text.replace("\x00", " ").split())[:LONGEST]
    if not typed:
        return Offer("", _targets(program, user))
    whole = _whole(program, typed)
    if len(whole) == 1:
        return Offer(typed, whole, whole[0])
    found = whole or accounts_named(program, typed, OFFERED)
    return Offer(typed, found, found[0] if len(found) == 1 else None)


def _whole(program: Program, typed: str) -> list[Account]:
    """Those of exactly this domain, now or formerly, else of exactly this name."""
    accounts = Account.objects.in_program(program).select_related("verdict")
    pk = account_of_domain(program, typed)
    found = list(accounts.filter(pk=pk)) if pk else []
    key = name_key(typed) or typed.casefold()
    return found or list(accounts.filter(name_key=key).order_by("id")[:OFFERED])


def _targets(program: Program, user: User) -> list[Account]:
    mine = Case(
        When(Q(marketing_owner=user) | Q(sales_owner=user), then=Value(0)), default=Value(1)
    )
    rows = open_targets(program).select_related("account__verdict")
    chosen = rows.order_by(mine, "tier", "account__name_key", "pk")[:OFFERED]
    return [target.account for target in chosen]


def choose(request: ProgramRequest, offered: Offer, **words: str) -> HttpResponse:
    """The page that asks; who is chosen comes back as `account` in the address. `words` are its
    `title`, and `home` with `home_title`, from where it was asked.

    Nothing found is refused like any other form; for htmx, which asks at every key, it is no error
    yet.
    """
    if request.htmx:
        return render(request, "workspace/accounts/which.html#found", {"offer": offered})
    status = 422 if offered.typed and not offered.accounts else 200
    context = {"offer": offered, **words}
    return render(request, "workspace/accounts/which.html", context, status=status)

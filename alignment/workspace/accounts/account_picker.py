"""Choosing the account for something: suggestions while typing, and the account if only one fits
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, Q, Value, When
from django.shortcuts import render

from accounts.models import Account
from accounts.queries.finding import account_of_domain, accounts_like
from alignment.reference.names import name_key
from campaigns.selection.queries.targets import on_the_list, open_targets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponse

    from alignment.people.models import Program, User
    from alignment.people.requests import ProgramRequest

OFFERED = 10
# With more matches than this, the exact number does not matter: the person has to type more.
MOST_COUNTED = 1_000
LONGEST = 253


@dataclass(frozen=True, slots=True)
class Offer:
    """Accounts to choose from. Without input these are targets, the person's own first.

    `count` is the number of matches, counted up to `MOST_COUNTED`.
    """

    typed: str
    accounts: Sequence[Account]
    count: int = 0
    # The only account that the input can mean: by its whole name or domain, or as the only match.
    meant: Account | None = None

    @property
    def meant_id(self) -> int | None:
        return self.meant.pk if self.meant else None

    @property
    def is_of_targets(self) -> bool:
        return not self.typed and bool(self.accounts)

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.accounts)

    @property
    def is_many(self) -> bool:
        return self.count >= MOST_COUNTED


def offer(*, program: Program, user: User, text: str) -> Offer:
    """At most seven statements."""
    typed = " ".join(text.replace("\x00", " ").split())[:LONGEST]
    if not typed:
        return Offer("", _targets(program, user))
    whole = _whole(program, typed)
    if len(whole) == 1:
        return Offer(typed, whole, len(whole), whole[0])
    if whole:
        return Offer(typed, whole, len(whole))
    found, count = _like(program, typed)
    return Offer(typed, found, count, found[0] if count == 1 else None)


def _like(program: Program, typed: str) -> tuple[list[Account], int]:
    """The best matches by domain or name, and the number of matches.

    Targets come before others; within each, matches at the start of the domain come first, then at
    the start of the name, then matches of words.
    """
    low = typed.lower()
    begins = Q(name_key__startswith=name_key(typed) or low)
    rows = Account.objects.in_program(program)
    # Separate queries, so that each can use its own index.
    found = {
        pk
        for some in (rows.filter(begins), accounts_like(rows, typed))
        for pk in some.order_by().values_list("pk", flat=True)[:MOST_COUNTED]
    }
    closeness = Case(
        When(domain__startswith=low, then=Value(0)),
        When(begins, then=Value(1)),
        default=Value(2),
    )
    ranked = rows.filter(pk__in=found).select_related("verdict")
    ranked = ranked.annotate(is_target=on_the_list(program), closeness=closeness)
    first = ranked.order_by("-is_target", "closeness", "name_key", "pk")[:OFFERED]
    return list(first), min(len(found), MOST_COUNTED)


def _whole(program: Program, typed: str) -> list[Account]:
    """Accounts with exactly this domain, current or former, or else with exactly this name."""
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


def choose(
    request: ProgramRequest,
    offered: Offer,
    *,
    kept: Mapping[str, str] | None = None,
    **words: str,
) -> HttpResponse:
    """The page for choosing; the choice is added to the address as `account`, along with `kept`.
    `words` are the `title`, and `home` with `home_title` for the way back.

    Whoever sent a name of several accounts is told to choose one. Without matches the status is 422
    like that of any refused form. Neither holds for htmx, which asks while the person is typing.
    """
    if request.htmx:
        found = {"offer": offered, "kept": kept or {}}
        return render(request, "workspace/accounts/which.html#found", found)
    status = 422 if offered.typed and not offered.accounts else 200
    is_undecided = bool(offered.typed and offered.accounts)
    context = {"offer": offered, "kept": kept or {}, "is_undecided": is_undecided, **words}
    return render(request, "workspace/accounts/which.html", context, status=status)

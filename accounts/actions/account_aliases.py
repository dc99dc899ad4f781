"""Keys that became former ones in a merge: finding accounts by them, and giving them up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts.actions.writing import lock_facts
from accounts.models import AccountAlias
from accounts.queries.finding import aliases_of
from accounts.rules.accounts import AT, FACTS
from accounts.rules.aliases import gaps_only
from alignment.core import audit
from alignment.core.live import bus

if TYPE_CHECKING:
    from accounts.actions.account_book import Held
    from alignment.people.models import User

# Keys that identify one company, whichever list they come from.
KEYS = ("external_id", "domain")


class Aliases:
    """Former keys of the accounts of a book. An account with the current key has precedence: ask
    only if there is none."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], Held] = {}

    def get(self, kind: str, value: str) -> Held | None:
        return self._held.get((kind, value))

    def keep(self, found: Mapping[tuple[str, str], int], known: Mapping[int, Held]) -> None:
        """Remember accounts by kind and value, if the book holds them."""
        self._held |= {key: known[pk] for key, pk in found.items() if pk in known}

    def meant_for(self, held: Held, given: dict[str, Any]) -> dict[str, Any]:
        """What a row may change in the account it refers to.

        Former keys stay former. If only they identify the account, the row fills gaps and changes
        nothing known.
        """
        former = {
            kind
            for (kind, value), account in self._held.items()
            if given.get(kind) == value and account is held
        }
        if not former:
            return given
        if any(given.get(kind) and given[kind] == held.row[AT[kind]] for kind in KEYS):
            return {name: value for name, value in given.items() if name not in former}
        return gaps_only(dict(zip(FACTS, held.row, strict=True)), given)


def former_keys(program_id: int, **missing: set[str]) -> dict[tuple[str, str], int]:
    """Accounts by these former keys, given by kind: one statement per kind, none if there are no
    keys."""
    return {
        (kind, value): pk
        for kind, values in missing.items()
        for value, pk in aliases_of(program_id, kind, values).items()
    }


@transaction.atomic
def give_up_key(*, alias: AccountAlias, by: User) -> None:
    """Let a former key name a company of its own again. Safe to repeat."""
    lock_facts(alias.program_id)
    if not AccountAlias.objects.in_program(alias.program_id).filter(pk=alias.pk).exists():
        return
    audit.record(
        by=by,
        action="account_alias.remove",
        target=alias,
        program_id=alias.program_id,
        account=alias.account_id,
        kind=alias.kind,
        value=alias.value,
    )
    alias.delete()
    bus.publish(alias.program_id, f"account-{alias.account_id}")

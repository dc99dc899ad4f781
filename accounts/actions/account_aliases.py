"""Accounts that are named by a key which a merge made a former one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from accounts.queries.finding import aliases_of
from accounts.rules.accounts import AT, FACTS
from accounts.rules.aliases import gaps_only

if TYPE_CHECKING:
    from accounts.actions.account_book import Held

# What names one company, whoever writes it.
KEYS = ("external_id", "domain")


class Aliases:
    """Former keys of the accounts of a book. Whoever bears a key goes before: ask only then."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], Held] = {}

    def get(self, kind: str, value: str) -> Held | None:
        return self._held.get((kind, value))

    def keep(self, found: Mapping[tuple[str, str], int], known: Mapping[int, Held]) -> None:
        """Accounts by kind and value, as far as the book holds them."""
        self._held |= {key: known[pk] for key, pk in found.items() if pk in known}

    def meant_for(self, held: Held, given: dict[str, Any]) -> dict[str, Any]:
        """What a row may change of the account that it means.

        Former keys stay former. Where they alone name the account, only what is unknown of it.
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
    """Accounts by these keys, given by kind: a statement a kind, none for none."""
    return {
        (kind, value): pk
        for kind, values in missing.items()
        for value, pk in aliases_of(program_id, kind, values).items()
    }

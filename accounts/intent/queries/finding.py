"""Finding the accounts that a provider's rows refer to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from accounts.duplicates.queries import went_to_each
from accounts.models import Account
from accounts.queries.finding import aliases_of
from accounts.rules.accounts import name_key
from alignment.people.models import Program

Problem = Literal["unknown_account", "several_accounts"]


@dataclass(frozen=True, slots=True)
class Company:
    """A company as a row names it. The id has precedence over the domain, the domain over the
    name."""

    account_id: int | None = None
    domain: str = ""
    name: str = ""

    @property
    def field(self) -> str:
        """The field that identifies it."""
        return "account_id" if self.account_id else "domain" if self.domain else "name"

    @property
    def shown(self) -> str:
        return str(self.account_id or self.domain or self.name)


class Companies:
    """The accounts of a batch, found in five statements at most.

    A name identifies an account only if no other account has it: surges are not assigned by
    guesswork.
    """

    def __init__(self, program: Program, asked: Iterable[Company]) -> None:
        companies = set(asked)
        rows = Account.objects.in_program(program)
        ids = {c.account_id for c in companies if c.account_id is not None}
        domains = {c.domain for c in companies if c.field == "domain"}
        names = {name_key(c.name) for c in companies if c.field == "name" and c.name}
        self._by_id = {pk: pk for pk in rows.filter(pk__in=ids).values_list("pk", flat=True)}
        self._by_id.update(went_to_each(program, ids - self._by_id.keys()))
        self._by_domain: dict[str | None, int] = (
            dict(rows.filter(domain__in=domains).values_list("domain", "pk")) if domains else {}
        )
        self._by_domain.update(aliases_of(program, "domain", domains - self._by_domain.keys()))
        self._by_name: dict[str, list[int]] = {}
        found = rows.filter(name_key__in=names).values_list("name_key", "pk") if names else ()
        for key, pk in found:
            self._by_name.setdefault(key, []).append(pk)

    def find(self, company: Company) -> int | Problem:
        """The account's id, or why none was found."""
        if company.account_id is not None:
            return self._by_id.get(company.account_id, "unknown_account")
        if company.domain:
            return self._by_domain.get(company.domain, "unknown_account")
        bearers = self._by_name.get(name_key(company.name), [])
        if len(bearers) > 1:
            return "several_accounts"
        return bearers[0] if bearers else "unknown_account"

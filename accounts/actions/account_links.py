"""Which account the people of a list work for; missing companies are created."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection

from accounts.actions.account_book import AccountBook, Held, drafted
from accounts.duplicates.queries import went_to_each
from accounts.rules.accounts import city_key, name_key, with_keys
from accounts.rules.facts import FieldError
from alignment.reference.web import company_domain_of

Values = Mapping[str, Any]
# Keys that identify one account at most; several accounts may share a name.
KEYS = ("account_id", "account_external_id", "account_domain")


class AccountLinks:
    """Accounts that the rows of a batch of people may refer to, by any key."""

    def __init__(
        self, program_id: int, rows: Sequence[Values], source: str, *, is_list: bool = False
    ) -> None:
        self.book = AccountBook(program_id)
        self._source = source
        self._is_list = is_list
        names = {name_key(row["account_name"]) for row in rows if row.get("account_name")}
        asked = {row["account_id"] for row in rows if row.get("account_id")}
        self._went_to = went_to_each(program_id, asked)
        self.book.load(
            ids={*asked, *self._went_to.values(), *_ids_by_name(program_id, names)},
            external_ids={
                row["account_external_id"] for row in rows if row.get("account_external_id")
            },
            domains={domain for row in rows for domain in _domains(row)},
        )
        self._by_name: dict[str, list[Held]] = defaultdict(list)
        for held in self.book.known:
            self._by_name[held.key[0]].append(held)

    def find(
        self, row: Values, current: Held | int | None = None
    ) -> tuple[Held | None, list[FieldError]]:
        """The account a row names, created in the book if only a name or domain is given.

        If several have the name, the person's `current` one is kept, so that reading a list twice
        moves nobody. If a list names two accounts, the first key counts; for other callers that is
        an error.
        """
        if not self._is_list and (differing := self._differing(row)):
            return None, differing
        for key in ("account_id", "account_external_id"):
            if row.get(key):
                return _or_error(self._by(key, row), key, row)
        if row.get("account_domain"):
            return self._with_domain(row)
        if row.get("account_name"):
            return self._named(row, current)
        return self.by_address(row), []

    def _by(self, key: str, row: Values) -> Held | None:
        find: dict[str, Callable[[Any], Held | None]] = {
            "account_id": lambda pk: self.book.by_id(self._went_to.get(pk, pk)),
            "account_external_id": self.book.by_external_id,
            "account_domain": self.book.by_domain,
        }
        return find[key](row[key])

    def _differing(self, row: Values) -> list[FieldError]:
        """An error for each key that refers to a different account than the first key."""
        named = {key: held for key in KEYS if row.get(key) and (held := self._by(key, row))}
        if len(named) < 2:
            return []
        first, *others = named
        told = {"other": str(row[first]), "field": first}
        return [
            FieldError(key, "other_account", {"value": str(row[key]), **told})
            for key in others
            if named[key] is not named[first]
        ]

    def by_address(self, row: Values) -> Held | None:
        """The account with the domain of one of the row's e-mail addresses."""
        for address in row.get("emails", ()):
            domain = company_domain_of(address)
            if domain and (found := self.book.by_domain(domain)):
                return found
        return None

    def _with_domain(self, row: Values) -> tuple[Held | None, list[FieldError]]:
        found = self.book.by_domain(row["account_domain"])
        return (found, []) if found else self._create(row)

    def _named(
        self, row: Values, current: Held | int | None
    ) -> tuple[Held | None, list[FieldError]]:
        candidates = self._by_name[name_key(row["account_name"])]
        if current is not None:
            kept = next((held for held in candidates if current in (held, held.id)), None)
            if kept is not None:
                return kept, []
        employer = self.by_address(row)
        if employer in candidates:
            return employer, []
        city = city_key(row.get("account_city", ""))
        exact = [held for held in candidates if city and held.key[1] == city]
        near = [held for held in candidates if not city or not held.key[1]]
        found = exact or near
        if len(found) > 1:
            return None, [FieldError("account_name", "ambiguous")]
        return (found[0], []) if found else self._create(row)

    def _create(self, row: Values) -> tuple[Held | None, list[FieldError]]:
        facts = {
            "domain": row.get("account_domain"),
            "name": row.get("account_name") or row.get("account_domain"),
            "city": row.get("account_city", ""),
        }
        values = with_keys({key: value for key, value in facts.items() if value})
        known = self.book.find(values)
        if known is not None:
            values = {"domain": values["domain"]} if "domain" in values else {}
        else:
            values["source"] = self._source
        held, errors = self.book.apply(known, values) if known else self.book.add(drafted(values))
        if errors:
            return None, errors
        if known is None:
            self._by_name[held.key[0]].append(held)
        return held, []


def _or_error(found: Held | None, field: str, row: Values) -> tuple[Held | None, list[FieldError]]:
    if found is not None:
        return found, []
    return None, [FieldError(field, "unknown_account", {"value": str(row[field])})]


def _domains(row: Values) -> list[str]:
    if row.get("account_domain"):
        return [row["account_domain"]]
    return [domain for address in row.get("emails", ()) if (domain := company_domain_of(address))]


def _ids_by_name(program_id: int, names: set[str]) -> list[int]:
    if not names:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM accounts_account WHERE program_id = %s AND name_key = ANY(%s)",
            [program_id, list(names)],
        )
        return [pk for (pk,) in cursor]


def account_id_of(link: Held | int | None) -> int | None:
    """The id behind a link, once its book is written."""
    return link.id if isinstance(link, Held) else link

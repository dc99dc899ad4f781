"""The accounts that a batch refers to, found by each of their keys and changed in memory.

A batch is matched against what is stored *and* against its own earlier rows, so a list that names a
company twice creates one account.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from accounts.actions.account_aliases import Aliases, former_keys
from accounts.actions.places import place_of
from accounts.rules.accounts import (
    AT,
    FACTS,
    NEW_ROW,
    US_FACTS,
    is_abroad,
    known_naics,
    place_is_stale,
    ranges_out_of_order,
    us_misfits,
    zip_misfits,
)
from accounts.rules.facts import FieldError, other_id

Key = tuple[str, str]
DOMAIN, EXTERNAL_ID, NAME_KEY, CITY_KEY = (
    AT["domain"],
    AT["external_id"],
    AT["name_key"],
    AT["city_key"],
)
TOLD_BY = (NAME_KEY, DOMAIN, AT["state"])
# Keys that are unique per account.
KEYS = (NAME_KEY, CITY_KEY, DOMAIN, AT["external_id"])

# Lists are passed as one text with a line per item (cleaned texts hold no line breaks): quoting
# thousands of items one by one takes longer than finding them. With ANY, if the planner misjudges a
# young program, that costs one pass over its accounts, not one per item.
_FIND = f"""
SELECT id, updated_at, {", ".join(FACTS)} FROM accounts_account WHERE id IN (
    SELECT id FROM accounts_account WHERE program_id = %(program)s AND id = ANY(%(ids)s)
    UNION ALL SELECT id FROM accounts_account WHERE program_id = %(program)s
        AND external_id = ANY(string_to_array(%(external_ids)s, chr(10)))
    UNION ALL SELECT id FROM accounts_account WHERE program_id = %(program)s
        AND domain = ANY(string_to_array(%(domains)s, chr(10)))
    UNION ALL SELECT id FROM accounts_account WHERE program_id = %(program)s
        AND name_key = ANY(string_to_array(%(names)s, chr(10)))
        AND city_key = ANY(string_to_array(%(cities)s, chr(10))) AND domain IS NULL
    UNION ALL SELECT id FROM accounts_account WHERE program_id = %(program)s
        AND name_key = ANY(string_to_array(%(named)s, chr(10))) AND domain IS NOT NULL
) ORDER BY id"""


class Held:
    """One account: as stored (`before`, None for a new one) and as it will be."""

    __slots__ = ("before", "id", "row", "seen_at")

    def __init__(
        self, pk: int | None, seen_at: datetime | None, before: Sequence[Any] | None
    ) -> None:
        self.id = pk
        self.seen_at = seen_at
        self.before = before
        self.row: list[Any] = list(NEW_ROW if before is None else before)

    @property
    def key(self) -> Key:
        return self.row[NAME_KEY], self.row[CITY_KEY]

    @property
    def changed(self) -> bool:
        return self.before is None or self.row != self.before

    @property
    def renamed(self) -> bool:
        """Whether a stored account changes a key that the search for duplicates compares."""
        before = self.before
        return before is not None and any(before[at] != self.row[at] for at in TOLD_BY)

    @property
    def rekeyed(self) -> bool:
        """Whether a stored account gives up a key, which another may take."""
        before = self.before
        return before is not None and any(before[at] != self.row[at] for at in KEYS)

    def changes(self) -> dict[str, list[Any]]:
        """Old and new value of each fact that differs; keys are not facts."""
        before: Sequence[Any] = self.before or NEW_ROW
        return {
            name: [before[at], self.row[at]]
            for name, at in AT.items()
            if before[at] != self.row[at] and not name.endswith("_key")
        }


class Draft(NamedTuple):
    """The row of a possibly new account, and the errors that can be found without the database."""

    row: list[Any]
    errors: list[FieldError]


def drafted(given: Mapping[str, Any]) -> Draft:
    """A new account with these values. Queries nothing once `PlaceIndex` is loaded."""
    row = list(NEW_ROW)
    for name, value in given.items():
        row[AT[name]] = value
    return Draft(row, _completed(given, NEW_ROW, row))


def _completed(given: Mapping[str, Any], before: Sequence[Any], row: list[Any]) -> list[FieldError]:
    """Fill in what follows from the given values; returns the rules that the row then breaks."""
    if is_abroad(row):
        # Clears facts not given now: the company moved abroad, or was found to be there.
        for name in US_FACTS:
            row[AT[name]] = None
    elif place_is_stale(given, before, row):
        place = place_of(row)
        row[AT["state"]] = row[AT["state"]] or place.state
        row[AT["county_fips"]], row[AT["cbsa"]] = place.county_fips, place.cbsa_code
    row[AT["naics"]] = known_naics(given, before, row)
    misfits = us_misfits(given, row[AT["country"]])
    return [*misfits, *ranges_out_of_order(row), *zip_misfits(before, row)]


class AccountBook:
    """Accounts of one program. `load` what a batch may touch, then `find` and `apply` rows."""

    def __init__(self, program_id: int) -> None:
        self._program_id = program_id
        self._by_id: dict[int, Held] = {}
        self._by_external_id: dict[str, Held] = {}
        self._by_domain: dict[str, Held] = {}
        self.aliases = Aliases()
        self._without_domain: dict[Key, Held] = {}
        self._with_domain: dict[Key, Held] = {}
        self._looked_up: set[Key] = set()
        self.new: list[Held] = []

    def load(
        self,
        *,
        ids: Iterable[int] = (),
        external_ids: Iterable[str] = (),
        domains: Iterable[str] = (),
        keys: Iterable[Key] = (),
        named: Iterable[str] = (),
    ) -> None:
        """Fetch the accounts with any of these keys.

        `keys` find accounts without a domain; `named` also finds those with one. Domains and
        external ids that no account has are looked up among the former ones.
        """
        domains, external_ids = set(domains), set(external_ids)
        wanted = [key for key in keys if key not in self._looked_up]
        self._looked_up.update(wanted)
        with connection.cursor() as cursor:
            cursor.execute(
                _FIND,
                {
                    "program": self._program_id,
                    "ids": list(ids),
                    "external_ids": "\n".join(external_ids),
                    "domains": "\n".join(domains),
                    "names": "\n".join({name for name, _city in wanted}),
                    "cities": "\n".join({city for _name, city in wanted}) + "\n",
                    "named": "\n".join(named),
                },
            )
            for pk, seen_at, *row in cursor:
                if pk not in self._by_id:
                    self._keep(Held(pk, seen_at, row))
        self._load_aliases(
            domain=domains - self._by_domain.keys(),
            external_id=external_ids - self._by_external_id.keys(),
        )

    def _load_aliases(self, **missing: set[str]) -> None:
        found = former_keys(self._program_id, **missing)
        if unread := set(found.values()) - self._by_id.keys():
            self.load(ids=unread)
        self.aliases.keep(found, self._by_id)

    def load_for(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Fetch the accounts that the rows may refer to, or whose names their new names may collide
        with."""
        rows = list(rows)
        self.load(
            external_ids={r["external_id"] for r in rows if r.get("external_id")},
            domains={r["domain"] for r in rows if r.get("domain")},
            keys={(r["name_key"], r.get("city_key", "")) for r in rows if "name_key" in r},
            named={r["name_key"] for r in rows if r.get("city_key") and _only_named(r)},
        )
        renamed = {
            (row.get("name_key", held.row[NAME_KEY]), row.get("city_key", held.row[CITY_KEY]))
            for row in rows
            if (held := self._by_id_keys(row)) is not None
        }
        if renamed - self._looked_up:
            self.load(keys=renamed)

    @property
    def known(self) -> Iterable[Held]:
        """The accounts that are already stored."""
        return self._by_id.values()

    def by_id(self, pk: int) -> Held | None:
        return self._by_id.get(pk)

    def by_external_id(self, external_id: str) -> Held | None:
        borne = self._by_external_id.get(external_id)
        return borne or self.aliases.get("external_id", external_id)

    def by_domain(self, domain: str) -> Held | None:
        return self._by_domain.get(domain) or self.aliases.get("domain", domain)

    def find(self, row: Mapping[str, Any]) -> Held | None:
        """The account a row refers to: by external id, then domain, then name and city.

        Name and city also match a row with a domain to an account without one, and the reverse, if
        the city is known.
        """
        held = self._by_id_keys(row)
        if held is not None or "name_key" not in row:
            return held
        key = row["name_key"], row.get("city_key", "")
        domain, city = row.get("domain"), key[1]
        found = None
        if not domain or city:
            found = self._without_domain.get(key)
        if found is None and not domain and city:
            found = self._with_domain.get(key)
            if found is not None and other_id(found.row[EXTERNAL_ID], row):
                found = None
        return found

    def apply(self, held: Held, given: Mapping[str, Any]) -> tuple[Held, list[FieldError]]:
        """Change an account unless that would break a rule."""
        row = held.row.copy()
        for name, value in given.items():
            row[AT[name]] = value
        if row == held.row:
            return held, []
        errors = _completed(given, held.row, row) + self._collisions(held, row)
        if not errors:
            self._forget(held)
            held.row = row
            self._keep(held)
        return held, errors

    def add(self, draft: Draft) -> tuple[Held, list[FieldError]]:
        """Add a drafted account unless it would duplicate another one."""
        held = Held(None, None, None)
        errors = draft.errors + self._collisions(held, draft.row)
        if not errors:
            held.row = draft.row
            self._keep(held)
            self.new.append(held)
        return held, errors

    def _by_id_keys(self, row: Mapping[str, Any]) -> Held | None:
        """Current keys have precedence over former ones."""
        external_id, domain = row.get("external_id") or "", row.get("domain") or ""
        return (
            self._by_external_id.get(external_id)
            or self._by_domain.get(domain)
            or self.aliases.get("external_id", external_id)
            or self.aliases.get("domain", domain)
        )

    def _collisions(self, held: Held, row: Sequence[Any]) -> list[FieldError]:
        """Errors for keys that belong to another account."""
        errors = []
        external_id, domain, key = row[EXTERNAL_ID], row[DOMAIN], (row[NAME_KEY], row[CITY_KEY])
        if external_id and (self.by_external_id(external_id) or held) is not held:
            errors.append(FieldError("external_id", "taken", {"value": external_id}))
        if domain and (self.by_domain(domain) or held) is not held:
            errors.append(FieldError("domain", "taken", {"value": domain}))
        if not domain and self._without_domain.get(key, held) is not held:
            errors.append(FieldError("name", "taken", {"value": str(row[AT["name"]])[:60]}))
        return errors

    def _keep(self, held: Held) -> None:
        if held.id is not None:
            self._by_id[held.id] = held
        if held.row[EXTERNAL_ID]:
            self._by_external_id[held.row[EXTERNAL_ID]] = held
        if held.row[DOMAIN]:
            self._by_domain[held.row[DOMAIN]] = held
            self._with_domain.setdefault(held.key, held)
        else:
            self._without_domain[held.key] = held

    def _forget(self, held: Held) -> None:
        self._by_external_id.pop(held.row[EXTERNAL_ID], None)
        if held.row[DOMAIN]:
            self._by_domain.pop(held.row[DOMAIN], None)
        elif self._without_domain.get(held.key) is held:
            del self._without_domain[held.key]
        if self._with_domain.get(held.key) is held:
            del self._with_domain[held.key]


def _only_named(row: Mapping[str, Any]) -> bool:
    return "name_key" in row and not row.get("domain")

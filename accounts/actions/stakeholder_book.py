"""The people that a batch refers to, found by each of their keys and changed in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.actions.account_book import Held as HeldAccount
from accounts.actions.account_links import AccountLinks, account_id_of
from accounts.rules.engagements import AHEAD
from accounts.rules.facts import FieldError
from accounts.rules.stakeholders import ACCOUNT_REFERENCES, AT, FACTS, NEW_ROW

ACCOUNT, EXTERNAL_ID = AT["account_id"], AT["external_id"]
# A city only chooses among accounts of one name: alone it names none, and moves nobody.
NAMING = ACCOUNT_REFERENCES - {"account_city"}

_FIND = f"""
SELECT id, updated_at, {", ".join(FACTS)} FROM accounts_stakeholder WHERE id IN (
    SELECT id FROM accounts_stakeholder WHERE program_id = %(program)s AND id = ANY(%(ids)s)
    UNION ALL
    SELECT id FROM accounts_stakeholder
        WHERE program_id = %(program)s AND external_id = ANY(%(external_ids)s)
    UNION ALL
    SELECT stakeholder_id FROM accounts_emailaddress
        WHERE program_id = %(program)s AND address = ANY(%(addresses)s)
) ORDER BY id"""

Said = tuple[bool, str, datetime]


class Held:
    """One person: as stored (`before`, None for a new one) and as they will be."""

    __slots__ = (
        "before",
        "consents",
        "emails",
        "gone_emails",
        "gone_phones",
        "id",
        "new_emails",
        "new_phones",
        "phones",
        "row",
        "said",
        "seen_at",
    )

    def __init__(
        self, pk: int | None, seen_at: datetime | None, before: Sequence[Any] | None
    ) -> None:
        self.id = pk
        self.seen_at = seen_at
        self.before = before
        self.row: list[Any] = list(NEW_ROW if before is None else before)
        self.emails: set[str] = set()
        self.phones: set[str] = set()
        self.consents: dict[str, Said] = {}
        self.new_emails: list[str] = []
        self.new_phones: list[str] = []
        self.gone_emails: list[str] = []
        self.gone_phones: list[str] = []
        self.said: dict[str, Said] = {}

    @property
    def changed(self) -> bool:
        return bool(
            self.before is None
            or self.row != self.before
            or self.new_emails
            or self.new_phones
            or self.gone_emails
            or self.gone_phones
            or self.said
        )

    def changes(self) -> dict[str, Any]:
        """Old and new value of each changed fact, and what was added and removed."""
        before = self.before or NEW_ROW
        changes: dict[str, Any] = {
            name: [before[at], self.row[at]]
            for name, at in AT.items()
            if before[at] != self.row[at]
        }
        if self.gone_emails or self.new_emails:
            changes["emails"] = [self.gone_emails, self.new_emails]
        if self.gone_phones or self.new_phones:
            changes["phones"] = [self.gone_phones, self.new_phones]
        for channel, (granted, _source, _at) in self.said.items():
            known = self.consents.get(channel)
            changes[f"consent_{channel}"] = [known[0] if known else None, granted]
        return changes


class StakeholderBook:
    """People of one program. `load` what a batch may touch, then `find` and `apply` rows."""

    def __init__(self, program_id: int, links: AccountLinks) -> None:
        self._program_id = program_id
        self._links = links
        self._by_id: dict[int, Held] = {}
        self._by_external_id: dict[str, Held] = {}
        self._by_address: dict[str, Held] = {}
        self.new: list[Held] = []
        self.now = timezone.now()

    def load(self, rows: Sequence[Mapping[str, Any]], ids: Iterable[int] = ()) -> None:
        """Fetch the people the rows may refer to, with their addresses, phones and consents."""
        wanted: dict[str, Any] = {
            "program": self._program_id,
            "ids": list(ids),
            "external_ids": [row["external_id"] for row in rows if row.get("external_id")],
            "addresses": [address for row in rows for address in row.get("emails", ())],
        }
        with connection.cursor() as cursor:
            cursor.execute(_FIND, wanted)
            for pk, seen_at, *row in cursor:
                held = self._by_id[pk] = Held(pk, seen_at, row)
                if held.row[EXTERNAL_ID]:
                    self._by_external_id[held.row[EXTERNAL_ID]] = held
        for pk, address in self._details(
            "SELECT stakeholder_id, address FROM accounts_emailaddress"
        ):
            self._by_id[pk].emails.add(address)
            self._by_address[address] = self._by_id[pk]
        if any("phones" in row or "remove_phones" in row for row in rows):
            for pk, number in self._details("SELECT stakeholder_id, number FROM accounts_phone"):
                self._by_id[pk].phones.add(number)
        if any("consents" in row or "remove_emails" in row for row in rows):
            for pk, channel, *said in self._details(
                "SELECT stakeholder_id, channel, granted, source, given_at FROM accounts_consent"
            ):
                self._by_id[pk].consents[channel] = (said[0], said[1], said[2])

    @property
    def known(self) -> Iterable[Held]:
        """The people who are already stored."""
        return self._by_id.values()

    def by_id(self, pk: int) -> Held | None:
        return self._by_id.get(pk)

    def find(self, row: Mapping[str, Any]) -> Held | None:
        """The person a row refers to: by external id, then by any address."""
        external_id = row.get("external_id")
        held = self._by_external_id.get(external_id) if external_id else None
        for address in row.get("emails", ()):
            held = held or self._by_address.get(address)
        return held

    def apply(self, held: Held | None, given: Mapping[str, Any]) -> tuple[Held, list[FieldError]]:
        """Change a person (None: a new one) unless that would break a rule."""
        new = held is None
        held = held or Held(None, None, None)
        errors = self._collisions(held, given) + why_not_removed(held, given)
        link, problems = (held.row[ACCOUNT], []) if errors else self._account(held, given, new=new)
        errors += problems
        if errors:
            return held, errors
        if held.row[EXTERNAL_ID]:
            self._by_external_id.pop(held.row[EXTERNAL_ID], None)
        row = held.row.copy()
        row[ACCOUNT] = link
        for name, value in given.items():
            if name in AT and name != "account_id":
                row[AT[name]] = value
        held.row = row
        if row[EXTERNAL_ID]:
            self._by_external_id[row[EXTERNAL_ID]] = held
        self._remove(held, given)
        self._add(held, given)
        if new:
            self.new.append(held)
        return held, []

    def settle_accounts(self) -> None:
        """Replace linked accounts by their ids once the accounts are written."""
        for held in (*self.new, *self.known):
            held.row[ACCOUNT] = account_id_of(held.row[ACCOUNT])

    def _details(self, select: str) -> list[tuple[Any, ...]]:
        if not self._by_id:
            return []
        with connection.cursor() as cursor:
            cursor.execute(f"{select} WHERE stakeholder_id = ANY(%s)", [list(self._by_id)])
            return list(cursor.fetchall())

    def _collisions(self, held: Held, given: Mapping[str, Any]) -> list[FieldError]:
        errors = []
        for index, address in enumerate(given.get("emails", ())):
            if self._by_address.get(address, held) is not held:
                errors.append(FieldError("emails", "taken", {"value": address}, (index,)))
        external_id = given.get("external_id")
        if external_id and self._by_external_id.get(external_id, held) is not held:
            errors.append(FieldError("external_id", "taken", {"value": external_id}))
        return errors

    def _account(
        self, held: Held, given: Mapping[str, Any], *, new: bool
    ) -> tuple[HeldAccount | int | None, list[FieldError]]:
        """The link to store: known accounts as their id, new ones as held by the book."""
        known: HeldAccount | int | None = held.row[ACCOUNT]
        errors: list[FieldError] = []
        if given.keys().isdisjoint(NAMING):
            # Addresses link new people only; otherwise reading a list twice would move them.
            if not new:
                return known, []
            found = self._links.by_address(given)
        elif any(given.get(name) for name in NAMING):
            found, errors = self._links.find(given, known)
        else:
            return None, []
        return (found.id or found) if found is not None else None, errors

    def _remove(self, held: Held, given: Mapping[str, Any]) -> None:
        for address in held.emails & set(given.get("remove_emails", ())):
            held.emails.remove(address)
            del self._by_address[address]
            _undo(address, held.new_emails, held.gone_emails)
        for number in held.phones & set(given.get("remove_phones", ())):
            held.phones.remove(number)
            _undo(number, held.new_phones, held.gone_phones)

    def _add(self, held: Held, given: Mapping[str, Any]) -> None:
        for address in given.get("emails", ()):
            if address not in held.emails:
                held.emails.add(address)
                held.new_emails.append(address)
                self._by_address[address] = held
        for number in given.get("phones", ()):
            if number not in held.phones:
                held.phones.add(number)
                held.new_phones.append(number)
        for channel, granted, source, at in given.get("consents", ()):
            self._record_consent(held, channel, granted, source, at)

    def _record_consent(
        self, held: Held, channel: str, granted: bool, source: str, at: datetime | None
    ) -> None:
        """The latest statement counts; an undated yes does not undo a recorded no."""
        known = held.said.get(channel) or held.consents.get(channel)
        if known is not None:
            if at is None and (granted or known[0] == granted):
                return
            # A stored date in the future is a mistake, so it does not outrank newer statements.
            is_older = at is not None and at < known[2] <= self.now + AHEAD
            if is_older or known == (granted, source, at):
                return
        held.said[channel] = (granted, source, at or self.now)


def why_not_removed(held: Held, given: Mapping[str, Any]) -> list[FieldError]:
    """Errors that forbid removing what the row wants to remove."""
    errors = [
        FieldError(f"remove_{name}", "added_and_removed", {"value": value}, (index,))
        for name in ("emails", "phones")
        for index, value in enumerate(given.get(f"remove_{name}", ()))
        if value in given.get(name, ())
    ]
    gone = held.emails & set(given.get("remove_emails", ()))
    if gone and _is_barred(held, given):
        errors.append(FieldError("remove_emails", "kept_address"))
    known, left = held.row[EXTERNAL_ID], held.emails - gone or given.get("emails")
    if (gone or known) and not left and not given.get("external_id", known):
        errors.append(FieldError("remove_emails" if gone else "external_id", "last_address"))
    return errors


def _is_barred(held: Held, given: Mapping[str, Any]) -> bool:
    """Whether e-mail to the person is forbidden, already or by this row."""
    known = held.said.get("email") or held.consents.get("email")
    said = [granted for channel, granted, *_ in given.get("consents", ()) if channel == "email"]
    barred = given.get("do_not_contact", held.row[AT["do_not_contact"]])
    return bool(barred or (known and not known[0]) or False in said)


def _undo(value: str, new: list[str], gone: list[str]) -> None:
    """Forget a value that an earlier row of the batch added, because it was never stored."""
    if value in new:
        new.remove(value)
    else:
        gone.append(value)

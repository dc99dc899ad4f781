"""Strict parsing of one engagement of a batch. Hand-written, since a batch has up to 1,000 rows.

Nothing here accesses the database.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, field
from typing import Any, Literal

from accounts.rules.engagements import FIRST_DAY, too_early, too_late
from alignment.core.addresses import HIGHEST_ID
from alignment.core.rest import FieldError, pointer
from alignment.core.rest.bodies import storable_text, unstorable
from alignment.core.rest.moments import NoZone, parse_moment
from alignment.reference.web import BadAddress, parse_email

Known = Literal["id", "email", "external_id"]

LONGEST_SOURCE = 60
LONGEST_ID = 120
LONGEST_SIGNAL = 60
PROPERTIES_BYTES = 8_192
_MEMBERS = frozenset(
    ("stakeholder", "signal", "occurred_at", "source", "external_id", "value", "properties")
)


@dataclass(frozen=True, slots=True)
class EventRow:
    """A well-formed event; its person and signal may still be unknown."""

    index: int
    known_by: Known
    person: str | int
    signal: str
    occurred_at: datetime.datetime
    source: str
    external_id: str
    value: bool
    properties: dict[str, Any]


@dataclass(slots=True)
class Reader:
    """Parses the rows of one body; `errors` has the errors by row index."""

    now: datetime.datetime
    errors: dict[int, list[FieldError]] = field(default_factory=dict)

    def complain(self, index: int, detail: str, *steps: str | int) -> None:
        error: FieldError = {"pointer": pointer("events", index, *steps), "detail": detail}
        self.errors.setdefault(index, []).append(error)

    def read(self, index: int, row: object) -> EventRow | None:
        """The parsed row, or None after adding its errors."""
        if not isinstance(row, dict):
            self.complain(index, "An event is an object.")
            return None
        for name in row.keys() - _MEMBERS:
            self.complain(index, "There is no such field.", name)
        known_by, person = self.person(index, row.get("stakeholder"))
        event = EventRow(
            index=index,
            known_by=known_by,
            person=person,
            signal=self._text(index, row, "signal", LONGEST_SIGNAL),
            occurred_at=self._moment(index, row.get("occurred_at")),
            source=self._text(index, row, "source", LONGEST_SOURCE),
            external_id=self._text(index, row, "external_id", LONGEST_ID),
            value=self._yes_no(index, row.get("value", True)),
            properties=self._properties(index, row.get("properties")),
        )
        return None if index in self.errors else event

    def _text(self, index: int, row: dict[str, Any], name: str, longest: int) -> str:
        text = row.get(name)
        if isinstance(text, str) and 0 < len(text) <= longest and storable_text(text):
            return text
        self.complain(index, _text_complaint(text, longest), name)
        return ""

    def _moment(self, index: int, text: object) -> datetime.datetime:
        moment, complaint = read_moment(text, now=self.now)
        if complaint:
            self.complain(index, complaint, "occurred_at")
        return moment

    def _yes_no(self, index: int, value: object) -> bool:
        if value is True or value is False:
            return value
        self.complain(index, "true or false.", "value")
        return True

    def person(self, index: int, person: object) -> tuple[Known, str | int]:
        """The kind of identifier that the row uses for its stakeholder, and its value."""
        if not isinstance(person, dict) or len(person) != 1:
            self._complain_person(index)
            return "id", 0
        ((known_by, value),) = person.items()
        if known_by == "email":
            return "email", self._email(index, value)
        if known_by == "external_id":
            return "external_id", self._person_text(index, value)
        if known_by == "id":
            return "id", self._person_id(index, value)
        self._complain_person(index)
        return "id", 0

    def _complain_person(self, index: int) -> None:
        detail = 'An object with one of "email", "external_id" or "id".'
        self.complain(index, detail, "stakeholder")

    def _email(self, index: int, value: object) -> str:
        if isinstance(value, str) and storable_text(value):
            try:
                return parse_email(value)
            except BadAddress:
                pass
        self.complain(index, "Not an e-mail address.", "stakeholder", "email")
        return ""

    def _person_text(self, index: int, value: object) -> str:
        if isinstance(value, str) and 0 < len(value) <= LONGEST_ID and storable_text(value):
            return value
        detail = _text_complaint(value, LONGEST_ID)
        self.complain(index, detail, "stakeholder", "external_id")
        return ""

    def _person_id(self, index: int, value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= HIGHEST_ID:
            return value
        self.complain(index, "A positive whole number.", "stakeholder", "id")
        return 0

    def _properties(self, index: int, value: object) -> dict[str, Any]:
        if not value and (value is None or isinstance(value, dict)):
            return {}
        if not isinstance(value, dict):
            self.complain(index, "An object.", "properties")
            return {}
        steps = ("events", index, "properties")
        found = list(unstorable(value, *steps))
        if found:
            self.errors.setdefault(index, []).extend(found)
        elif len(json.dumps(value)) > PROPERTIES_BYTES:
            self.complain(index, f"Larger than {PROPERTIES_BYTES} bytes.", "properties")
        return value


def read_moment(text: object, *, now: datetime.datetime) -> tuple[datetime.datetime, str]:
    """Parse an ISO 8601 date and time with an offset, from 2000 to an hour ahead; else an error."""
    if not isinstance(text, str):
        return FIRST_DAY, 'A date and time, such as "2026-11-23T14:05:00Z".'
    try:
        moment = parse_moment(text)
    except NoZone:
        return FIRST_DAY, 'Has no time zone; add "Z" or an offset such as "-05:00".'
    except ValueError:
        return FIRST_DAY, 'Not a date and time such as "2026-11-23T14:05:00Z".'
    if too_early(moment):
        return FIRST_DAY, f"Before the year {FIRST_DAY.year}."
    if too_late(moment, now=now):
        return FIRST_DAY, "Lies in the future."
    return moment, ""


def _text_complaint(value: object, longest: int) -> str:
    if value is None or value == "":
        return "A value is needed here."
    if not isinstance(value, str):
        return "A text."
    if len(value) > longest:
        return f"Longer than {longest} characters."
    return "Contains NUL or half a surrogate pair."

"""Suspicions about a table as a whole, although it can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from alignment.imports.parsing.kinds import likelier_kind
from alignment.imports.parsing.mapping import is_known_header
from alignment.imports.parsing.targets import Kind

MESSAGES = {
    "no_header": _(
        "The first row (%(value)s) was taken for the names of the columns, but looks like data. "
        "If the file has no header, add one: otherwise this row is not imported."
    ),
    "is_stakeholders": _("This looks like a list of people, not of companies."),
    "is_accounts": _("This looks like a list of companies, not of people."),
    "is_engagements": _("This looks like a list of engagements: who did what, and when."),
    "no_table": _(
        "Only one column was found (%(value)s). If this is a table, choose its separator; "
        "otherwise choose another file."
    ),
    "encoded_twice": _(
        "Some texts were encoded twice, such as “%(value)s”. They would be stored like that; "
        "better export the file again as UTF-8."
    ),
}
SHOWN = 60
# A longer header is no value; to find that out takes the square of its length.
LONGEST = 500
_DATA = re.compile(
    r"[^@\s]+@[^@\s]+\.[^@\s]+|https?://\S+|(?:[\w-]+\.)+[a-z]{2,}/?|[+$€-]?\d[\d\s.,:/%-]*"
)


class Doubt(NamedTuple):
    """A key of ``MESSAGES`` and its parameters."""

    code: str
    value: str

    @property
    def kind(self) -> str:
        """The kind of list it more likely is; "" for other doubts."""
        return self.code.removeprefix("is_") if self.code.startswith("is_") else ""

    @property
    def message(self) -> str:
        """The message in the active language."""
        return str(MESSAGES[self.code]) % {"value": self.value}


def doubts_about(
    kind: Kind, headers: Sequence[str], sample: Sequence[Sequence[str]]
) -> Iterator[Doubt]:
    """What a person should check before the table is imported."""
    if _seems_headless(kind, headers):
        yield Doubt("no_header", ", ".join(headers)[:SHOWN])
    if len(headers) == 1 and not is_known_header(kind, headers[0]):
        yield Doubt("no_table", headers[0][:SHOWN])
    if other := likelier_kind(kind, headers, sample):
        yield Doubt(f"is_{other}", "")
    cells = (cell for row in (headers, *sample) for cell in row)
    twice = next(filter(encoded_twice, cells), "")
    if twice:
        yield Doubt("encoded_twice", twice.strip()[:SHOWN])


def from_json(kept: Sequence[Mapping[str, str]]) -> list[Doubt]:
    """Restore the doubts stored with an import."""
    return [Doubt(doubt["code"], doubt["value"]) for doubt in kept]


def _seems_headless(kind: Kind, headers: Sequence[str]) -> bool:
    if any(is_known_header(kind, header) for header in headers):
        return False
    return any(len(header) <= LONGEST and _DATA.fullmatch(header) for header in headers)


def encoded_twice(text: str) -> bool:
    """Whether the text is UTF-8 decoded in another encoding: "CafÃ©" for "Café"."""
    if text.isascii():
        return False
    for encoding in ("cp1252", "latin-1"):
        try:
            text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        return True
    return False

"""Which column is which field: guessed from header and sample values, then edited by a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

from alignment.imports.parsing.moments import guess_day_first
from alignment.imports.parsing.scales import guess_scale, header_words, without_units
from alignment.imports.parsing.tables import Table, UnreadableTable
from alignment.imports.parsing.targets import TARGETS, Field, Kind, Reading
from alignment.reference.numbers import UNKNOWN_WORDS, guess_decimal_comma

HEADER_SURE, HEADER_LIKELY, HEADER_MAYBE = 1.0, 0.8, 0.6
VALUES_ONLY = 0.55
# A header may be misleading; it is ignored if most values do not parse.
PARSE_SHARE = 0.5

# More characters tell nothing more, and patterns would search long values repeatedly.
LOOKED_AT = 400
_EMAIL = re.compile(r"[^@\n]+@[^@\n]+\.[^@\n.]+")
# Values so distinctive that they are recognised under any header.
_TELLING: Mapping[Kind, Mapping[str, re.Pattern[str]]] = {
    "accounts": {"website": re.compile(r"https?://.*|www\..*|[\w.-]+\.(?:com|org|net|io|fr|ai)/?")},
    "stakeholders": {
        "email": _EMAIL,
        "linkedin_url": re.compile(r".*linkedin\.com/in/.*"),
    },
    "engagements": {
        "email": _EMAIL,
        "occurred_at": re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*"),
    },
    "touches": {"starts_at": re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")},
    "surges": {
        "domain": re.compile(r"https?://.*|www\..*|[\w.-]+\.(?:com|org|net|io|fr|ai)/?"),
        "week": re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*"),
    },
}
# At most this many sheets are examined to find the intended one.
MOST_SHEETS = 30
# A column of names has more than a few different values.
FEWEST_NAMES, NAMES_FROM = 5, 30


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Column ``index`` (from 0) feeds ``field``; the rest says how its cells are read."""

    index: int
    field: str
    # The unit of its bare numbers; `UNKNOWN_SCALE` until somebody chooses it.
    scale: int = 1
    decimal_comma: bool = False
    day_first: bool = False

    def as_json(self) -> dict[str, Any]:
        """For the mapping kept with an import."""
        return {
            "index": self.index,
            "field": self.field,
            "scale": self.scale,
            "decimal_comma": self.decimal_comma,
            "day_first": self.day_first,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ColumnMapping:
        """The inverse of ``as_json``; missing options take their defaults."""
        return cls(
            index=int(value["index"]),
            field=str(value["field"]),
            scale=int(value.get("scale", 1)),
            decimal_comma=bool(value.get("decimal_comma", False)),
            day_first=bool(value.get("day_first", False)),
        )

    def reading(
        self,
        zone: tzinfo = UTC,
        rates: Mapping[str, Decimal] | None = None,
        now: datetime | None = None,
    ) -> Reading:
        """The options for parsing this column."""
        return Reading(zone, self.day_first, self.decimal_comma, self.scale or 1, rates or {}, now)


def guess_mapping(
    kind: Kind, headers: Sequence[str], sample: Sequence[Sequence[str]]
) -> list[ColumnMapping]:
    """The likeliest field of each column, each field at most once, in column order.

    Columns that fit no field are left out. ``sample`` holds the first data rows.
    """
    target = TARGETS[kind]
    candidates = []
    for index, header in enumerate(headers):
        values = _values(sample, index)
        for position, field in enumerate(target.fields.values()):
            score = _header_score(header, field)
            if score == 0.0 and _mostly_matches(_TELLING[kind].get(field.name), values):
                score = VALUES_ONLY
            if score > 0.0 and _plausible(field, values):
                candidates.append((-score, position, index, field))
    return _assign(candidates, sample, headers)


def turn_to_best_sheet(table: Table, kind: Kind) -> None:
    """Select the sheet whose columns match best; on a tie the first one."""
    if len(table.shown_sheets) < 2:
        return
    first = table.sheet
    scores = {name: _sheet_score(table, name, kind) for name in table.shown_sheets[:MOST_SHEETS]}
    best = max(scores, key=lambda name: (scores[name], name == first))
    table.turn_to(best if any(scores[best]) else first)


def _sheet_score(table: Table, sheet: str, kind: Kind) -> tuple[bool, int]:
    """Whether its columns suffice, and how many of them are recognised."""
    try:
        table.turn_to(sheet)
        sample = table.sample()
    except UnreadableTable:
        return False, 0
    if not sample:
        return False, 0
    mapping = guess_mapping(kind, table.headers, sample)
    return bool(mapping) and not missing_fields(kind, mapping), len(mapping)


def missing_fields(kind: Kind, mapping: Sequence[ColumnMapping]) -> list[tuple[str, ...]]:
    """What the mapping still lacks: groups of fields of which one is required."""
    target = TARGETS[kind]
    given = {key for column in mapping for key in target.fields[column.field].keys}
    groups = [*((f.name,) for f in target.fields.values() if f.required), target.one_of]
    return [group for group in groups if not given.intersection(group)]


def is_known_header(kind: Kind, header: str) -> bool:
    """Whether a header means any field."""
    return any(_header_score(header, field) > 0 for field in TARGETS[kind].fields.values())


def normalised_header(header: str) -> str:
    """Splits "NAICSCode" and "num. of employees" into comparable words."""
    return header_words(header)


def _assign(
    candidates: list[tuple[float, int, int, Field]],
    sample: Sequence[Sequence[str]],
    headers: Sequence[str],
) -> list[ColumnMapping]:
    fields_taken: set[str] = set()
    columns: dict[int, ColumnMapping] = {}
    for _score, _position, index, field in sorted(candidates, key=lambda c: c[:3]):
        if index in columns or field.name in fields_taken:
            continue
        fields_taken.add(field.name)
        values = _values(sample, index)
        columns[index] = ColumnMapping(
            index,
            field.name,
            scale=guess_scale(headers[index], field.name, values) if field.numeric else 1,
            decimal_comma=field.numeric and guess_decimal_comma(values),
            day_first=field.dated and guess_day_first(values),
        )
    return [columns[index] for index in sorted(columns)]


def _header_score(header: str, field: Field) -> float:
    """Exact matches score highest; headers listed earlier in the field score more."""
    words = normalised_header(header)
    if not words:
        return 0.0
    bare = words.split(" in ")[0] if field.numeric else words
    for rank, name in enumerate(field.names):
        if words == name or bare == name:
            return HEADER_SURE - rank * 0.004
    if field.numeric:
        bare = without_units(words)
        if bare in field.names:
            return HEADER_LIKELY
    joined = words.replace(" ", "")
    if any(joined == name.replace(" ", "") for name in field.names):
        return HEADER_LIKELY
    longer = (name for name in field.names if " " in name)
    if any(f" {name} " in f" {words} " for name in longer):
        return HEADER_MAYBE
    return 0.0


def _values(sample: Sequence[Sequence[str]], index: int) -> list[str]:
    found = []
    for cells in sample[:200]:
        text = cells[index].strip() if index < len(cells) else ""
        if text and text.casefold() not in UNKNOWN_WORDS:
            found.append(text)
    return found


def _mostly_matches(pattern: re.Pattern[str] | None, values: Sequence[str]) -> bool:
    return (
        pattern is not None
        and len(values) > 1
        and sum(bool(pattern.fullmatch(value[:LOOKED_AT])) for value in values) > 0.9 * len(values)
    )


def _plausible(field: Field, values: Sequence[str]) -> bool:
    if field.name == "name" and len(values) >= NAMES_FROM and len(set(values)) < FEWEST_NAMES:
        return False
    return not values or _parse_share(field, values) >= PARSE_SHARE


def _parse_share(field: Field, values: Sequence[str]) -> float:
    reading = Reading()
    lenient = Reading(rates=_ANY_RATE)
    good = sum(_parses(field.parse, text, lenient if field.numeric else reading) for text in values)
    return good / len(values)


class _AnyRate(dict[str, Decimal]):
    """Accepts any currency, because guessing only needs to know that a cell is an amount."""

    def __contains__(self, key: object) -> bool:
        return True

    def __bool__(self) -> bool:
        return True

    def __missing__(self, key: str) -> Decimal:
        return Decimal(1)


_ANY_RATE = _AnyRate()


def _parses(parse: Callable[[str, Reading], object], text: str, reading: Reading) -> bool:
    try:
        parse(text, reading)
    except ValueError:
        return False
    return True

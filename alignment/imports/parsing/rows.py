"""From cells to typed values, row by row: good cells are kept, bad ones reported."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any, NamedTuple

from alignment.imports.parsing.errors import CellError, RowError, unreadable
from alignment.imports.parsing.mapping import ColumnMapping
from alignment.imports.parsing.tables import Row
from alignment.imports.parsing.targets import TARGETS, Field, Kind, Pairs, Reading
from alignment.reference.numbers import UNKNOWN_WORDS

CACHED_PER_COLUMN = 20_000
# What a spreadsheet would calculate; in repair files it is behind an apostrophe.
_FORMULA = re.compile(r"'?=[^=\s]")


class ParsedRow(NamedTuple):
    """``values`` has no key for a blank or unknown cell.

    A row with a fatal error (``usable`` false) must not be imported; otherwise its good values may
    be, while its errors are reported.
    """

    number: int
    values: dict[str, Any]
    errors: list[RowError]
    cells: list[str]
    usable: bool


class RowParser:
    """Parses rows of one file under one mapping, caching repeated cells."""

    def __init__(
        self,
        kind: Kind,
        mapping: Sequence[ColumnMapping],
        headers: Sequence[str],
        *,
        zone: tzinfo = UTC,
        rates: Mapping[str, Decimal] | None = None,
        now: datetime | None = None,
    ) -> None:
        target = TARGETS[kind]
        self._kind = kind
        self._one_of = target.one_of
        self._lacking = target.lacking
        self._required = tuple(
            (field.name, _header_of(field.name, mapping, headers))
            for field in target.fields.values()
            if field.required
        )
        # Wider fields first, so that a column of its own overrides a part of another one.
        ordered = sorted(mapping, key=lambda m: -len(target.fields[m.field].keys))
        self._columns = [
            _Column(m.index, headers[m.index], target.fields[m.field], m.reading(zone, rates, now))
            for m in ordered
        ]

    def parse(self, row: Row) -> ParsedRow:
        """The values and errors of one row."""
        number, cells, fault, span = row
        if fault or span:
            refused = self._refused(row)
            if refused:
                return ParsedRow(number, {}, refused, cells, False)
        values: dict[str, Any] = {}
        errors: list[RowError] = []
        usable = True
        for column in self._columns:
            text = cells[column.index]
            if text:
                pairs = column.cache.get(text)
                if pairs is None:
                    pairs = column.parse(text)
                if isinstance(pairs, RowError):
                    errors.append(pairs)
                    usable = usable and not column.strict
                elif pairs:
                    values.update(pairs)
        usable = self._check_needed(values, errors) and usable
        if errors:
            errors = self._without_foreign_places(values, errors)
        return ParsedRow(number, values, errors, cells, usable)

    def _refused(self, row: Row) -> list[RowError]:
        """Why nothing in the row can be trusted.

        If a cell of a single-line field has several lines, the cells after it may belong to another
        row.
        """
        first, last = row.span or (row.number, row.number)
        lines = {"first": str(first), "last": str(last)}
        if row.fault:
            return [RowError("", row.fault, lines)]
        return [
            RowError(column.header, "several_lines", lines)
            for column in self._columns
            if not column.multiline and "\n" in row.cells[column.index].strip().replace("\r", "\n")
        ]

    def _check_needed(self, values: dict[str, Any], errors: list[RowError]) -> bool:
        usable = True
        for name, header in self._required:
            if name not in values:
                usable = False
                if not any(error.column == header for error in errors):
                    errors.append(RowError(header, "missing"))
        if not any(name in values for name in self._one_of):
            usable = False
            errors.append(RowError("", self._lacking))
        return usable

    def _without_foreign_places(
        self, values: dict[str, Any], errors: list[RowError]
    ) -> list[RowError]:
        """Drop the errors about states and ZIP codes in other countries."""
        if self._kind != "accounts" or values.get("country", "US") == "US":
            return errors
        return [error for error in errors if error.code not in ("state", "zip")]


def natural_event_id(values: Mapping[str, Any]) -> str:
    """An id for an engagement without one, the same at each import of the file."""
    moment = values.get("occurred_at")
    parts = (
        str(values.get("email") or values.get("stakeholder_external_id") or ""),
        str(values.get("signal", "")),
        moment.isoformat() if isinstance(moment, datetime) else "",
        str(values.get("value", "")),
        repr(sorted(values.get("properties", {}).items())),
    )
    return "row:" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


class _Column:
    """One mapped column with a cache of its cells."""

    __slots__ = ("_field", "_reading", "cache", "header", "index", "multiline", "strict")

    def __init__(self, index: int, header: str, field: Field, reading: Reading) -> None:
        self.index = index
        self.header = header
        self.multiline = field.multiline
        self.strict = field.strict
        self._field = field
        self._reading = reading
        self.cache: dict[str, Pairs | RowError] = {}

    def parse(self, text: str) -> Pairs | RowError:
        """The values or the error of a cell, cached."""
        result = self._parse(text)
        if len(self.cache) >= CACHED_PER_COLUMN:
            self.cache.clear()
        self.cache[text] = result
        return result

    def _parse(self, text: str) -> Pairs | RowError:
        if "\0" in text:
            return RowError(self.header, "nul")
        if "\ufffd" in text:
            return RowError(self.header, "bad_encoding")
        stripped = text.strip()
        if not stripped or (len(stripped) < 20 and stripped.casefold() in UNKNOWN_WORDS):
            return ()
        if _FORMULA.match(stripped):
            return _row_error(self.header, unreadable("formula_text", stripped))
        try:
            return self._field.parse(stripped, self._reading)
        except CellError as error:
            return _row_error(self.header, error)


def _row_error(header: str, error: CellError) -> RowError:
    return RowError(header, error.code, error.params)


def _header_of(field: str, mapping: Sequence[ColumnMapping], headers: Sequence[str]) -> str:
    for column in mapping:
        if column.field == field:
            return headers[column.index]
    return field

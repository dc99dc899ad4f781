"""Rows of one file that contradict each other about a company.

The first value stands: if the last one did, every import of the same list would change the company,
and nobody would notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.rules.accounts import city_key, name_key
from alignment.imports.parsing.companies import Companies, Said, keys_of
from alignment.imports.parsing.errors import SHOWN, RowError
from alignment.imports.parsing.mapping import ColumnMapping
from alignment.imports.parsing.rows import ParsedRow
from alignment.imports.parsing.targets import TARGETS, Kind
from alignment.reference.rules import fold

# Keys that form one fact: if one of them differs, the row's others are not trusted either.
FACTS = (
    ("name",),
    ("domain",),
    ("city", "state", "zip", "country"),
    ("naics", "industry"),
    ("employees_low", "employees_high"),
    ("revenue_low", "revenue_high"),
    ("technology_maturity",),
    ("technologies",),
    ("budget_usd",),
    ("description",),
    ("owner_email",),
    # `website` is missing because two pages of one site are no contradiction: the first one stays.
)


class Contradictions:
    """What a file says about each company, read from its first row on."""

    def __init__(
        self,
        kind: Kind,
        columns: Sequence[ColumnMapping],
        headers: Sequence[str],
        companies: Companies,
    ) -> None:
        self._looks = kind == "accounts"
        self._headers = headers
        fields = TARGETS[kind].fields
        # A column of its own has precedence over a part of another column.
        narrow = sorted(columns, key=lambda column: len(fields[column.field].keys))
        self._columns: dict[str, list[int]] = {}
        for column in narrow:
            for key in fields[column.field].keys:
                self._columns.setdefault(key, []).append(column.index)
        self._kept = companies

    def judged(self, row: ParsedRow) -> ParsedRow:
        """The row without the values that contradict an earlier row of its company, and an error
        for each."""
        if not self._looks or not row.usable:
            return row
        free = []
        for key in keys_of(row.values):
            company = self._kept.find(key)
            if company is None:
                free.append(key)
                continue
            said = self._kept.said_of(company)
            if not _is_another(row.values, said, by_name=key[0] == "n"):
                return self._compared(row, company, said)
        self._kept.add(free, (row.number, row.values, row.cells))
        return row

    def _compared(self, row: ParsedRow, company: int, said: Said) -> ParsedRow:
        """Earlier values replace the row's, even if only the spelling differs."""
        values = {key: said[key][0] if key in said else value for key, value in row.values.items()}
        errors: dict[int | None, RowError] = {}
        for fact in FACTS:
            odd = [key for key in fact if key in row.values and not _agrees(key, said, row.values)]
            if not any(key in said for key in odd):
                continue
            for key in odd:
                errors.setdefault(self._column(row.cells, key), self._error(row, fact, key, said))
                if key not in said:
                    del values[key]
        more = {key: value for key, value in values.items() if key not in said}
        if more:
            self._kept.more(company, (row.number, more, row.cells))
            known = {key: value for key, (value, _part) in said.items()} | more
            self._kept.name([k for k in keys_of(known) if self._kept.find(k) is None], company)
        return row._replace(values=values, errors=[*row.errors, *errors.values()])

    def _error(self, row: ParsedRow, fact: Sequence[str], key: str, said: Said) -> RowError:
        known = [key] if key in said else [each for each in fact if each in said]
        words = dict.fromkeys(self._words(said[each][1][2], each) for each in known)
        column = self._column(row.cells, key)
        told = {
            "row": str(said[known[0]][1][0]),
            "first": ", ".join(words),
            "value": self._words(row.cells, key),
        }
        return RowError("" if column is None else self._headers[column], "contradicts", told)

    def _column(self, cells: Sequence[str], key: str) -> int | None:
        return next((at for at in self._columns.get(key, ()) if cells[at].strip()), None)

    def _words(self, cells: Sequence[str], key: str) -> str:
        column = self._column(cells, key)
        words = "" if column is None else " ".join(cells[column].split())
        return words if len(words) <= SHOWN else words[:SHOWN] + "…"


def _is_another(values: Mapping[str, Any], said: Said, *, by_name: bool) -> bool:
    """Different ids mean different companies; for the same name and city, so do different
    domains."""
    telling = ("external_id", "domain") if by_name else ("external_id",)
    return any(key in values and key in said and values[key] != said[key][0] for key in telling)


def _agrees(key: str, said: Said, values: Mapping[str, Any]) -> bool:
    return key in said and not _differs(key, said[key][0], values[key])


def _differs(key: str, first: Any, second: Any) -> bool:
    if first == second:
        return False
    if key == "name":
        return name_key(first) != name_key(second)
    if key == "city":
        return city_key(first) != city_key(second)
    if key == "technologies":
        return {fold(each) for each in first} != {fold(each) for each in second}
    if isinstance(first, str) and isinstance(second, str):
        return fold(first) != fold(second)
    return True

"""Rows of one file that say different things of one company.

The first one that says a thing stands: whichever came last would change the company with every import
of the same list, and nobody would hear of it. What the file said so far is kept in temporary files, which
hold little in memory however long the list is; a company that two rows speak of adds a number a row.
"""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from io import SEEK_END
from tempfile import TemporaryFile
from typing import IO, Any

from accounts.rules.accounts import city_key, name_key
from alignment.imports.parsing.errors import SHOWN, RowError
from alignment.imports.parsing.mapping import ColumnMapping
from alignment.imports.parsing.rows import ParsedRow
from alignment.imports.parsing.targets import TARGETS, Kind
from alignment.reference.rules import fold

# Keys of one fact: if one of them differs, the others of the row are no better.
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
    # Two pages of one site are none: `website` is as the first row says, without a word.
)
# 16 MB: of a million companies one key in fifty is looked for in vain.
SEEN_BITS = 2**27
# The keys of some 500,000 companies; of a longer list some are read from the disk.
CACHED_KB = 32_000
# So many keys are written together, in a fraction of the time.
WRITTEN_AT_ONCE = 10_000

# Of one row its number, what it was the first to say, and its cells.
Part = tuple[int, dict[str, Any], list[str]]
# Of one company who said what: a value, and the part that it is of.
Said = dict[str, tuple[Any, Part]]


class Contradictions:
    """What a file says of each company, read from its first row on."""

    def __init__(
        self, kind: Kind, columns: Sequence[ColumnMapping], headers: Sequence[str]
    ) -> None:
        self._looks = kind == "accounts"
        self._headers = headers
        fields = TARGETS[kind].fields
        # A column of its own goes before a part of another one.
        narrow = sorted(columns, key=lambda column: len(fields[column.field].keys))
        self._columns: dict[str, list[int]] = {}
        for column in narrow:
            for key in fields[column.field].keys:
                self._columns.setdefault(key, []).append(column.index)
        self._kept = _Companies()

    def judged(self, row: ParsedRow) -> ParsedRow:
        """The row without what contradicts an earlier one of its company, and an error for each."""
        if not self._looks or not row.usable:
            return row
        free = []
        for key in _keys(row.values):
            company = self._kept.find(key)
            if company is None:
                free.append(key)
                continue
            said = _merged(self._kept.said_of(company))
            if not _is_another(row.values, said, by_name=key[0] == "n"):
                return self._compared(row, company, said)
        self._kept.add(free, (row.number, row.values, row.cells))
        return row

    def _compared(self, row: ParsedRow, company: int, said: Said) -> ParsedRow:
        """What was said before goes before what the row says, be it only another spelling."""
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
            self._kept.name([k for k in _keys(known) if self._kept.find(k) is None], company)
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


class _Companies:
    """What was said of each company, by whatever it is found by.

    Nearly every row is the only one of its company, so what is new must cost little: a filter of bits
    says so without a look into the table. Parts are appended to a file, and found by their places.
    """

    def __init__(self) -> None:
        self._seen = bytearray(SEEN_BITS // 8)
        # Both are gone with whoever reads the list.
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115
        self._rows = sqlite3.connect("", isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{CACHED_KB}"):
            self._rows.execute(f"PRAGMA {pragma}")
        self._rows.execute("BEGIN")
        # The hash of a key, and where the first part of its company is.
        self._rows.execute("CREATE TABLE known (key INTEGER PRIMARY KEY, place INTEGER)")
        self._end = 0
        # Not written yet.
        self._known: dict[int, int] = {}
        self._later: dict[int, list[int]] = {}

    def find(self, key: str) -> int | None:
        """The company with a key; None for nobody."""
        number = hash(key)
        byte, bit = divmod(number % SEEN_BITS, 8)
        if not self._seen[byte] >> bit & 1:
            return None
        place = self._known.get(number)
        if place is None:
            asked = self._rows.execute("SELECT place FROM known WHERE key = ?", [number])
            (place,) = asked.fetchone() or (None,)
        return place

    def said_of(self, company: int) -> list[Part]:
        """The parts of what was said of it, the first one first."""
        return [self._read(place) for place in (company, *self._later.get(company, ()))]

    def _read(self, place: int) -> Part:
        self._file.seek(place)
        part: Part = marshal.load(self._file)
        self._file.seek(0, SEEK_END)
        return part

    def add(self, keys: Sequence[str], part: Part) -> None:
        self.name(keys, self._append(part))

    def more(self, company: int, part: Part) -> None:
        self._later.setdefault(company, []).append(self._append(part))

    def _append(self, part: Part) -> int:
        packed, place = marshal.dumps(part), self._end
        self._file.write(packed)
        self._end += len(packed)
        return place

    def name(self, keys: Sequence[str], company: int) -> None:
        """The company is found by these keys, which nobody has, from now on."""
        for key in keys:
            number = hash(key)
            byte, bit = divmod(number % SEEN_BITS, 8)
            self._seen[byte] |= 1 << bit
            self._known[number] = company
        if len(self._known) >= WRITTEN_AT_ONCE:
            self._rows.executemany("INSERT INTO known VALUES (?, ?)", sorted(self._known.items()))
            self._known.clear()


def _keys(values: Mapping[str, Any]) -> Iterator[str]:
    """External id, domain, name and city: what a row may be found by, in this order."""
    if external_id := values.get("external_id"):
        yield f"i{external_id}"
    if domain := values.get("domain"):
        yield f"d{domain}"
    city = city_key(values.get("city") or "")
    if (name := values.get("name")) and (city or not domain):
        yield f"n{name_key(name)}\n{city}"


def _merged(parts: Sequence[Part]) -> Said:
    return {key: (value, part) for part in parts for key, value in part[1].items()}


def _is_another(values: Mapping[str, Any], said: Said, *, by_name: bool) -> bool:
    """Two ids of a list are two companies; of one name in one city, two domains are."""
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

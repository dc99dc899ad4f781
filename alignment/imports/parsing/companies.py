"""What the rows of a file read so far say about each company.

Kept in temporary files, so memory stays small however long the list is; a company in two rows adds
a number per row.
"""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from io import SEEK_END
from tempfile import TemporaryFile
from typing import IO, Any

from accounts.rules.accounts import city_key, name_key

# 16 MB: for a million companies, one lookup in fifty of a new key is in vain.
SEEN_BITS = 2**27
# The keys of some 500,000 companies; for a longer list some are read from disk.
CACHED_KB = 32_000
# Writing this many keys at once takes a fraction of the time.
WRITTEN_AT_ONCE = 10_000

# A row's number, the facts it was the first to give, and its cells.
Part = tuple[int, dict[str, Any], list[str]]
# A company's facts: the value, and the part that gave it.
Said = dict[str, tuple[Any, Part]]


class Companies:
    """What was said about each company, under all its keys.

    Nearly every row is the only one of its company, so new keys must be cheap: a Bloom filter
    recognises them without a table lookup. Parts are appended to a file and found by their offsets.
    """

    def __init__(self) -> None:
        self._seen = bytearray(SEEN_BITS // 8)
        # Both are deleted when the reading process ends.
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115
        self._rows = sqlite3.connect("", isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{CACHED_KB}"):
            self._rows.execute(f"PRAGMA {pragma}")
        self._rows.execute("BEGIN")
        # The hash of a key, and the offset of its company's first part.
        self._rows.execute("CREATE TABLE known (key INTEGER PRIMARY KEY, place INTEGER)")
        self._end = 0
        # Not written to the table yet.
        self._known: dict[int, int] = {}
        self._later: dict[int, list[int]] = {}

    def find(self, key: str) -> int | None:
        """The company with a key; None if there is none."""
        number = hash(key)
        byte, bit = divmod(number % SEEN_BITS, 8)
        if not self._seen[byte] >> bit & 1:
            return None
        place = self._known.get(number)
        if place is None:
            asked = self._rows.execute("SELECT place FROM known WHERE key = ?", [number])
            (place,) = asked.fetchone() or (None,)
        return place

    def said_of(self, company: int) -> Said:
        """Its facts, each with the row that gave it first."""
        parts = [self._read(place) for place in (company, *self._later.get(company, ()))]
        return {key: (value, part) for part in parts for key, value in part[1].items()}

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
        """Register new keys for the company."""
        for key in keys:
            number = hash(key)
            byte, bit = divmod(number % SEEN_BITS, 8)
            self._seen[byte] |= 1 << bit
            self._known[number] = company
        if len(self._known) >= WRITTEN_AT_ONCE:
            self._rows.executemany("INSERT INTO known VALUES (?, ?)", sorted(self._known.items()))
            self._known.clear()


def domain_key(domain: str) -> str:
    return f"d{domain}"


def keys_of(values: Mapping[str, Any]) -> Iterator[str]:
    """The keys of a row, in order of lookup: external id, domain, name and city."""
    if external_id := values.get("external_id"):
        yield f"i{external_id}"
    if domain := values.get("domain"):
        yield domain_key(domain)
    city = city_key(values.get("city") or "")
    if (name := values.get("name")) and (city or not domain):
        yield f"n{name_key(name)}\n{city}"

"""Rows of one file that give one domain to two companies.

A list that writes `conocophillips.com/concho/` beside Concho Resources does not say that
ConocoPhillips is called so now. Who gave a domain first is kept in a temporary file of SQLite, which
holds little in memory however long the list is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from alignment.imports.parsing.errors import RowError
from alignment.imports.parsing.mapping import ColumnMapping
from alignment.imports.parsing.rows import ParsedRow
from alignment.imports.parsing.targets import TARGETS, Kind
from alignment.reference.names import alike, name_key

# Two spellings of one name; names less alike are those of two companies, as far as a list tells.
SPELLINGS = 0.5
# The pages of some 500,000 domains; a longer list goes through the disk.
CACHED_KB = 32_000


class SharedDomains:
    """The domains of a file read from its first row on."""

    def __init__(
        self, kind: Kind, columns: Sequence[ColumnMapping], headers: Sequence[str]
    ) -> None:
        self._looks = kind == "accounts"
        fields = TARGETS[kind].fields
        given = (headers[c.index] for c in columns if "domain" in fields[c.field].keys)
        self._header = next(given, "")
        # Without a name: a file that is gone with the connection.
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute("PRAGMA synchronous = OFF")
        self._rows.execute(f"PRAGMA cache_size = -{CACHED_KB}")
        self._rows.execute("BEGIN")
        self._rows.execute(
            "CREATE TABLE given (domain TEXT PRIMARY KEY, row INTEGER, name TEXT, id TEXT)"
            " WITHOUT ROWID"
        )

    def judged(self, row: ParsedRow) -> ParsedRow:
        """The row, refused where an earlier one gave its domain to another name.

        Where the list has ids of its own for both, these say who is who.
        """
        domain, name = row.values.get("domain"), row.values.get("name")
        if not self._looks or not row.usable or not domain or not name:
            return row
        own_id = row.values.get("external_id") or ""
        given = (domain, row.number, _encodable(name), _encodable(own_id))
        if self._rows.execute("INSERT OR IGNORE INTO given VALUES (?, ?, ?, ?)", given).rowcount:
            return row
        first, called, first_id = self._rows.execute(
            "SELECT row, name, id FROM given WHERE domain = ?", [domain]
        ).fetchone()
        if (own_id and first_id) or alike(name_key(called), name_key(name)) >= SPELLINGS:
            return row
        said = {"value": domain, "name": called, "row": str(first)}
        error = RowError(self._header, "shared_domain", said)
        return row._replace(errors=[*row.errors, error], usable=False)


def _encodable(text: str) -> str:
    """Half a surrogate pair is no text for a database."""
    return text.encode("utf-8", "replace").decode()

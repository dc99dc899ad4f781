"""Rows of one file that give one domain to two companies.

A list with `conocophillips.com/concho/` beside Concho Resources does not mean that ConocoPhillips
was renamed.
"""

from __future__ import annotations

from collections.abc import Sequence

from alignment.imports.parsing.companies import Companies, domain_key
from alignment.imports.parsing.errors import RowError
from alignment.imports.parsing.mapping import ColumnMapping
from alignment.imports.parsing.rows import ParsedRow
from alignment.imports.parsing.targets import TARGETS, Kind
from alignment.reference.names import alike, name_key

# Names at least this similar are spellings of one name; others count as two companies.
SPELLINGS = 0.5


class SharedDomains:
    """The domains of a file, read from its first row on."""

    def __init__(
        self,
        kind: Kind,
        columns: Sequence[ColumnMapping],
        headers: Sequence[str],
        companies: Companies,
    ) -> None:
        self._looks = kind == "accounts"
        fields = TARGETS[kind].fields
        given = (headers[c.index] for c in columns if "domain" in fields[c.field].keys)
        self._header = next(given, "")
        self._kept = companies

    def judged(self, row: ParsedRow) -> ParsedRow:
        """The row, refused if an earlier one gave its domain to another name.

        If both rows have an external id, these decide instead.
        """
        domain, name = row.values.get("domain"), row.values.get("name")
        if not self._looks or not row.usable or not domain or not name:
            return row
        company = self._kept.find(domain_key(domain))
        said = {} if company is None else self._kept.said_of(company)
        if "name" not in said or ("external_id" in said and "external_id" in row.values):
            return row
        called, (number, _values, _cells) = said["name"]
        if alike(name_key(called), name_key(name)) >= SPELLINGS:
            return row
        told = {"value": domain, "name": called, "row": str(number)}
        error = RowError(self._header, "shared_domain", told)
        return row._replace(errors=[*row.errors, error], usable=False)

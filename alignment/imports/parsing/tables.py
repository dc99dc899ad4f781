"""A file of unknown origin as a stream of rows, in bounded memory: the base of all formats.

Row numbers are those a spreadsheet shows: the first line of the file is row 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import NamedTuple, Self

from django.utils.translation import gettext_lazy as _

from alignment.imports.parsing.marked import unmarked

MESSAGES = {
    "empty": _("The file has no rows."),
    "encoding": _("The text of this file could not be decoded. Save it as UTF-8."),
    "encrypted": _(
        "This workbook is protected with a password or in the old XLS format. "
        "Save it as XLSX without a password, or as CSV."
    ),
    "line_too_long": _("A line of this file is too long; it does not look like a table."),
    "no_room": _(
        "The files of this program take %(used)s of the %(limit)s they may take, and this one has"
        " %(size)s. Delete files of lists that were taken in, or discard lists that were not."
    ),
    "no_sheet": _("This workbook has no sheet named %(sheet)s."),
    "not_in_encoding": _("This file is not in %(encoding)s: line %(line)s cannot be read in it."),
    "no_rows": _("There is no row below the names of the columns: nothing to import."),
    "not_text": _("A workbook has no encoding and no separator to choose."),
    "not_a_table": _("This is neither a CSV nor an XLSX file."),
    "too_costly": _(
        "This file takes too long to open. Save the sheet with the list as CSV, and upload that."
    ),
    "too_large": _("This file is larger than %(limit)s MB."),
    "too_many_cells": _("This file has more than %(limit)s cells; split it."),
    "too_many_columns": _("This file has more than %(limit)s columns."),
    "workbook": _("This workbook is damaged and could not be read."),
    "zip_bomb": _("This workbook unpacks to an unreasonable size and was not opened."),
}


class UnreadableTable(Exception):
    """The file as a whole cannot be read; ``key`` is a key of ``MESSAGES``."""

    def __init__(self, key: str, **params: str) -> None:
        super().__init__(key)
        self.key = key
        self.params = params

    @property
    def message(self) -> str:
        """The message in the active language."""
        return str(MESSAGES[self.key]) % self.params


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be; sizes in bytes."""

    file: int = 500 * 2**20
    cell: int = 100_000
    line: int = 4 * 2**20
    columns: int = 500
    cells: int = 100_000_000
    unpacked: int = 2**30
    shared_strings: int = 64 * 2**20
    ratio: int = 200


LIMITS = Limits()
# If a table's first rows are empty, no more than this is read while somebody waits for the page.
SAMPLED_CELLS = 100_000


class Budget:
    """How many cells may still be read. A reader of the whole file gets an error when there are too
    many."""

    def __init__(self, limits: Limits, within: int) -> None:
        self._left = within or limits.cells
        self._limit = 0 if within else limits.cells

    def is_spent(self, cells: int) -> bool:
        """Count the cells of a row. A blank row takes time as well."""
        self._left -= cells or 1
        if self._left < 0 and self._limit:
            raise UnreadableTable("too_many_cells", limit=str(self._limit))
        return self._left < 0


class Row(NamedTuple):
    """One record. ``fault`` is "" or the code of an error that makes the row unusable.

    ``span`` is its first and last line of text if it has several.
    """

    number: int
    cells: list[str]
    fault: str = ""
    span: tuple[int, int] | None = None


class Table(AbstractContextManager["Table"]):
    """An open file: headers at once, rows as a stream, progress while reading.

    ``rows()`` may be called again and starts over.
    """

    kind: str
    headers: list[str]
    encoding: str = ""
    separator: str = ""
    sheets: tuple[str, ...] = ()
    shown_sheets: tuple[str, ...] = ()
    sheet: str = ""
    _limits: Limits
    _is_repair = False

    def rows(self, within: int = 0) -> Iterator[Row]:
        """The non-blank data rows, as long as the header or longer.

        ``within`` limits reading to the first so many cells; 0 reads all.
        """
        rows = self._rows(within)
        return map(unmarked_row, rows) if self._is_repair else rows

    def as_repair(self) -> None:
        """Read it as a repair file that was written with `parsing.marked`."""
        if not self._is_repair:
            self._is_repair = True
            self.headers = [unmarked(header) for header in self.headers]

    def _rows(self, within: int) -> Iterator[Row]:
        raise NotImplementedError

    def _budget(self, within: int) -> Budget:
        return Budget(self._limits, within)

    def turn_to(self, sheet: str) -> None:
        """Read another sheet ("": the first that is not empty). Raises ``UnreadableTable``."""
        raise UnreadableTable("no_sheet", sheet=sheet)

    def progress(self) -> float:
        """Share of the file consumed so far, 0 to 1."""
        raise NotImplementedError

    def estimated_rows(self) -> int:
        """About how many data rows there are; exact once all have been read."""
        raise NotImplementedError

    def close(self) -> None:
        """Release the file."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def sample(self, count: int = 200) -> list[list[str]]:
        """The first usable rows, for guessing columns."""
        usable = (row for row in self.rows(SAMPLED_CELLS) if not row.fault)
        return [row.cells for row in islice(usable, count)]


def unmarked_row(row: Row) -> Row:
    """A row of a repair file that was written with `parsing.marked`."""
    return row._replace(cells=[unmarked(cell) for cell in row.cells])


def unique_headers(cells: list[str]) -> list[str]:
    """Header texts without blanks and repeats: "Column 3", "Name (2)"."""
    headers: list[str] = []
    seen: dict[str, int] = {}
    for position, cell in enumerate(cells, start=1):
        name = " ".join(cell.replace("\0", "").split())[:200] or f"Column {position}"
        seen[name] = seen.get(name, 0) + 1
        headers.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return headers


def choose_header(rows: list[tuple[int, list[str]]], limits: Limits) -> tuple[int, list[str]]:
    """Row number and texts of the header among the first rows.

    Exports put a title above the table: if most rows fill several cells, the header is the first
    that does.
    """
    filled = [(number, cells, sum(1 for c in cells if c.strip())) for number, cells in rows]
    filled = [entry for entry in filled if entry[2]]
    if not filled:
        raise UnreadableTable("empty")
    several = [entry for entry in filled if entry[2] > 1]
    number, cells, _count = several[0] if len(several) * 2 > len(filled) else filled[0]
    while not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) > limits.columns:
        raise UnreadableTable("too_many_columns", limit=str(limits.columns))
    return number, unique_headers(cells)

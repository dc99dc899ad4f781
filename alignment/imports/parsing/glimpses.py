"""What pages show of a file before it is imported: its columns and its first rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from alignment.imports.parsing.mapping import turn_to_best_sheet
from alignment.imports.parsing.marked import unmarked
from alignment.imports.parsing.opening import open_table
from alignment.imports.parsing.tables import SAMPLED_CELLS, Limits, Row, Table, unmarked_row
from alignment.imports.parsing.targets import Kind

SAMPLED_ROWS = 200
# Of the texts of these rows; a few huge cells say no more about a column than small ones.
MOST_CHARACTERS = 4 * 2**20
# Searches further down for rows with non-ASCII letters, because only they show a wrong encoding.
TELLING, TELLING_WITHIN = 5, 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A file and how to read it. Empty options are detected; `kind` decides between sheets."""

    path: Path
    kind: Kind
    limits: Limits
    sheet: str = ""
    encoding: str = ""
    separator: str = ""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """The columns and first rows of a file, and about how many rows it has.

    `first` includes unusable rows; `sample` are cells of usable ones; `telling` are later ones of a
    text with non-ASCII letters, if the first ones have hardly any.
    """

    format: str
    encoding: str
    separator: str
    sheet: str
    sheets: tuple[str, ...]
    headers: list[str]
    first: list[Row]
    sample: list[list[str]]
    telling: list[list[str]]
    rows: int

    def unmarked(self) -> Glimpse:
        """As read from a repair file that was written with `parsing.marked`."""
        return replace(
            self,
            headers=[unmarked(header) for header in self.headers],
            first=[unmarked_row(row) for row in self.first],
            sample=[[unmarked(cell) for cell in cells] for cells in self.sample],
            telling=[[unmarked(cell) for cell in cells] for cells in self.telling],
        )


def glimpse(asked: Asked) -> Glimpse:
    """Raises `UnreadableTable`."""
    with open_table(
        asked.path,
        sheet=asked.sheet,
        encoding=asked.encoding,
        separator=asked.separator,
        limits=asked.limits,
    ) as table:
        if not asked.sheet:
            turn_to_best_sheet(table, asked.kind)
        is_text = table.kind == "csv"
        sample = list(_bounded(table.sample(SAMPLED_ROWS)))
        coming = table.rows(0 if is_text else SAMPLED_CELLS)
        first = _first(coming)
        is_empty = not first and table.progress() == 1
        return Glimpse(
            format=table.kind,
            encoding=table.encoding,
            separator=table.separator,
            sheet=table.sheet,
            sheets=tuple(table.sheets),
            headers=table.headers,
            first=first,
            sample=sample,
            telling=_non_ascii(first, coming) if is_text else [],
            rows=0 if is_empty else _rows_in(table, sample, asked.path.stat().st_size),
        )


def _first(coming: Iterator[Row]) -> list[Row]:
    rows = list(islice(coming, SAMPLED_ROWS))
    return rows[: len(list(_bounded(row.cells for row in rows)))]


def _bounded(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """The rows up to `MOST_CHARACTERS`."""
    left = MOST_CHARACTERS
    for cells in rows:
        left -= sum(map(len, cells))
        if left < 0:
            return
        yield cells


def _non_ascii(first: Sequence[Row], coming: Iterator[Row]) -> list[list[str]]:
    """Later rows with non-ASCII letters, unless enough of the first ones have some."""
    lacking = TELLING - sum(not _is_plain(row.cells) for row in first if not row.fault)
    further = (row.cells for row in islice(coming, TELLING_WITHIN) if not row.fault)
    odd = (cells for cells in further if not _is_plain(cells))
    return list(_bounded(islice(odd, max(lacking, 0))))


def _is_plain(cells: Sequence[str]) -> bool:
    return all(cell.isascii() for cell in cells)


def _rows_in(table: Table, sample: Sequence[Sequence[str]], size: int) -> int:
    """About how many rows there are; for text, estimated from the size of the first ones."""
    if table.kind != "csv" or len(sample) < SAMPLED_ROWS:
        return table.estimated_rows()
    # Any separator has one character, and so has a line end.
    text = "".join(",".join(cells) + "\n" for cells in sample)
    length = len(text.encode(table.encoding, "replace"))
    return round(size * len(sample) / length)

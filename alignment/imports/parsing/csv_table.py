"""CSV and similar formats as a stream of rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path

from alignment.imports.parsing.encodings import detect_encoding
from alignment.imports.parsing.quoted import block, inside, unwrapped
from alignment.imports.parsing.tables import (
    Limits,
    Row,
    Table,
    UnreadableTable,
    choose_header,
)

SEPARATORS = (",", ";", "\t", "|")
SNIFFED_CHARACTERS = 128 * 1024
SNIFFED_ROWS = 60
HEADER_WITHIN = 10


class CsvTable(Table):
    """A text file with separators; see ``open_table``."""

    kind = "csv"

    def __init__(self, path: Path, encoding: str, separator: str, limits: Limits) -> None:
        self._size = path.stat().st_size
        self._limits = limits
        self._file = path.open("rb")
        try:
            self.encoding = encoding or detect_encoding(path)
            self._declared = ""
            self._text = self._open_text()
            head = self._text.read(SNIFFED_CHARACTERS)
            self._refuse_binary(head)
            declared = self._declare_separator(head)
            self.separator = separator or declared or sniff_separator(head)
            self.headers = []
            self._header_row, self.headers = self._find_header()
        except BaseException:
            self._file.close()
            raise
        self._last_number = 0
        self._done = False

    def _rows(self, within: int) -> Iterator[Row]:
        """Cells beyond the header are kept only if they are not empty."""
        width = len(self.headers)
        budget = self._budget(within)
        self._done = False
        for row in self._records():
            number, cells, fault, _span = row
            if budget.is_spent(len(cells)):
                return
            if number <= self._header_row or (not cells and not fault):
                continue
            self._last_number = number
            if len(cells) == 1 < width and not fault:
                cells, fault = unwrapped(cells[0], self.separator, width)
                row = row._replace(cells=cells, fault=fault)
            if len(cells) != width:
                cells, fault = _fitted(cells, width, fault)
                row = row._replace(cells=cells, fault=fault)
            if fault or any(map(str.strip, cells)):
                yield row
        self._done = True

    def progress(self) -> float:
        """Share of the bytes consumed."""
        return 1.0 if self._done else min(self._file.tell() / self._size, 1.0)

    def estimated_rows(self) -> int:
        """Extrapolated from the bytes read so far."""
        if self._done or not self._last_number:
            return max(self._last_number - self._header_row, 0)
        return int((self._last_number - self._header_row) / max(self.progress(), 1e-9))

    def close(self) -> None:
        """Release the file."""
        self._text.close()

    def _open_text(self) -> io.TextIOWrapper:
        self._file.seek(0)
        try:
            return io.TextIOWrapper(self._file, self.encoding, errors="replace", newline="")
        except LookupError:
            raise UnreadableTable("encoding") from None

    def _lines(self, taken: list[str]) -> Iterator[str]:
        """The lines of the file, each appended to ``taken`` when it is read."""
        self._text.detach()
        self._text = self._open_text()
        limit = self._limits.line
        size = 0
        for line in iter(partial(self._text.readline, limit), ""):
            # The limit is on all lines of a record, however short its cells are.
            size = len(line) + (size if taken else 0)
            if size >= limit:
                raise UnreadableTable("line_too_long")
            taken.append(line)
            yield line

    def _records(self) -> Iterator[Row]:
        """Every record of the file with its number, including blank ones."""
        csv.field_size_limit(self._limits.cell)
        taken: list[str] = []
        lines = self._lines(taken)
        first = next(lines, "")
        first = first.removeprefix("\ufeff")
        reader = csv.reader(chain((first,), lines), delimiter=self.separator)
        number = last = 0
        while True:
            number += 1
            try:
                cells, fault = next(reader), ""
            except StopIteration:
                return
            except csv.Error:
                cells, fault = [], "huge_cell"
            row = Row(number, cells, fault)
            first_line, last = last + 1, last + len(taken)
            if len(taken) > 1:
                row = _spanning(row, taken, first_line, self._limits.cell)
            taken.clear()
            if row.span and not row.fault and (inner := self._block(row)):
                yield from inner
                number = inner[-1].number
            else:
                yield row

    def _block(self, row: Row) -> list[Row]:
        """The rows of a table that was quoted into one cell, each with its own line.

        Before the header is known only the file's first cell may be one, and it must then contain
        the whole table.
        """
        width = len(self.headers)
        is_first = row.number == (2 if self._declared else 1)
        if width == 1 or not (width or is_first) or not row.span:
            return []
        top, _bottom = row.span
        return [
            Row(row.number + at, line.cells, span=(top + line.first, top + line.last))
            for at, line in enumerate(block(row.cells, self.separator, 0 if is_first else width))
        ]

    def _declare_separator(self, head: str) -> str:
        """Handle Excel's "sep=;" line, which is not part of the table."""
        first = head.removeprefix("\ufeff").splitlines()[:1]
        if first and first[0].casefold().startswith("sep=") and len(first[0]) == 5:
            self._declared = first[0][4]
        return self._declared

    def _find_header(self) -> tuple[int, list[str]]:
        skipped = 1 if self._declared else 0
        records = islice(self._records(), skipped, HEADER_WITHIN + skipped)
        rows = [(r.number, inside(r.cells, self.separator)) for r in records]
        return choose_header(rows, self._limits)

    def _refuse_binary(self, head: str) -> None:
        odd = sum(1 for c in head[:4096] if c < " " and c not in "\t\r\n\0\x1a\x0b\x0c")
        if odd > 40 or head[:4096].count("\0") > 200:
            raise UnreadableTable("not_a_table")
        if not head.strip("\ufeff \t\r\n\0"):
            raise UnreadableTable("empty")


def _spanning(row: Row, taken: list[str], first: int, limit: int) -> Row:
    """A record of several lines. An odd number of quotation marks means that one was never closed.

    The lines after it are then rows of their own that would be lost unnoticed, so their text is
    kept.
    """
    row = row._replace(span=(first, first + len(taken) - 1))
    if row.fault:
        return row._replace(cells=["".join(taken)[:limit]], fault="open_quote")
    if sum(line.count('"') for line in taken) % 2:
        return row._replace(fault="open_quote")
    return row


def sniff_separator(head: str) -> str:
    """The separator that splits the sample into the most regular table."""
    lines = head.splitlines(keepends=True)
    if len(lines) > 1 and not lines[-1].endswith(("\n", "\r")):
        lines.pop()
    scores = {mark: _regularity(lines, mark) for mark in SEPARATORS}
    best = max(SEPARATORS, key=lambda mark: scores[mark])
    if scores[best] > 0:
        return best
    # One column: choose the mark that splits the fewest lines ("Acme, Inc." is one name).
    return min(SEPARATORS, key=lambda mark: sum(mark in line for line in lines))


def _regularity(lines: list[str], separator: str) -> float:
    """The share of rows with the most common number of cells, weighted by that number."""
    widths: list[int] = []
    wrapped = False
    try:
        for cells in islice(csv.reader(lines, delimiter=separator), SNIFFED_ROWS):
            if rows := block(cells, separator):
                wrapped = True
                widths += (len(row.cells) for row in rows)
            elif cells:
                inner = inside(cells, separator)
                wrapped = wrapped or inner is not cells
                widths.append(len(inner))
    except csv.Error:
        pass
    if not widths:
        return 0.0
    if widths[0] < 2 and wrapped:
        # Under a header of one column, quoted text is prose.
        return 0.0
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    if usual < 2:
        # Nearly all lines lack the mark; the few that have it are prose.
        return 0.0
    return (widths.count(usual) / len(widths)) ** 2 * min(usual, 12)


def _fitted(cells: list[str], width: int, fault: str) -> tuple[list[str], str]:
    if len(cells) < width:
        return cells + [""] * (width - len(cells)), fault
    if not any(cell.strip() for cell in cells[width:]):
        return cells[:width], fault
    return cells, fault or "extra_cells"

"""Workbooks as a stream of rows, opened only after their size was judged."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from html import unescape
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string

from alignment.imports.parsing.tables import (
    Limits,
    Row,
    Table,
    UnreadableTable,
    choose_header,
)

HEADER_WITHIN = 10
# Small parts may compress extremely well; the ratio matters where it costs memory.
RATIO_FROM = 8 * 2**20
MOST_PARTS = 5_000
# A cell with a formula and without a value, or with an empty one.
_UNSOLVED = re.compile(
    rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>([^<]*)</f>)\s*'
    rb"(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
PIECE, LONGEST_FORMULA, MOST_UNSOLVED = 2**20, 16_384, 100_000
# As much of a formula as a person needs to recognise it.
SHOWN_OF_FORMULA = 200
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_WIDE_DECLARATION = re.compile("<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class XlsxTable(Table):
    """One sheet of a workbook; see ``open_table``."""

    kind = "xlsx"

    def __init__(self, path: Path, sheet: str, limits: Limits) -> None:
        self._limits = limits
        refuse_dangerous(path, limits)
        self._path = path
        try:
            self._book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        except Exception as error:  # openpyxl raises whatever its parsers raise
            raise UnreadableTable("workbook") from error
        try:
            self.sheets = tuple(s.title for s in self._book.worksheets)
            self.shown_sheets = tuple(
                s.title for s in self._book.worksheets if s.sheet_state == "visible"
            )
            self.turn_to(sheet)
        except BaseException:
            self._book.close()
            raise

    def turn_to(self, sheet: str) -> None:
        """See ``Table.turn_to``."""
        self._sheet = self._choose(sheet)
        self.sheet = self._sheet.title
        self._declared_rows = self._sheet.max_row or 0
        self._sheet.reset_dimensions()
        self._unsolved = _rows_unsolved(self._path, self._sheet)
        self._header_row, self.headers = self._find_header()
        self._last_number = 0
        self._done = False

    def rows(self) -> Iterator[Row]:
        """See ``Table.rows``. Dates come as ISO text, formulas as their last value."""
        width = len(self.headers)
        self._done = False
        for number, cells in self._records():
            formulas = self._unsolved.get(number, {})
            if number <= self._header_row or not (formulas or any(cells)):
                continue
            self._last_number = number
            fault = ""
            if len(cells) > width:
                fault = "extra_cells" if any(c.strip() for c in cells[width:]) else ""
                cells = cells if fault else cells[:width]
            elif len(cells) < width:
                cells += [""] * (width - len(cells))
            if any(len(cell) > self._limits.cell for cell in cells):
                fault = "huge_cell"
            if formulas:
                cells, fault = _with_formulas(cells, formulas), "formula"
            yield Row(number, cells, fault)
        self._done = True

    def progress(self) -> float:
        """Share of the rows that the sheet declares."""
        if self._done:
            return 1.0
        return min(self._last_number / max(self._declared_rows, 1), 1.0)

    def estimated_rows(self) -> int:
        """What the sheet declares; exact once all rows were read."""
        last = self._last_number if self._done else self._declared_rows
        return max(last - self._header_row, 0)

    def close(self) -> None:
        """Release the file."""
        self._book.close()

    def _choose(self, name: str) -> Any:
        sheets = self._book.worksheets
        if name:
            for sheet in sheets:
                if sheet.title == name:
                    return sheet
            raise UnreadableTable("no_sheet", sheet=name)
        visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"] or sheets
        for sheet in visible:
            sheet.reset_dimensions()
            if any(any(c is not None for c in row) for row in islice(sheet.values, HEADER_WITHIN)):
                return sheet
        raise UnreadableTable("empty")

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        cells_left = self._limits.cells
        try:
            for number, values in enumerate(self._sheet.iter_rows(values_only=True), start=1):
                cells_left -= len(values) or 1
                if cells_left < 0:
                    raise UnreadableTable("too_many_cells", limit=str(self._limits.cells))
                yield number, [_text(value) for value in values]
        except (UnreadableTable, GeneratorExit):
            raise
        except Exception as error:  # openpyxl raises whatever its parsers raise
            raise UnreadableTable("workbook") from error

    def _find_header(self) -> tuple[int, list[str]]:
        return choose_header(list(islice(self._records(), HEADER_WITHIN)), self._limits)


def _rows_unsolved(path: Path, sheet: Any) -> dict[int, dict[int, str]]:
    """Formulas whose result the workbook does not hold, by row and column from 0: programs that
    write workbooks leave it to Excel, and an empty cell would pass for nothing known.

    One pass over the sheet's text in pieces; some `MOST_UNSOLVED` rows are enough to tell of.
    """
    found: dict[int, dict[int, str]] = {}
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path) as part:
        rest = b""
        while piece := part.read(PIECE):
            text = rest + piece
            for column, row, formula in _UNSOLVED.findall(text):
                at = column_index_from_string(column.decode()) - 1
                found.setdefault(int(row), {})[at] = _formula(formula)
            if len(found) >= MOST_UNSOLVED:
                break
            rest = text[-LONGEST_FORMULA:]
    return found


def _formula(text: bytes) -> str:
    """As it stands in the cell; one that shares its text with another cell has none of its own."""
    return "=" + (unescape(text[:SHOWN_OF_FORMULA].decode(errors="replace")) or "…")


def _with_formulas(cells: list[str], formulas: Mapping[int, str]) -> list[str]:
    """The row with what its author wrote where the workbook has no result."""
    return [cell or formulas.get(at, "") for at, cell in enumerate(cells)]


def refuse_dangerous(path: Path, limits: Limits) -> None:
    """Stop zip bombs and XML entity tricks before any parser sees the parts.

    ``zipfile`` never unpacks more than a part declares, so declared sizes are a bound.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names or not any(n.startswith("xl/") for n in names):
                raise UnreadableTable("not_a_table")
            if any(part.flag_bits & 1 for part in parts):
                raise UnreadableTable("encrypted")
            _refuse_sizes(parts, limits)
            for part in parts:
                if part.filename.endswith((".xml", ".rels", ".vml")):
                    _refuse_declarations(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise UnreadableTable("workbook") from error


def _refuse_sizes(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > limits.unpacked:
        raise UnreadableTable("zip_bomb")
    for part in parts:
        if part.filename.endswith("sharedStrings.xml") and part.file_size > limits.shared_strings:
            raise UnreadableTable("zip_bomb")
        if part.file_size > max(RATIO_FROM, part.compress_size * limits.ratio):
            raise UnreadableTable("zip_bomb")


def _refuse_declarations(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """A document type stands before the root element; workbooks never have one."""
    with archive.open(part) as file:
        start = file.read(64 * 1024)
    if _DECLARATION.search(start):
        raise UnreadableTable("workbook")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") and _WIDE_DECLARATION.search(
        start.decode("utf-16", errors="replace")
    ):
        raise UnreadableTable("workbook")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        midnight = not (value.hour or value.minute or value.second)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)

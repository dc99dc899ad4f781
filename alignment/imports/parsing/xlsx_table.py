"""Workbooks as a stream of rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any

from alignment.imports.parsing.tables import (
    Limits,
    Row,
    Table,
    UnreadableTable,
    choose_header,
)
from alignment.imports.parsing.xlsx_book import open_book, rows_of, values_of
from alignment.imports.parsing.xlsx_formulas import unsolved, with_formulas

HEADER_WITHIN = 10


class XlsxTable(Table):
    """One sheet of a workbook; see ``open_table``."""

    kind = "xlsx"

    def __init__(self, path: Path, sheet: str, limits: Limits) -> None:
        self._limits = limits
        self._path = path
        self._book = open_book(path, limits)
        try:
            self.sheets = tuple(s.title for s in self._book.worksheets)
            self.shown_sheets = tuple(
                s.title for s in self._book.worksheets if s.sheet_state == "visible"
            )
            # As the sheets say; forgotten by openpyxl with the first look at their rows.
            self._declared = {s.title: s.max_row or 0 for s in self._book.worksheets}
            self.turn_to(sheet)
        except BaseException:
            self._book.close()
            raise

    def turn_to(self, sheet: str) -> None:
        """See ``Table.turn_to``."""
        self._sheet = self._choose(sheet)
        self.sheet = self._sheet.title
        self._declared_rows = self._declared[self.sheet]
        self._sheet.reset_dimensions()
        self._is_repair = False
        self._unsolved = unsolved(self._path, self._sheet._worksheet_path)
        self._header_row, self.headers = self._find_header()
        self._last_number = 0
        self._done = False

    def _rows(self, within: int) -> Iterator[Row]:
        """Dates come as ISO text, formulas as their last value."""
        width = len(self.headers)
        self._done = False
        for number, cells in self._records(within):
            formulas = self._unsolved.get(number, {})
            if number <= self._header_row or not (formulas or any(map(str.strip, cells))):
                continue
            self._last_number = number
            # A formula without a result counts as a cell.
            last = min(max(formulas, default=-1) + 1, self._limits.columns)
            cells += [""] * (last - len(cells))
            fault = ""
            if len(cells) > width:
                fault = "extra_cells" if any(c.strip() for c in cells[width:]) else ""
                cells = cells if fault else cells[:width]
            elif len(cells) < width:
                cells += [""] * (width - len(cells))
            if any(len(cell) > self._limits.cell for cell in cells):
                fault = "huge_cell"
            if formulas:
                cells, fault = with_formulas(cells, formulas), "formula"
            yield Row(number, cells, fault)

    def progress(self) -> float:
        """Share of the rows that the sheet declares."""
        if self._done:
            return 1.0
        return min(self._last_number / max(self._declared_rows, 1), 1.0)

    def estimated_rows(self) -> int:
        """As the sheet declares; exact once all rows have been read."""
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
            if any(any(value is not None for value in values_of(c)) for _n, c in _first(sheet)):
                return sheet
        raise UnreadableTable("empty")

    def _records(self, within: int = 0) -> Iterator[tuple[int, list[str]]]:
        budget = self._budget(within)
        for number, cells in rows_of(self._sheet):
            values = values_of(cells)
            if budget.is_spent(max(len(cells), len(values))):
                return
            yield number, [_text(value) for value in values]
        self._done = True

    def _find_header(self) -> tuple[int, list[str]]:
        return choose_header(list(_within_header(self._records())), self._limits)


def _first(sheet: Any) -> Iterator[tuple[int, Any]]:
    return _within_header(rows_of(sheet))


def _within_header(rows: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    return takewhile(lambda row: row[0] <= HEADER_WITHIN, rows)


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

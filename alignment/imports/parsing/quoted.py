"""Rows quoted as a whole: a single one ("Acme,acme.com,Boston"), or many in one cell."""

from __future__ import annotations

import csv
from typing import NamedTuple


class Line(NamedTuple):
    """A row inside a cell; `first` and `last` are lines of that cell, counted from 0."""

    cells: list[str]
    first: int
    last: int


def inside(cells: list[str], separator: str) -> list[str]:
    """The cells inside a row that was quoted as a whole; otherwise the row's own cells."""
    if len(cells) != 1 or separator not in cells[0]:
        return cells
    try:
        return next(csv.reader(cells, delimiter=separator), cells)
    except csv.Error:
        return cells


def unwrapped(cell: str, separator: str, width: int) -> tuple[list[str], str]:
    """The cells of a row that was quoted as a whole, and "" for no fault.

    If they do not fit the header, the row keeps its one cell and is refused: that cell is no
    company's name.
    """
    if separator not in cell:
        return [cell], ""
    inner = inside([cell], separator)
    if len(inner) == width:
        return inner, ""
    if cell.count(separator) < width - 1:
        return [cell], ""
    return [cell], "quoted_rows" if "\n" in cell.strip().replace("\r", "\n") else "quoted_row"


def block(cells: list[str], separator: str, width: int = 0) -> list[Line]:
    """The rows of a table inside a single cell; empty if it is not a table.

    Most of them must have `width` cells, or without a width equally many, and at least two.
    """
    if len(cells) != 1 or separator not in cells[0]:
        return []
    text = cells[0].replace("\r\n", "\n").replace("\r", "\n")
    if "\n" not in text.strip():
        return []
    lines = _lines(text, separator)
    widths = [len(line.cells) for line in lines]
    usual = width or max(set(widths), key=lambda each: (widths.count(each), each), default=0)
    if usual < 2 or widths.count(usual) * 2 <= len(widths):
        return []
    return lines


def _lines(text: str, separator: str) -> list[Line]:
    found: list[Line] = []
    reader = csv.reader(text.split("\n"), delimiter=separator)
    first = 0
    try:
        for cells in reader:
            if cells:
                found.append(Line(cells, first, reader.line_num - 1))
            first = reader.line_num
    except csv.Error:
        return []
    return found

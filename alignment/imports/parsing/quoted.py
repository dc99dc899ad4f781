"""Rows that somebody quoted as a whole: one alone ("Acme,acme.com,Boston"), or many in one cell."""

from __future__ import annotations

import csv
from typing import NamedTuple


class Line(NamedTuple):
    """One row inside a cell; `first` and `last` are lines of that cell, counted from 0."""

    cells: list[str]
    first: int
    last: int


def inside(cells: list[str], separator: str) -> list[str]:
    """The cells of a row that was quoted as a whole; of any other row its own."""
    if len(cells) != 1 or separator not in cells[0]:
        return cells
    try:
        return next(csv.reader(cells, delimiter=separator), cells)
    except csv.Error:
        return cells


def unwrapped(cell: str, separator: str, width: int) -> tuple[list[str], str]:
    """A row that was quoted as a whole as the cells that it means, and no fault.

    If they do not fit the header it stays one cell, which is no company's name: it is refused.
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
    """The rows of a table that stands in one single cell; none where it is no table.

    Most of them must have `width` cells, or without one as many as each other, and two at least.
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

"""Formulas of a sheet for which the workbook has no results."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from html import unescape
from pathlib import Path

from openpyxl.utils import column_index_from_string

from alignment.imports.parsing.tables import UnreadableTable

# A cell with a formula but no value, or an empty one. For any text, each byte is examined a bounded
# number of times.
_UNSOLVED = re.compile(
    rb"<c\b([^<>]{0,500})>\s{0,64}<f\b(?:[^<>]*/>|[^<>]*>([^<]*)</f>)\s{0,64}"
    rb"(?:<v\s{0,8}/>|<v>\s{0,64}</v>)?\s{0,64}</c>"
)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
PIECE, LONGEST_FORMULA = 2**20, 16_384
MOST_UNSOLVED = 500_000
# Enough of a formula for a person to recognise it.
SHOWN_OF_FORMULA = 200


def unsolved(path: Path, part: str) -> dict[int, dict[int, str]]:
    """Formulas without results, by row and column from 0. Raises `UnreadableTable`.

    Programs that write workbooks leave the results to Excel, and an empty cell would count as
    unknown. Reads the sheet's text once, in pieces; at most some `MOST_UNSOLVED` are reported.
    """
    try:
        return _found(path, part)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UnreadableTable("workbook") from error


def _found(path: Path, part: str) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    count = 0
    with zipfile.ZipFile(path) as archive, archive.open(part) as sheet:
        rest = b""
        while count < MOST_UNSOLVED and (piece := sheet.read(PIECE)):
            text = rest + piece
            for attributes, formula in _UNSOLVED.findall(text):
                if place := _PLACE.search(attributes):
                    at = column_index_from_string(place[1].decode()) - 1
                    found.setdefault(int(place[2]), {})[at] = _formula(formula)
                    count += 1
            rest = text[-LONGEST_FORMULA:]
    return found


def _formula(text: bytes) -> str:
    """The formula as shown in the cell; one that shares its text with another cell has none."""
    return "=" + (unescape(text[:SHOWN_OF_FORMULA].decode(errors="replace")) or "…")


def with_formulas(cells: list[str], formulas: Mapping[int, str]) -> list[str]:
    """The row with formulas in the cells for which the workbook has no result."""
    return [cell or formulas.get(at, "") for at, cell in enumerate(cells)]

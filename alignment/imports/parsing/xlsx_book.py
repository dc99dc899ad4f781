"""Workbooks of unknown origin, opened only after their cost was checked."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import DATA_TAG, DIMENSION_TAG, ROW_TAG, WorkSheetParser
from openpyxl.worksheet.dimensions import SheetDimension
from openpyxl.xml.constants import SHARED_STRINGS
from openpyxl.xml.functions import iterparse

from alignment.imports.parsing.tables import Limits, UnreadableTable

# Small parts may compress extremely well; the ratio matters only above this size.
RATIO_FROM = 8 * 2**20
MOST_PARTS = 5_000
# The limits of spreadsheet programs.
MOST_ROWS, MOST_COLUMNS = 2**20, 2**14
# Elements between two rows: a full row has at most four times as many as columns.
MOST_IN_ROW = 5 * MOST_COLUMNS
# openpyxl creates objects for all styles, names and relations at once.
LARGEST_WHOLE, MOST_TAGS = 16 * 2**20, 100_000
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_WIDE_DECLARATION = re.compile("<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)

# Column number and openpyxl's data of each existing cell.
Cells = list[dict[str, Any]]


def open_book(path: Path, limits: Limits) -> Any:
    """An openpyxl workbook, to be read with `rows_of`. Raises `UnreadableTable`."""
    refuse_dangerous(path, limits)
    try:
        return _Reader(path, limits).opened()
    except (UnreadableTable, MemoryError):
        raise
    except Exception as error:  # openpyxl lets its parsers' errors through
        raise UnreadableTable("workbook") from error


def rows_of(sheet: Any) -> Iterator[tuple[int, Cells]]:
    """The existing rows, by number; gaps between them cost nothing.

    Raises `UnreadableTable`.
    """
    try:
        yield from _numbered(sheet)
    except (UnreadableTable, GeneratorExit, MemoryError):
        raise
    except Exception as error:  # openpyxl lets its parsers' errors through
        raise UnreadableTable("workbook") from error


def values_of(cells: Cells) -> list[Any]:
    """The values of the cells, up to the last one that is not empty."""
    filled = [cell for cell in cells if cell["value"] is not None]
    values: list[Any] = [None] * max((cell["column"] for cell in filled), default=0)
    if len(values) > MOST_COLUMNS:
        raise UnreadableTable("workbook")
    for cell in filled:
        values[cell["column"] - 1] = cell["value"]
    return values


def _numbered(sheet: Any) -> Iterator[tuple[int, Cells]]:
    book, last, elements = sheet.parent, 0, 0
    with sheet._get_source() as part:
        parser = WorkSheetParser(
            part,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for _event, element in iterparse(part):
            elements += 1
            if elements > MOST_IN_ROW:
                raise UnreadableTable("workbook")
            if element.tag == DATA_TAG:
                return
            if element.tag != ROW_TAG:
                continue
            number, cells = parser.parse_row(element)
            if number > MOST_ROWS:
                raise UnreadableTable("workbook")
            element.clear()
            # Row heights, which it would keep for every row.
            parser.row_dimensions.clear()
            elements = 0
            if number > last:
                last = number
                yield number, cells


class _Archive(zipfile.ZipFile):
    """Refuses parts that are loaded as a whole and are too large for that."""

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        part = name if isinstance(name, zipfile.ZipInfo) else self.getinfo(name)
        if part.file_size > LARGEST_WHOLE:
            raise UnreadableTable("zip_bomb")
        content = super().read(part, pwd)
        if content.count(b"<") > MOST_TAGS:
            raise UnreadableTable("zip_bomb")
        return content


class _Sheet(ReadOnlyWorksheet):
    def _get_size(self) -> None:
        """Use the declared size; without one, openpyxl would read all rows to find it."""
        with self._get_source() as part:
            for count, (_event, element) in enumerate(iterparse(part, events=("start",))):
                if element.tag == DATA_TAG or count > MOST_IN_ROW:
                    return
                if element.tag == DIMENSION_TAG:
                    size = SheetDimension.from_tree(element).boundaries
                    self._min_column, self._min_row, self._max_column, self._max_row = size
                    return


class _Reader(ExcelReader):
    """Opens only what is needed: tables, without charts, links and drawings."""

    archive: zipfile.ZipFile

    def __init__(self, path: Path, limits: Limits) -> None:
        super().__init__(path, read_only=True, data_only=True, keep_links=False)
        self.archive.close()
        self.archive = _Archive(path)
        self._limits = limits

    def opened(self) -> Any:
        try:
            self.read()
        except BaseException:
            self.archive.close()
            raise
        return self.wb

    def read_strings(self) -> None:
        """The part with the strings may have any name."""
        found = self.package.find(SHARED_STRINGS)
        if found is not None:
            _refuse_strings(self.archive.getinfo(found.PartName[1:]), self._limits)
        super().read_strings()

    def read_worksheets(self) -> None:
        """Each sheet must have its own part: a shared one would be read once per sheet."""
        seen: set[str] = set()
        for sheet, rel in self.parser.find_sheets():
            if rel.target not in self.valid_files or "chartsheet" in rel.Type:
                continue
            if rel.target in seen:
                raise UnreadableTable("workbook")
            seen.add(rel.target)
            found = _Sheet(self.wb, sheet.name, rel.target, self.shared_strings)
            found.sheet_state = sheet.state
            self.wb._sheets.append(found)


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
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, zlib.error) as error:
        raise UnreadableTable("workbook") from error


def _refuse_sizes(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > limits.unpacked:
        raise UnreadableTable("zip_bomb")
    for part in parts:
        if part.filename.endswith("sharedStrings.xml"):
            _refuse_strings(part, limits)
        if part.file_size > max(RATIO_FROM, part.compress_size * limits.ratio):
            raise UnreadableTable("zip_bomb")


def _refuse_strings(part: zipfile.ZipInfo, limits: Limits) -> None:
    if part.file_size > limits.shared_strings:
        raise UnreadableTable("zip_bomb")


def _refuse_declarations(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """A document type declaration precedes the root element; workbooks never have one."""
    with archive.open(part) as file:
        start = file.read(64 * 1024)
    if _DECLARATION.search(start):
        raise UnreadableTable("workbook")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") and _WIDE_DECLARATION.search(
        start.decode("utf-16", errors="replace")
    ):
        raise UnreadableTable("workbook")

"""Detecting a file's format and opening it as a table."""

from __future__ import annotations

import zipfile
from pathlib import Path

from alignment.imports.parsing.csv_table import CsvTable
from alignment.imports.parsing.tables import LIMITS, Limits, Table, UnreadableTable

WORKBOOK = b"PK\x03\x04"
# Sizes of a small file, packed and unpacked.
SMALL, SMALL_UNPACKED = 256 * 2**10, 2 * 2**20


def open_table(
    path: str | Path,
    *,
    sheet: str = "",
    encoding: str = "",
    separator: str = "",
    limits: Limits = LIMITS,
) -> Table:
    """Open a CSV or XLSX file. Empty options are detected. Raises ``UnreadableTable``."""
    path = Path(path)
    size = path.stat().st_size
    if size == 0:
        raise UnreadableTable("empty")
    if size > limits.file:
        raise UnreadableTable("too_large", limit=str(limits.file // 2**20))
    if is_workbook(path):
        # Importing the workbook reader takes as long as reading a thousand rows of CSV.
        from alignment.imports.parsing.xlsx_table import XlsxTable

        return XlsxTable(path, sheet, limits)
    start = _start(path)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableTable("encrypted")
    if start.startswith(
        (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"7z\xbc\xaf")
    ):
        raise UnreadableTable("not_a_table")
    return CsvTable(path, encoding, separator, limits)


def is_workbook(path: Path) -> bool:
    """Whether it is packed like one."""
    return _start(path).startswith(WORKBOOK)


def is_small(path: Path) -> bool:
    """Whether the whole file is read faster than a process starts."""
    if path.stat().st_size > SMALL:
        return False
    if not is_workbook(path):
        return True
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(part.file_size for part in archive.infolist()) <= SMALL_UNPACKED
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return True


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(8)

"""Detecting a file's format and opening it as a table."""

from __future__ import annotations

from pathlib import Path

from alignment.imports.parsing.csv_table import CsvTable
from alignment.imports.parsing.tables import LIMITS, Limits, Table, UnreadableTable


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
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"PK\x03\x04"):
        # Importing the workbook reader takes as long as reading a thousand rows of CSV.
        from alignment.imports.parsing.xlsx_table import XlsxTable

        return XlsxTable(path, sheet, limits)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableTable("encrypted")
    if start.startswith(
        (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"7z\xbc\xaf")
    ):
        raise UnreadableTable("not_a_table")
    return CsvTable(path, encoding, separator, limits)

"""Workbooks that no spreadsheet program would write."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"


def changed(
    path: Path, part: str, change: Callable[[bytes], bytes], more: dict[str, bytes] | None = None
) -> Path:
    """A workbook of two rows with one part changed, and extra parts."""
    book = Workbook()
    book.active.append(["Name", "Domain"])
    book.active.append(["Acme", "acme.com"])
    plain = path.with_name("plain.xlsx")
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return path


def with_rows(path: Path, rows: bytes) -> Path:
    """Add rows, as XML, after the two."""
    return changed(path, SHEET, lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"))

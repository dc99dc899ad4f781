"""Workbooks that take long to open: in a process of their own, and once only."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from alignment.core.isolated_process import TooCostly, run_isolated
from alignment.imports import actions, reading
from alignment.imports.models import Import
from alignment.imports.parsing import opening
from alignment.imports.parsing.glimpses import MOST_CHARACTERS, Asked, glimpse
from alignment.imports.parsing.opening import is_small
from alignment.imports.parsing.tables import LIMITS, UnreadableTable
from alignment.imports.preview import preview_of
from alignment.imports.reading import columns_of
from tests.cast import Cast

from .lists import companies, posted_file, uploaded, workbook

HEADERS = ("Company", "Website", "City")
ROWS = [(f"Company {n}", f"https://c{n}.com/", "Nîmes") for n in range(300)]


@pytest.fixture
def nothing_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "SMALL_UNPACKED", 0)
    cache.clear()


def book() -> bytes:
    return workbook(HEADERS, *ROWS, Other=[("Account", "Domain"), ("Acme", "acme.com")])


def shown(upload: Import) -> list[list[str]]:
    columns = preview_of(upload, columns_of(upload), upload.options).columns
    return [[sample.raw for sample in column.samples] for column in columns]


def test_it_is_read_like_a_small_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    small = uploaded(cast.program, book(), name="list.xlsx")
    seen_small = shown(small)
    monkeypatch.setattr(opening, "SMALL_UNPACKED", 0)
    cache.clear()
    processes = _count(monkeypatch)
    large = uploaded(cast.program, book(), name="list.xlsx")
    assert processes == [large.file.path]
    assert (large.mapping, large.options) == (small.mapping, small.options)
    assert shown(large) == seen_small
    assert large.options["rows"] == len(ROWS)


def test_a_preview_does_not_open_it_again(
    cast: Cast, nothing_is_small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes = _count(monkeypatch)
    upload = uploaded(cast.program, book(), name="list.xlsx")
    first = shown(upload)
    assert shown(upload) == first
    assert len(processes) == 1
    actions.choose_sheet(upload=upload, sheet="Other", by=cast.marketer)
    assert shown(upload) == [["Acme"], ["acme.com"]]
    assert len(processes) == 2
    another = uploaded(cast.program, workbook(HEADERS, ROWS[7]), name="list.xlsx")
    assert shown(another)[0] == ["Company 7"]
    assert len(processes) == 3


def test_too_costly_is_a_message_and_leaves_nothing(
    cast: Cast, nothing_is_small: None, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    def gives_up(*_args: Any, **_named: Any) -> None:
        raise TooCostly

    monkeypatch.setattr(reading, "run_isolated", gives_up)
    with pytest.raises(UnreadableTable) as refused:
        uploaded(cast.program, book(), name="list.xlsx")
    assert refused.value.key == "too_costly"
    assert not any(files for _folder, _folders, files in os.walk(settings.MEDIA_ROOT))
    answer = cast.client("marketer").post(
        "/p/us-mid-market/imports/new/",
        {"target": "accounts", "file": posted_file(book(), "list.xlsx"), "source": ""},
    )
    assert "Save the sheet with the list as CSV" in answer.text
    assert not Import.objects.in_program(cast.program).exists()


def test_what_is_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, packed, broken = (tmp_path / name for name in ("a.csv", "a.xlsx", "b.xlsx"))
    text.write_bytes(companies(10))
    packed.write_bytes(book())
    broken.write_bytes(b"PK\x03\x04 not a workbook")
    assert all(map(is_small, (text, packed, broken)))
    monkeypatch.setattr(opening, "SMALL_UNPACKED", 1_000)
    assert [is_small(path) for path in (text, packed, broken)] == [True, False, True]
    monkeypatch.setattr(opening, "SMALL", 10)
    assert not any(map(is_small, (text, packed, broken)))


def test_huge_cells_are_not_all_taken_along(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Company,About\n" + "".join(f"C{n},{'x' * 90_000}\n" for n in range(100)))
    found = glimpse(Asked(path, "accounts", LIMITS))
    for cells in ([row.cells for row in found.first], found.sample):
        assert 40 < len(cells) < 50
        assert sum(len(cell) for row in cells for cell in row) <= MOST_CHARACTERS


def _count(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files opened in a process of their own."""
    opened: list[str] = []

    def counted(function: Any, asked: Asked, **limits: int) -> Any:
        opened.append(str(asked.path))
        return run_isolated(function, asked, **limits)

    monkeypatch.setattr(reading, "run_isolated", counted)
    return opened

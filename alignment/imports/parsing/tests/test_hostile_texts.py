"""Texts on which a backtracking search would take minutes."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from alignment.imports.parsing.encodings import detect_encoding
from alignment.imports.parsing.errors import CellError
from alignment.imports.parsing.fields import parse_properties
from alignment.imports.parsing.mapping import guess_mapping
from alignment.imports.parsing.moments import guess_day_first
from alignment.imports.parsing.opening import open_table
from alignment.imports.parsing.tables import UnreadableTable

SECONDS = 20


@contextmanager
def soon() -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize(
    "cell",
    [
        "@." * 20_000 + "\nx",
        "linkedin.com/in/" * 6_000 + "\nx",
        "1/1/2020 " + " " * 40_000 + "x\ny",
        "www." * 20_000 + "\nx",
    ],
)
def test_columns_are_guessed_from_the_beginning_of_their_cells(cell: str) -> None:
    headers = ["Something", "Date"]
    with soon():
        guess_mapping("stakeholders", headers, [[cell, cell]] * 200)
        guess_mapping("engagements", headers, [[cell, cell]] * 200)
        assert not guess_day_first([cell] * 200)


def test_addresses_with_a_name_are_still_recognised() -> None:
    rows = [[f"Jane Doe <jane{n}@acme.co.uk>"] for n in range(5)]
    assert [c.field for c in guess_mapping("stakeholders", ["Something"], rows)] == ["email"]


def test_an_encoding_is_found_in_words_without_end(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"name\n" + (b"a" * 5_000 + b"\xe9\n") * 40)
    with soon():
        assert detect_encoding(path) == "cp1252"


def test_a_record_of_many_lines_is_no_table(tmp_path: Path) -> None:
    """However short its cells are, the whole record would be in memory at once."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,2\n" + b'"x\n",' * 4_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableTable) as refused, open_table(path) as table:
            list(table.rows())
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert refused.value.key == "line_too_long"
    assert peak < 200 * 2**20


def test_numbers_without_bounds_are_no_json() -> None:
    with pytest.raises(CellError):
        parse_properties('{"a": 1e999}')

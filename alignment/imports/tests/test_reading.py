"""The reading process: what it returns, and that it never outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.conf import settings as django_settings

from alignment.imports import reading
from alignment.imports.parsing.chunks import Source
from alignment.imports.parsing.tables import Limits, UnreadableTable
from alignment.imports.reading import Reader, ReaderLost, source_of
from tests.cast import Cast

from .lists import companies, run, taken, uploaded

PATIENCE = 20.0


@pytest.fixture
def reader(cast: Cast) -> Iterator[Reader]:
    reader = Reader(uploaded(cast.program, companies(7)), 0, 3)
    yield reader
    reader.close()


def test_chunks_follow_each_other_to_the_end(reader: Reader) -> None:
    for expected in (["0", "1", "2"], ["3", "4", "5"], ["6"]):
        names = [values["name"] for values in reader.next().prepared]
        assert names == [f"Company {n}" for n in expected]
        reader.read_ahead()
    assert (reader.row, reader.progress) == (8, 1.0)


def test_it_goes_on_behind_a_row(cast: Cast) -> None:
    reader = Reader(uploaded(cast.program, companies(7)), 6, 3)
    assert [row.number for row in reader.next().rows] == [7, 8]
    reader.close()


def test_what_is_wrong_with_the_file_comes_through(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is in the middle of the file, after a good chunk."""

    def strict(*given: Any) -> Source:
        return replace(source_of(*given), limits=Limits(cells=20))

    monkeypatch.setattr(reading, "source_of", strict)
    reader = Reader(uploaded(cast.program, companies(7)), 0, 3)
    assert len(reader.next().rows) == 3
    with pytest.raises(UnreadableTable) as refused:
        reader.next()
    assert "20" in refused.value.message
    reader.close()


def test_a_reader_that_dies_fails_the_import_and_closing_it_leaves_nothing(
    cast: Cast, reader: Reader
) -> None:
    process = psutil.Process(reader._process.pid)
    reader.read_ahead()
    process.kill()
    with pytest.raises(ReaderLost):
        list(iter(reader.next, None))
    reader.close()
    assert not process.is_running()
    assert taken(run(uploaded(cast.program, companies(2)))) == {"rows": 2, "created": 2}


def test_it_ends_with_whoever_it_reads_for(tmp_path: Path) -> None:
    """The parent is killed without a chance to clean up."""
    path = tmp_path / "companies.csv"
    path.write_bytes(companies(20_000))
    script = f"""
import pickle, subprocess, sys, time
from datetime import UTC, datetime
from pathlib import Path
from alignment.imports.parsing.chunks import Source
from alignment.imports.parsing.tables import Limits
reader = subprocess.Popen([sys.executable, "-c",
    "from alignment.imports.parsing.chunks import serve; serve()"],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE)
pickle.dump(Source(Path({str(path)!r}), "", "", "", Limits(), "accounts", [], UTC, {{}},
    datetime.now(UTC), 0, 1_000, None), reader.stdin)
reader.stdin.close()
print(reader.pid, flush=True)
time.sleep(60)
"""
    owner = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=django_settings.BASE_DIR,
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout is not None
    child = psutil.Process(int(owner.stdout.readline()))
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    until = time.monotonic() + PATIENCE
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until
        time.sleep(0.05)

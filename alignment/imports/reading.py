"""An uploaded file as a stream of parsed rows that can start at any row."""

from __future__ import annotations

import hashlib
import pickle
import subprocess
import sys
import zoneinfo
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, tzinfo
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from alignment.core.isolated_process import TooCostly, run_isolated
from alignment.imports.models import Import
from alignment.imports.parsing.chunks import Chunk, Prepare, Source, serve
from alignment.imports.parsing.glimpses import Asked, Glimpse, glimpse
from alignment.imports.parsing.mapping import ColumnMapping
from alignment.imports.parsing.opening import is_small, is_workbook
from alignment.imports.parsing.tables import Limits, UnreadableTable
from alignment.imports.repair import is_repair

# What opening a workbook may cost while somebody waits; 200,000 companies take 5 seconds.
OPENING_SECONDS, OPENING_MEGABYTES = 30, 2_048
KEPT_FOR = 3_600

# Adds to the prepared values what needs more than the file, such as the database.
Complete = Callable[[list[Any]], list[Any]]


class ReaderLost(RuntimeError):
    """The reading process ended early: it was killed or ran out of memory."""


def limits() -> Limits:
    """The limits of a file in this installation."""
    return Limits(file=settings.IMPORT_MAX_BYTES)


def glimpse_of(upload: Import, *, encoding: str = "", separator: str = "") -> Glimpse:
    """The file's columns and first rows; an empty encoding or separator is detected.

    A workbook that is not small is opened in a process of its own, once an hour at most. Raises
    `UnreadableTable`, or `FileNotFoundError` if the file is gone.
    """
    path, sheet = Path(upload.file.path).resolve(), upload.options.get("sheet", "")
    asked = Asked(path, upload.kind, limits(), sheet, encoding, separator)
    if is_small(path) or not is_workbook(path):
        found = glimpse(asked)
    else:
        known: Glimpse | None = cache.get(_key(upload, sheet)) if sheet else None
        found = known or _glimpse_isolated(upload, asked)
    return found.unmarked() if is_repair(found.headers) else found


def _glimpse_isolated(upload: Import, asked: Asked) -> Glimpse:
    try:
        found = run_isolated(glimpse, asked, seconds=OPENING_SECONDS, megabytes=OPENING_MEGABYTES)
    except TooCostly:
        raise UnreadableTable("too_costly") from None
    cache.set(_key(upload, found.sheet), found, KEPT_FOR)
    return found


def _key(upload: Import, sheet: str) -> str:
    """The content of a stored file never changes. The name of a sheet may be any text."""
    return f"glimpse:{upload.file.name}:{hashlib.sha256(sheet.encode()).hexdigest()}"


def columns_of(upload: Import) -> list[ColumnMapping]:
    """The mapping as chosen."""
    return [ColumnMapping.from_json(value) for value in upload.mapping.get("columns", ())]


def source_of(upload: Import, after: int, chunk: int, prepare: Prepare | None) -> Source:
    """The file's rows after a row, under its mapping and options."""
    options = upload.options
    return Source(
        path=Path(upload.file.path).resolve(),
        sheet=options.get("sheet", ""),
        encoding=options.get("encoding", ""),
        separator=options.get("separator", ""),
        limits=limits(),
        kind=upload.kind,
        columns=columns_of(upload),
        zone=zone_of(upload),
        rates=rates_of(options),
        now=timezone.now(),
        after=after,
        chunk=chunk,
        prepare=prepare,
        is_repair=is_repair(options.get("headers", ())),
    )


def zone_of(upload: Import) -> tzinfo:
    """The zone for times without one: as chosen, else the program's."""
    for name in (upload.options.get("time_zone"), upload.program.time_zone):
        try:
            if name:
                return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            continue
    return UTC


def rates_of(options: Mapping[str, Any]) -> dict[str, Decimal]:
    """Dollars per unit of other currencies, as far as given."""
    rates: dict[str, Decimal] = {}
    for currency, rate in options.get("rates", {}).items():
        try:
            rates[currency] = Decimal(str(rate))
        except InvalidOperation:
            continue
    return rates


class Reader:
    """The file after its cursor, read by a process of its own (`parsing.chunks`).

    `row` is the number of the last row returned. `read_ahead` fetches the next chunk and completes
    its values while the database is busy. The first chunk is completed in the caller's thread, so
    whatever must be looked up once is looked up there.
    """

    def __init__(
        self,
        upload: Import,
        after: int,
        chunk: int,
        prepare: Prepare | None = None,
        complete: Complete | None = None,
    ) -> None:
        self._complete = complete
        self.row = after
        self.progress = 0.0
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"from {serve.__module__} import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=settings.BASE_DIR,
        )
        assert self._process.stdin is not None
        with self._process.stdin as asked:
            pickle.dump(source_of(upload, after, chunk, prepare), asked)
        self._ahead = ThreadPoolExecutor(max_workers=1, thread_name_prefix="import-reader")
        self._coming: Future[Chunk] | None = None

    def _take(self) -> Chunk:
        assert self._process.stdout is not None
        try:
            found = pickle.load(self._process.stdout)
        except (EOFError, pickle.UnpicklingError) as error:
            raise ReaderLost(self._process.poll()) from error
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, Chunk)
        if self._complete is None:
            return found
        return found._replace(prepared=self._complete(found.prepared))

    def next(self) -> Chunk:
        """The next rows; fewer than a chunk at the end of the file.

        Raises `UnreadableTable`, or `FileNotFoundError` if the file is gone.
        """
        coming, self._coming = self._coming, None
        chunk = coming.result() if coming else self._take()
        self.progress = chunk.progress
        if chunk.rows:
            self.row = chunk.rows[-1].number
        return chunk

    def read_ahead(self) -> None:
        """Start on the next chunk; call it just before the database has much to do."""
        if self._coming is None:
            self._coming = self._ahead.submit(self._take)

    def close(self) -> None:
        """End the process, and with it anything still waiting for it."""
        self._process.kill()
        self._ahead.shutdown(wait=True, cancel_futures=True)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process.wait()

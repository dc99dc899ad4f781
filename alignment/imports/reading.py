"""An uploaded file as a stream of parsed rows that can be taken up at any row."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, tzinfo
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone

from alignment.imports.models import Import
from alignment.imports.parsing.mapping import ColumnMapping
from alignment.imports.parsing.rows import ParsedRow, RowParser
from alignment.imports.parsing.tables import Limits, Table, open_table
from alignment.imports.parsing.targets import Kind

# Makes of a row's values what its taker wants; needs no database.
Prepare = Callable[[dict[str, Any]], Any]


def limits() -> Limits:
    """What a file may cost here."""
    return Limits(file=settings.IMPORT_MAX_BYTES)


def open_upload(upload: Import) -> Table:
    """The file as a table. Raises `UnreadableTable`, or `FileNotFoundError` once it is gone."""
    options = upload.options
    return open_table(
        Path(upload.file.path),
        sheet=options.get("sheet", ""),
        encoding=options.get("encoding", ""),
        separator=options.get("separator", ""),
        limits=limits(),
    )


def columns_of(upload: Import) -> list[ColumnMapping]:
    """The mapping as chosen."""
    return [ColumnMapping.from_json(value) for value in upload.mapping.get("columns", ())]


def parser_of(upload: Import, headers: list[str]) -> RowParser:
    """The parser of the file's rows under its mapping and options."""
    kind: Kind = upload.target  # type: ignore[assignment]
    return RowParser(
        kind,
        columns_of(upload),
        headers,
        zone=zone_of(upload),
        rates=rates_of(upload.options),
        now=timezone.now(),
    )


def zone_of(upload: Import) -> tzinfo:
    """The zone of times that name none: as chosen, else the program's."""
    for name in (upload.options.get("time_zone"), upload.program.time_zone):
        try:
            if name:
                return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            continue
    return UTC


def rates_of(options: Mapping[str, Any]) -> dict[str, Decimal]:
    """Dollars for one unit of another currency, as far as they were given."""
    rates: dict[str, Decimal] = {}
    for currency, rate in options.get("rates", {}).items():
        try:
            rates[currency] = Decimal(str(rate))
        except InvalidOperation:
            continue
    return rates


class Chunk(NamedTuple):
    """Rows of a file as they were parsed, and of the usable ones what `prepare` made of each."""

    rows: list[ParsedRow]
    prepared: list[Any]
    progress: float


class Reader:
    """An open file behind its cursor. `row` is the number of the last row handed out.

    `read_ahead` has the next chunk read and prepared while the database is busy: a reader that
    ran beside Python code would only take turns with it.
    """

    def __init__(self, upload: Import, after: int, chunk: int, prepare: Prepare) -> None:
        self._table = open_upload(upload)
        self.row = after
        self.progress = 0.0
        self._chunk = chunk
        self._prepare = prepare
        self._parser = parser_of(upload, self._table.headers)
        self._rows = self._after(after)
        self._ahead = ThreadPoolExecutor(max_workers=1, thread_name_prefix="import-reader")
        self._coming: Future[Chunk] | None = None

    def _after(self, row: int) -> Iterator[ParsedRow]:
        for found in self._table.rows():
            if found.number > row:
                yield self._parser.parse(found)

    def _read(self) -> Chunk:
        rows = list(islice(self._rows, self._chunk))
        prepared = [self._prepare(row.values) for row in rows if row.usable]
        return Chunk(rows, prepared, self._table.progress())

    def next(self) -> Chunk:
        """The next rows; fewer than a chunk at the end of the file."""
        coming, self._coming = self._coming, None
        chunk = coming.result() if coming else self._read()
        self.progress = chunk.progress
        if chunk.rows:
            self.row = chunk.rows[-1].number
        return chunk

    def read_ahead(self) -> None:
        """Start on the next chunk; called just before the database has much to do."""
        if self._coming is None:
            self._coming = self._ahead.submit(self._read)

    def close(self) -> None:
        """Release the file."""
        self._ahead.shutdown(wait=True, cancel_futures=True)
        self._table.close()

"""A file read in chunks, by a process of its own.

Reading takes about as long as storing, and a thread would only take turns with the one that stores.
The process needs no database and no settings: it gets a `Source` on standard input and writes
chunks to standard output. It is one chunk ahead, waits until that is taken, and ends by itself once
the consumer is gone: a pipe without a reader is an error.
"""

from __future__ import annotations

import gc
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from alignment.imports.parsing.companies import Companies
from alignment.imports.parsing.contradictions import Contradictions
from alignment.imports.parsing.errors import RowError
from alignment.imports.parsing.mapping import ColumnMapping
from alignment.imports.parsing.opening import open_table
from alignment.imports.parsing.rows import ParsedRow, RowParser
from alignment.imports.parsing.shared_domains import SharedDomains
from alignment.imports.parsing.tables import Limits, Table
from alignment.imports.parsing.targets import Kind

# Converts a row's values for the importer; needs no database, and must be a module-level function.
Prepare = Callable[[dict[str, Any]], Any]
# How many new objects trigger the garbage collector: rows hold no cycles.
COLLECT_AFTER = 500_000


@dataclass(frozen=True, slots=True)
class Source:
    """The file, how to read it, and after which row to start."""

    path: Path
    sheet: str
    encoding: str
    separator: str
    limits: Limits
    kind: Kind
    columns: Sequence[ColumnMapping]
    zone: tzinfo
    rates: Mapping[str, Decimal]
    now: datetime
    after: int
    chunk: int
    prepare: Prepare | None
    is_repair: bool = False


class ReadRow(NamedTuple):
    """What remains of a row besides its values."""

    number: int
    errors: list[RowError]
    cells: list[str]
    usable: bool


class Chunk(NamedTuple):
    """Rows of a file, and for the usable ones the values, or the results of `prepare`."""

    rows: list[ReadRow]
    prepared: list[Any]
    progress: float


def chunks(source: Source) -> Iterator[Chunk]:
    """All chunks after the cursor; the last one is shorter than the others, perhaps empty.

    Raises `UnreadableTable`, or `FileNotFoundError` if the file is gone.
    """
    with open_table(
        source.path,
        sheet=source.sheet,
        encoding=source.encoding,
        separator=source.separator,
        limits=source.limits,
    ) as table:
        if source.is_repair:
            table.as_repair()
        rows = _parsed(source, table)
        full = True
        while full:
            found = list(islice(rows, source.chunk))
            full = len(found) == source.chunk
            usable = [row.values for row in found if row.usable]
            yield Chunk(
                [ReadRow(row.number, row.errors, row.cells, row.usable) for row in found],
                [source.prepare(values) for values in usable] if source.prepare else usable,
                table.progress(),
            )


def _parsed(source: Source, table: Table) -> Iterator[ParsedRow]:
    parser = RowParser(
        source.kind,
        source.columns,
        table.headers,
        zone=source.zone,
        rates=source.rates,
        now=source.now,
    )
    companies = Companies()
    domains = SharedDomains(source.kind, source.columns, table.headers, companies)
    facts = Contradictions(source.kind, source.columns, table.headers, companies)
    for found in table.rows():
        is_new = found.number > source.after
        # Rows before the cursor count too: they may have given a domain or a company's facts first.
        if is_new or source.kind == "accounts":
            row = facts.judged(domains.judged(parser.parse(found)))
            if is_new:
                yield row


def serve() -> None:
    """The reading process: sends chunks of the source it receives, or the error that prevents
    them."""
    gc.set_threshold(COLLECT_AFTER)
    # Without a reader, end silently, like other programs that write to pipes.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    # Ctrl-C in a terminal is meant for the parent process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source: Source = pickle.load(sys.stdin.buffer)
    given = sys.stdout.buffer
    try:
        for chunk in chunks(source):
            pickle.dump(chunk, given, pickle.HIGHEST_PROTOCOL)
            given.flush()
    except Exception as error:
        pickle.dump(error, given, pickle.HIGHEST_PROTOCOL)

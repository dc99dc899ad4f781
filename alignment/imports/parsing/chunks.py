"""A file read in chunks, by a process of its own.

Reading takes about as long as storing, and a thread would only take turns with the one that stores.
The process needs no database and no settings: it is told a `Source` on its standard input, and
hands over what it read on its standard output. It is one chunk ahead, waits for its reader to
take it, and ends by itself once nobody can: a pipe without a reader is an error.
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

# Makes of a row's values what its taker wants; needs no database, and is a function of a module.
Prepare = Callable[[dict[str, Any]], Any]
# So many new objects before the garbage collector looks: rows hold no cycles.
COLLECT_AFTER = 500_000


@dataclass(frozen=True, slots=True)
class Source:
    """Which file, how it is read, and from behind which row on."""

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
    """What is left of a row beside its values."""

    number: int
    errors: list[RowError]
    cells: list[str]
    usable: bool


class Chunk(NamedTuple):
    """Rows of a file, and of the usable ones the values, or what `prepare` made of them."""

    rows: list[ReadRow]
    prepared: list[Any]
    progress: float


def chunks(source: Source) -> Iterator[Chunk]:
    """All chunks behind the cursor; the last one is shorter than the others, maybe empty.

    Raises `UnreadableTable`, or `FileNotFoundError` once the file is gone.
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
        # Who gave a domain first, and what it said, may stand before the cursor.
        if is_new or source.kind == "accounts":
            row = facts.judged(domains.judged(parser.parse(found)))
            if is_new:
                yield row


def serve() -> None:
    """The reading process: chunks of the source it is told, or the error that prevents them."""
    gc.set_threshold(COLLECT_AFTER)
    # When nobody reads on, end without a word, as other writers to pipes do.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    # Ctrl-C in a terminal is for whoever started this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source: Source = pickle.load(sys.stdin.buffer)
    given = sys.stdout.buffer
    try:
        for chunk in chunks(source):
            pickle.dump(chunk, given, pickle.HIGHEST_PROTOCOL)
            given.flush()
    except Exception as error:
        pickle.dump(error, given, pickle.HIGHEST_PROTOCOL)

"""What an uploaded file is: its columns, what they probably feed, and how its text is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alignment.imports.models import Import
from alignment.imports.parsing.doubts import doubts_about
from alignment.imports.parsing.encodings import encoding_name, unreadable_line
from alignment.imports.parsing.mapping import (
    ColumnMapping,
    guess_mapping,
    turn_to_best_sheet,
)
from alignment.imports.parsing.opening import open_table
from alignment.imports.parsing.tables import Table, UnreadableTable
from alignment.imports.parsing.targets import Kind
from alignment.imports.reading import columns_of, limits
from alignment.imports.storing import storable

SAMPLED_ROWS = 200
# How a text is written: detected, unless somebody chose.
WRITTEN = ("encoding", "separator")


def look_inside(upload: Import) -> None:
    """Note what the file is and guess its mapping. Raises `UnreadableTable`."""
    options = upload.options
    kind: Kind = upload.target  # type: ignore[assignment]
    _check_encoding(upload)
    with open_table(
        upload.file.path,
        sheet=options.get("sheet", ""),
        encoding=chosen(upload, "encoding"),
        separator=chosen(upload, "separator"),
        limits=limits(),
    ) as table:
        if not options.get("sheet"):
            turn_to_best_sheet(table, kind)
        sample = table.sample(SAMPLED_ROWS)
        guessed = guess_mapping(kind, table.headers, sample)
        upload.options = {
            **options,
            "headers": [storable(header) for header in table.headers],
            "kind": table.kind,
            "encoding": table.encoding,
            "separator": table.separator,
            "detected": _detected(upload, table),
            "sheet": table.sheet,
            "sheets": list(table.sheets),
            "rows": _rows_in(table, sample, upload.size),
            "doubts": [
                {"code": doubt.code, "value": storable(doubt.value)}
                for doubt in doubts_about(kind, table.headers, sample)
            ],
        }
    upload.mapping = {"columns": [column.as_json() for column in guessed]}


def look_otherwise(upload: Import, *, encoding: str, separator: str) -> None:
    """Look again at a text, as somebody says that it is written ("": as detected).

    Raises `UnreadableTable`, and then nothing has changed.
    """
    options, mapping, before = upload.options, upload.mapping, columns_of(upload)
    if options.get("kind") != "csv":
        raise UnreadableTable("not_text")
    upload.options = {**options, "chosen": {"encoding": encoding, "separator": separator}}
    try:
        look_inside(upload)
    except UnreadableTable:
        upload.options, upload.mapping = options, mapping
        raise
    kept = _kept(upload, before, options["headers"])
    upload.mapping = {"columns": [column.as_json() for column in kept]}


def chosen(upload: Import, name: str) -> str:
    """The encoding or separator that somebody chose; "" while it is the detected one."""
    return str(upload.options.get("chosen", {}).get(name, ""))


def detected(upload: Import, name: str) -> str:
    """The encoding or separator as detected, whatever was chosen since; "" if it never was."""
    found = upload.options.get("detected")
    return str((upload.options if found is None else found).get(name, ""))


def _detected(upload: Import, table: Table) -> dict[str, str]:
    return {
        name: detected(upload, name) if chosen(upload, name) else getattr(table, name)
        for name in WRITTEN
    }


def _check_encoding(upload: Import) -> None:
    """What was detected has been judged as kindly as it deserves; what is chosen must fit."""
    encoding = chosen(upload, "encoding")
    if not encoding or encoding == detected(upload, "encoding"):
        return
    if line := unreadable_line(Path(upload.file.path), encoding):
        name = encoding_name(encoding)
        raise UnreadableTable("not_in_encoding", encoding=name, line=str(line))


def _kept(
    upload: Import, before: Sequence[ColumnMapping], headers: Sequence[str]
) -> list[ColumnMapping]:
    """What the columns fed, where they are as many as before; a new header may say more."""
    guessed, now = columns_of(upload), upload.options["headers"]
    if len(headers) != len(now):
        return guessed
    places, fields = {column.index for column in before}, {column.field for column in before}
    more = (
        column
        for column in guessed
        if headers[column.index] != now[column.index]
        and column.index not in places
        and column.field not in fields
    )
    return sorted([*before, *more], key=lambda column: column.index)


def _rows_in(table: Table, sample: Sequence[Sequence[str]], size: int) -> int:
    """Roughly how many rows there are: of a text as many as rows like the first ones fill it."""
    if table.kind != "csv" or len(sample) < SAMPLED_ROWS:
        return table.estimated_rows()
    # Of any separator, a mark as long; a line end is one more.
    text = "".join(",".join(cells) + "\n" for cells in sample)
    length = len(text.encode(table.encoding, "replace"))
    return round(size * len(sample) / length)

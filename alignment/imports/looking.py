"""Examining an uploaded file: its columns, their likely fields, encoding and separator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from alignment.imports.models import Import
from alignment.imports.parsing.doubts import doubts_about
from alignment.imports.parsing.encodings import encoding_name, unreadable_line
from alignment.imports.parsing.glimpses import Glimpse
from alignment.imports.parsing.mapping import ColumnMapping, guess_mapping
from alignment.imports.parsing.tables import UnreadableTable
from alignment.imports.reading import columns_of, glimpse_of
from alignment.imports.repair import repaired
from alignment.imports.storing import storable

# Detected, unless somebody chose them.
WRITTEN = ("encoding", "separator")
# Other options that people set for reading values.
SAID = ("time_zone", "rates")


def look_inside(upload: Import) -> None:
    """Examine the file and guess its mapping. Raises `UnreadableTable`."""
    options = upload.options
    _check_encoding(upload)
    found = glimpse_of(
        upload, encoding=chosen(upload, "encoding"), separator=chosen(upload, "separator")
    )
    if not found.first and not found.rows:
        raise UnreadableTable("no_rows")
    guessed = guess_mapping(upload.kind, found.headers, found.sample)
    upload.options = {
        **options,
        "headers": [storable(header) for header in found.headers],
        "kind": found.format,
        "encoding": found.encoding,
        "separator": found.separator,
        "detected": _detected(upload, found),
        "sheet": found.sheet,
        "sheets": list(found.sheets),
        "rows": found.rows,
        "doubts": [
            {"code": doubt.code, "value": storable(doubt.value)}
            for doubt in doubts_about(upload.kind, found.headers, found.sample)
        ],
    }
    _map(upload, guessed)
    _read_as_before(upload)


def look_otherwise(upload: Import, *, encoding: str, separator: str) -> None:
    """Examine a text file again with a chosen encoding or separator ("": as detected).

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
    _map(upload, _kept(upload, before, options["headers"]))


def chosen(upload: Import, name: str) -> str:
    """The encoding or separator that somebody chose; "" if the detected one is used."""
    return str(upload.options.get("chosen", {}).get(name, ""))


def detected(upload: Import, name: str) -> str:
    """The encoding or separator as detected, whatever was chosen since; "" if it never was."""
    found = upload.options.get("detected")
    return str((upload.options if found is None else found).get(name, ""))


def _map(upload: Import, columns: Sequence[ColumnMapping]) -> None:
    upload.mapping = {"columns": [column.as_json() for column in columns]}


def _read_as_before(upload: Import) -> None:
    """Propose the original import's options for rows that come back repaired.

    Fields and units of the columns come from there, because the few rows of the file may mislead.
    """
    headers = upload.options["headers"]
    former = _former(upload, headers)
    if former is None:
        return
    named, at = former.options.get("headers", ()), {name: i for i, name in enumerate(headers)}
    columns = [
        replace(column, index=at[named[column.index]])
        for column in columns_of(former)
        if named[column.index] in at
    ]
    fed = {column.field for column in columns}
    new = [c for c in columns_of(upload) if headers[c.index] not in named and c.field not in fed]
    _map(upload, sorted([*columns, *new], key=lambda column: column.index))
    said = {name: former.options[name] for name in SAID if name in former.options}
    upload.options = {**said, **upload.options, "repairs": former.pk}
    if upload.pk is None:
        upload.source = upload.source or former.source


def _former(upload: Import, headers: Sequence[str]) -> Import | None:
    """The import that a repair file names, if it is in this program and the same kind of list."""
    number = repaired(headers)
    if number is None:
        return None
    same = Import.objects.in_program(upload.program_id).filter(target=upload.target)
    return same.filter(pk=number).first()


def _detected(upload: Import, found: Glimpse) -> dict[str, str]:
    return {
        name: detected(upload, name) if chosen(upload, name) else getattr(found, name)
        for name in WRITTEN
    }


def _check_encoding(upload: Import) -> None:
    """A chosen encoding must fit the whole file; for a detected one some errors are tolerated."""
    encoding = chosen(upload, "encoding")
    if not encoding or encoding == detected(upload, "encoding"):
        return
    if line := unreadable_line(Path(upload.file.path), encoding):
        name = encoding_name(encoding)
        raise UnreadableTable("not_in_encoding", encoding=name, line=str(line))


def _kept(
    upload: Import, before: Sequence[ColumnMapping], headers: Sequence[str]
) -> list[ColumnMapping]:
    """Keep the columns' fields if their number is unchanged; a changed header may say more."""
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

"""How the first rows of a file are read under a mapping: raw cells beside their values."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from accounts.models import Stakeholder
from alignment.imports.models import Import
from alignment.imports.parsing.errors import RowError
from alignment.imports.parsing.mapping import ColumnMapping, missing_fields
from alignment.imports.parsing.rows import RowParser
from alignment.imports.parsing.scales import UNKNOWN_SCALE
from alignment.imports.parsing.tables import Row
from alignment.imports.parsing.targets import TARGETS, Field
from alignment.imports.reading import glimpse_of, rates_of, zone_of
from alignment.people.models import Side

SHOWN_SAMPLES = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Sample:
    """One cell: its text, and its value or error."""

    raw: str
    value: str
    problem: str


@dataclasses.dataclass(slots=True)
class ColumnPreview:
    """One column of the file with its field."""

    index: int
    header: str
    field: Field | None
    chosen: ColumnMapping | None
    twice: bool = False
    # Nobody has chosen the unit of its numbers.
    unclear: bool = False
    filled: int = 0
    failed: int = 0
    samples: list[Sample] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True, slots=True)
class Preview:
    """All columns, and the fields of which one is still needed."""

    columns: list[ColumnPreview]
    lacking: list[list[str]]
    looked_at: int
    # How many of the first rows are unusable, and the error of the first of them.
    unusable: int = 0
    why: str = ""

    @property
    def used(self) -> int:
        return sum(1 for column in self.columns if column.field)

    @property
    def ready(self) -> bool:
        return not self.lacking and not any(c.twice or c.unclear for c in self.columns)


def preview_of(
    upload: Import, columns: Sequence[ColumnMapping], options: dict[str, Any]
) -> Preview:
    """Parse the first rows of the file under a mapping that need not be saved or valid."""
    found = glimpse_of(
        upload,
        encoding=upload.options.get("encoding", ""),
        separator=upload.options.get("separator", ""),
    )
    headers = found.headers
    rows = [row.cells for row in found.first if not row.fault]
    fields = TARGETS[upload.kind].fields
    taken = [column.field for column in columns]
    chosen = {column.index: column for column in columns if column.field in fields}
    zone, rates = zone_of(upload), rates_of(options)
    previews = []
    for index, header in enumerate(headers):
        column = chosen.get(index)
        preview = ColumnPreview(index, header, fields[column.field] if column else None, column)
        preview.unclear = bool(column and column.scale == UNKNOWN_SCALE)
        preview.twice = bool(column and taken.count(column.field) > 1)
        _fill(preview, upload, headers, (rows, found.telling), zone, rates)
        previews.append(preview)
    groups = missing_fields(upload.kind, list(chosen.values()))
    lacking = [[str(fields[name].label) for name in group] for group in groups]
    return Preview(previews, lacking, len(rows), *_unusable(found.first))


def _unusable(rows: Sequence[Row]) -> tuple[int, str]:
    faulty = [row for row in rows if row.fault]
    if not faulty:
        return 0, ""
    first, last = faulty[0].span or (faulty[0].number, faulty[0].number)
    error = RowError("", faulty[0].fault, {"first": str(first), "last": str(last)})
    return len(faulty), error.message


def _fill(
    preview: ColumnPreview,
    upload: Import,
    headers: list[str],
    looked_at: tuple[list[list[str]], list[list[str]]],
    zone: tzinfo,
    rates: dict[str, Decimal],
) -> None:
    """Counts of the first rows, and samples: unreadable cells first, then non-ASCII letters.

    The second group of rows is only shown, not counted.
    """
    rows, further = looked_at
    parser = None
    if preview.chosen:
        now = timezone.now()
        parser = RowParser(upload.kind, [preview.chosen], headers, zone=zone, rates=rates, now=now)
    good: dict[str, Sample] = {}
    bad: dict[str, Sample] = {}
    odd: dict[str, Sample] = {}
    for number, cells in enumerate(rows):
        raw = cells[preview.index].strip()
        if not raw:
            continue
        preview.filled += 1
        sample = _sample(parser, preview, Row(number, cells), raw, zone)
        if sample.problem:
            preview.failed += 1
            bad.setdefault(raw, sample)
        elif not raw.isascii():
            odd.setdefault(raw, sample)
        elif len(good) < SHOWN_SAMPLES:
            good.setdefault(raw, sample)
    for cells in further:
        raw = cells[preview.index].strip()
        if not raw.isascii():
            odd.setdefault(raw, _sample(parser, preview, Row(0, cells), raw, zone))
    few = SHOWN_SAMPLES - 1
    wrong, telling = list(bad.values()), list(odd.values())
    shown = [*wrong[:few], *telling[:few], *good.values(), *telling[few:]]
    preview.samples = shown[:SHOWN_SAMPLES]


def _sample(
    parser: RowParser | None, preview: ColumnPreview, row: Row, raw: str, zone: tzinfo
) -> Sample:
    shown = raw.replace("\0", "\ufffd")[:200]
    if parser is None or preview.field is None:
        return Sample(shown, "", "")
    parsed = parser.parse(row)
    errors = [error.message for error in parsed.errors if error.column == preview.header]
    values = {key: parsed.values[key] for key in preview.field.keys if key in parsed.values}
    return Sample(shown, _words(values, zone), " ".join(errors))


def _words(values: dict[str, Any], zone: tzinfo) -> str:
    """The parsed values in readable form."""
    lows = [key for key in values if key.endswith("_low")]
    if lows:
        low, high = values[lows[0]], values[lows[0].removesuffix("low") + "high"]
        return _range(low, high)
    values.pop("phone_raw", None)
    if "role" in values:
        return str(Stakeholder.CommitteeRole(values["role"]).label)
    if "side" in values:
        return str(Side(values["side"]).label)
    return " · ".join(_one(value, zone) for value in values.values())


def _range(low: int | None, high: int | None) -> str:
    ends = [None if end is None else number_format(end, force_grouping=True) for end in (low, high)]
    if ends[0] == ends[1]:
        return ends[0] or ""
    if ends[0] is None:
        return _("up to %(number)s") % {"number": ends[1]}
    if ends[1] is None:
        return _("%(number)s or more") % {"number": ends[0]}
    return f"{ends[0]} – {ends[1]}"


def _one(value: Any, zone: tzinfo) -> str:
    if value is True or value is False:
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return number_format(value, force_grouping=True)
    if isinstance(value, datetime):
        return date_format(value.astimezone(zone), "DATETIME_FORMAT")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)

"""Keyset pagination: a page starts after the last row of the previous one, so all pages cost the
same.

Rows are ordered by columns in one direction, the last of them unique; with an index in that order a
page is a short index scan. A cursor holds the values of a row in the address; an invalid one means
the first page.
"""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from django.db.models import BooleanField, F, Func, Model, Value

from alignment.core.rest.bodies import storable_text
from alignment.core.rest.moments import parse_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.db.models import QuerySet

Row = TypeVar("Row", bound=Model)
Shown = TypeVar("Shown")
Place = tuple[Any, ...]

LONGEST_TEXT = 400
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Ordering:
    """`columns` are field paths in the order of an index, `kinds` the Python types they hold."""

    columns: tuple[str, ...]
    kinds: tuple[type, ...]
    descending: bool = False

    def by(self, *, backwards: bool = False) -> list[str]:
        sign = "-" if self.descending != backwards else ""
        return [sign + column for column in self.columns]

    def place_of(self, row: Model) -> Place:
        return tuple(attrgetter(column.replace("__", "."))(row) for column in self.columns)


@dataclass(frozen=True, slots=True)
class Page(Generic[Shown]):
    """`after` and `before` are cursors of the neighbouring pages, empty at the ends."""

    rows: list[Shown]
    after: str = ""
    before: str = ""


class Start(NamedTuple):
    """Where a page starts: after the row at `place`, or `backwards` before it; None: at the top."""

    place: Place | None
    backwards: bool = False


class RowBeyond(Func):
    """`(a, b) > (x, y)`: a row comparison that PostgreSQL answers from an index on (a, b)."""

    output_field = BooleanField()
    conditional = True
    arg_joiner = ", "

    def __init__(self, columns: Sequence[str], place: Place, *, greater: bool) -> None:
        super().__init__(*(F(column) for column in columns), *(Value(value) for value in place))
        self.width = len(columns)
        self.greater = greater

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **_extra: Any
    ) -> tuple[str, Any]:
        parts = [compiler.compile(expression) for expression in self.get_source_expressions()]
        left = ", ".join(sql for sql, _ in parts[: self.width])
        right = ", ".join(sql for sql, _ in parts[self.width :])
        values = [value for _, params in parts for value in params]
        return f"({left}) {'>' if self.greater else '<'} ({right})", values


def page_of(
    rows: QuerySet[Row],
    ordering: Ordering,
    asked: Mapping[str, str],
    *,
    size: int = 50,
    whole: QuerySet[Row] | None = None,
) -> Page[Row]:
    """The page that `after` or `before` in the address asks for, in one query.

    With `whole`, the same rows without filters, the query first finds the keys and then reads only
    those rows, so that a search in narrow indexes does not read the table.
    """
    place, backwards = start = start_of(asked, ordering.kinds)
    if place is not None:
        greater = ordering.descending == backwards
        rows = rows.filter(RowBeyond(ordering.columns, place, greater=greater))
    by = ordering.by(backwards=backwards)
    rows = rows.order_by(*by)[: size + 1]
    if whole is not None:
        rows = whole.filter(pk__in=rows.values("pk")).order_by(*by)
    return page_from(list(rows), start, size=size, place_of=ordering.place_of)


def start_of(asked: Mapping[str, str], kinds: tuple[type, ...]) -> Start:
    """Where the page starts that `after` or `before` in the address asks for."""
    before = asked.get("before")
    place = read_cursor(before or asked.get("after") or "", kinds)
    return Start(place, backwards=bool(before) and place is not None)


def page_from(
    found: Sequence[Shown], start: Start, *, size: int, place_of: Callable[[Shown], Place]
) -> Page[Shown]:
    """The page of rows read from `start` on, in the direction in which they were read. One row more
    than `size` says that there are others.
    """
    more = len(found) > size
    rows = list(found[:size])
    if start.backwards:
        rows.reverse()
    if not rows:
        return Page([])
    has_after = more or start.backwards
    has_before = more if start.backwards else start.place is not None
    return Page(
        rows,
        after=write_cursor(place_of(rows[-1])) if has_after else "",
        before=write_cursor(place_of(rows[0])) if has_before else "",
    )


def write_cursor(place: Place) -> str:
    values = [value.isoformat() if isinstance(value, date) else value for value in place]
    packed = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def read_cursor(text: str, kinds: tuple[type, ...]) -> Place | None:
    """The position in a cursor; None if it is missing, invalid, or of another order."""
    try:
        values = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != len(kinds):
            return None
        return tuple(_value(value, kind) for value, kind in zip(values, kinds, strict=True))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        return None


def _value(value: Any, kind: type) -> Any:
    if kind is datetime and isinstance(value, str):
        return parse_moment(value)
    if kind is date and isinstance(value, str):
        return date.fromisoformat(value)
    if type(value) is not kind:
        raise TypeError
    if isinstance(value, str) and (len(value) > LONGEST_TEXT or not storable_text(value)):
        raise ValueError
    if isinstance(value, int) and abs(value) > LARGEST:
        raise ValueError
    return value

"""Lists as CSV files, streamed, so that neither memory nor a time limit bounds their length.

The format suits spreadsheets in the reader's language: where 1.5 is written 1,5, cells are
separated by semicolons, as Excel expects there.
"""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.http import StreamingHttpResponse
from django.utils import timezone

from alignment.core.figures import decimal_comma
from alignment.core.formulas import inert
from alignment.core.streaming import in_the_background

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Excel reads a file as UTF-8 only if it begins with this mark.
BYTE_ORDER_MARK = "\ufeff"


def csv_response(
    *, name: str, head: Sequence[str], batches: Iterable[Iterable[Sequence[Any]]]
) -> StreamingHttpResponse:
    """A download named `name-2026-11-23.csv`; each batch becomes one chunk."""
    day = timezone.localdate().isoformat()
    return StreamingHttpResponse(
        in_the_background(_chunks(head, batches)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}-{day}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _chunks(head: Sequence[str], batches: Iterable[Iterable[Sequence[Any]]]) -> Iterator[str]:
    yield BYTE_ORDER_MARK + _lines([head])
    for batch in batches:
        if lines := _lines(batch):
            yield lines


def _lines(rows: Iterable[Sequence[Any]]) -> str:
    text, with_comma = io.StringIO(), decimal_comma()
    writer = csv.writer(text, delimiter=";" if with_comma else ",")
    writer.writerows([_cell(value, with_comma=with_comma) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any, *, with_comma: bool) -> Any:
    if value is None:
        return ""
    if isinstance(value, float):
        # Digits beyond the sixth are floating-point noise.
        value = round(value, 6)
    if with_comma and isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    return inert(value) if isinstance(value, str) else value

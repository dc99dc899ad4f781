"""The order of the queue: running promises by due time, then the leads that rose last.

Two index scans one after the other: one order over both would read every lead of the stage. A
cursor says in which of the two a page ended.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef

from alignment.sla.queries.lead_work import first_due, running

from ..paging import Ordering, Page, RowBeyond, read_cursor, write_cursor
from .selection import leads_matching

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from alignment.people.models import Program

    from .filters import LeadFilter

ORDERINGS = (
    Ordering(("due_at", "id"), (datetime, int)),
    Ordering(("stage_since", "id"), (datetime, int), descending=True),
)
TIMED, UNTIMED = 0, 1
Found = tuple[int, Any]


def due_page(
    *, program: Program, asked: LeadFilter, query: Mapping[str, str], size: int
) -> Page[int]:
    """The ids of the leads on the page at the cursor: two queries at most."""
    backwards = bool(query.get("before"))
    start = _read(query.get("before") or query.get("after") or "")
    backwards = backwards and start is not None
    part, place = start or (TIMED, None)
    found: list[Found] = []
    for number in range(part, -1, -1) if backwards else range(part, UNTIMED + 1):
        ordering = ORDERINGS[number]
        rows = _rows(program, asked, number)
        if place is not None and number == part:
            greater = ordering.descending == backwards
            rows = rows.filter(RowBeyond(ordering.columns, place, greater=greater))
        most = size + 1 - len(found)
        found += [(number, row) for row in rows.order_by(*ordering.by(backwards=backwards))[:most]]
        if len(found) > size:
            break
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page([])
    return Page(
        [row.lead_id if number == TIMED else row.pk for number, row in found],
        after=_write(*found[-1]) if more or backwards else "",
        before=_write(*found[0]) if (more if backwards else place is not None) else "",
    )


def _rows(program: Program, asked: LeadFilter, number: int) -> QuerySet[Any]:
    leads = leads_matching(program=program, asked=asked)
    if number == TIMED:
        return first_due(program.pk).filter(lead__in=leads.order_by().values("pk"))
    clocks = running(program.pk).filter(lead=OuterRef("pk"))
    return leads.filter(~Exists(clocks)).only("stage_since")


def _write(number: int, row: Any) -> str:
    return write_cursor((number, *ORDERINGS[number].place_of(row)))


def _read(text: str) -> tuple[int, tuple[Any, ...]] | None:
    place = read_cursor(text, (int, datetime, int))
    if place is None or place[0] not in (TIMED, UNTIMED):
        return None
    return place[0], place[1:]

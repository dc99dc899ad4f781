"""The order of the queue: running promises by due time, then the leads that rose last.

Two index scans one after the other: one order over both would read every lead of the stage. A
cursor says in which of the two a page ended.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef

from alignment.sla.queries.lead_work import first_due, running

from ..paging import Ordering, Page, Place, RowBeyond, Start, page_from, start_of
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
    start = _start_of(query)
    backwards = start.backwards
    part, *place = start.place or (TIMED,)
    found: list[Found] = []
    for number in range(part, -1, -1) if backwards else range(part, UNTIMED + 1):
        ordering = ORDERINGS[number]
        rows = _rows(program, asked, number)
        if place and number == part:
            greater = ordering.descending == backwards
            rows = rows.filter(RowBeyond(ordering.columns, tuple(place), greater=greater))
        most = size + 1 - len(found)
        found += [(number, row) for row in rows.order_by(*ordering.by(backwards=backwards))[:most]]
        if len(found) > size:
            break
    page = page_from(found, start, size=size, place_of=_place_of)
    ids = [row.lead_id if number == TIMED else row.pk for number, row in page.rows]
    return Page(ids, page.after, page.before)


def _rows(program: Program, asked: LeadFilter, number: int) -> QuerySet[Any]:
    leads = leads_matching(program=program, asked=asked)
    if number == TIMED:
        return first_due(program.pk).filter(lead__in=leads.order_by().values("pk"))
    clocks = running(program.pk).filter(lead=OuterRef("pk"))
    return leads.filter(~Exists(clocks)).only("stage_since")


def _place_of(found: Found) -> Place:
    number, row = found
    return (number, *ORDERINGS[number].place_of(row))


def _start_of(query: Mapping[str, str]) -> Start:
    start = start_of(query, (int, datetime, int))
    is_known = start.place is not None and start.place[0] in (TIMED, UNTIMED)
    return start if is_known else Start(None)

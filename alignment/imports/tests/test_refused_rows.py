"""Rows that are refused, or taken in part, and what is said of them."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from alignment.imports.models import ImportProblem
from tests.cast import Cast

from .lists import run, taken, uploaded


def test_engagements_lie_where_the_api_takes_them(cast: Cast) -> None:
    """Between 2000 and an hour from now."""
    run(uploaded(cast.program, b"Email\nada@b.com\n", target="stakeholders"))
    now = timezone.now()
    days = (1999, 2000, now + timedelta(minutes=50), now + timedelta(minutes=70), now.year + 1)
    moments = (f"{day}-06-01T00:00Z" if isinstance(day, int) else day.isoformat() for day in days)
    rows = "".join(f"ada@b.com,pricing page view,{moment}\n" for moment in moments)
    upload = uploaded(cast.program, f"Email,Event,Date\n{rows}".encode(), target="engagements")
    assert taken(run(upload)) == {"rows": 5, "created": 2, "rejected": 3}
    refused = ImportProblem.objects.in_program(cast.program).order_by("row")
    assert [row.row for row in refused] == [2, 5, 6]
    assert {row.errors[0]["code"] for row in refused} == {"date_range"}

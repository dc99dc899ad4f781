"""Rows that are rejected or imported in part, and their messages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account
from alignment.imports.models import ImportProblem
from tests.cast import Cast

from .lists import COMPANIES, run, taken, uploaded


def test_engagements_lie_where_the_api_takes_them(cast: Cast) -> None:
    """The accepted range is from 2000 to an hour from now."""
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


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_list_of_which_nothing_was_taken_is_not_in(cast: Cast, dry_run: bool) -> None:
    client = cast.client("marketer")

    def shown(rows: bytes) -> str:
        upload = uploaded(cast.program, COMPANIES.encode() + rows, by=cast.marketer)
        run(upload, dry_run=dry_run, by=cast.marketer)
        address = reverse("imports:detail", args=[cast.program.slug, upload.pk])
        return client.get(address).content.decode()

    headline = "No row would be taken in" if dry_run else "No row was taken in"
    otherwise = "This is what the import would do" if dry_run else "The list is in"
    refused = shown(b",,Paris,,7\n,,Lyon,,8\n")
    assert headline in refused
    assert "All 2 rows are refused." in refused
    assert otherwise not in refused
    assert "Import it now" not in refused
    assert "See the accounts" not in refused
    partly = shown(b",,Paris,,7\nAcme,acme.com,,,\n")
    assert headline not in partly
    assert otherwise in partly


def test_a_domain_alone_makes_a_company_and_the_page_says_so(cast: Cast) -> None:
    upload = uploaded(cast.program, (COMPANIES + ",nofour.com,,,5\n").encode())
    address = reverse("imports:detail", args=[cast.program.slug, upload.pk])
    shown = cast.client("marketer").get(address).content.decode()
    assert "* Each row needs Name or Domain." in shown
    assert "without a name is called by its domain" in shown
    run(upload)
    assert Account.objects.in_program(cast.program).get().name == "nofour.com"
    run(uploaded(cast.program, (COMPANIES + "No Four,nofour.com,,,\n").encode()))
    assert Account.objects.in_program(cast.program).get().name == "No Four"


def test_each_kind_of_list_says_what_its_rows_need(cast: Cast) -> None:
    upload = uploaded(
        cast.program, b"Email,Event,Date\na@b.com,x,2026-01-01\n", target="engagements"
    )
    address = reverse("imports:detail", args=[cast.program.slug, upload.pk])
    shown = cast.client("marketer").get(address).content.decode()
    assert "needs E-mail of the person or External id of the person, Signal, Date." in shown
    assert "called by its domain" not in shown

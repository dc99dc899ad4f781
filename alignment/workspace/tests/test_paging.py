"""Keyset pagination: no row twice, none missing, and the first page for an invalid cursor."""

from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime

import pytest

from accounts.models import Account
from alignment.workspace.paging import Ordering, page_of, read_cursor, write_cursor
from tests import cast as make
from tests.cast import Cast

BY_NAME = Ordering(("name_key", "id"), (str, int))
NEWEST = Ordering(("updated_at", "id"), (datetime, int), descending=True)


@pytest.mark.parametrize("ordering", [BY_NAME, NEWEST])
def test_forth_and_back_through_all_rows(cast: Cast, ordering: Ordering) -> None:
    for name in ("Beta", "Alpha", "Beta", "Gamma", "Alpha"):
        make.account(cast.program, name)
    rows = Account.objects.in_program(cast.program)
    whole = list(rows.order_by(*ordering.by()))
    seen, pages = [], []
    asked: dict[str, str] = {}
    while True:
        page = page_of(rows, ordering, asked, size=2)
        seen += page.rows
        pages.append(page)
        if not page.after:
            break
        asked = {"after": page.after}
    assert seen == whole
    assert len(pages) == 3
    assert not pages[0].before
    back = page_of(rows, ordering, {"before": pages[2].before}, size=2)
    assert back.rows == pages[1].rows
    first = page_of(rows, ordering, {"before": back.before}, size=2)
    assert first.rows == pages[0].rows
    assert not first.before
    assert first.after


def test_a_row_that_vanished_does_not_break_the_page_after_it(cast: Cast) -> None:
    for name in ("A", "B", "C"):
        make.account(cast.program, name)
    rows = Account.objects.in_program(cast.program)
    page = page_of(rows, BY_NAME, {}, size=1)
    rows.filter(pk=page.rows[0].pk).delete()
    assert page_of(rows, BY_NAME, {"after": page.after}, size=1).rows[0].name == "B"


@pytest.mark.parametrize(
    "nonsense",
    [
        "x",
        "%%%",
        "W10",
        "é",
        "bnVsbA",
        write_cursor(("a",)),
        write_cursor((1, 2)),
        urlsafe_b64encode(b'["\\ud800", 7]').decode(),
        write_cursor(("a\x00", 2)),
        write_cursor(("a" * 999, 2)),
        write_cursor(("a", 2**70)),
        write_cursor(("a", True)),
    ],
)
def test_nonsense_is_no_place(nonsense: str) -> None:
    assert read_cursor(nonsense, (str, int)) is None


def test_moments_need_a_zone() -> None:
    moment = datetime(2026, 11, 23, 12, 30, 15, 123456, tzinfo=UTC)
    assert read_cursor(write_cursor((moment, 7)), (datetime, int)) == (moment, 7)
    assert read_cursor(write_cursor(("2026-11-23T10:00", 7)), (datetime, int)) is None


def test_moments_are_those_that_the_database_takes() -> None:
    far = read_cursor(write_cursor(("2026-11-23T10:00:00+23:59", 7)), (datetime, int))
    assert str(far) == str((datetime(2026, 11, 22, 10, 1, tzinfo=UTC), 7))
    before_all = write_cursor(("0001-01-01T00:00:00+01:00", 7))
    assert read_cursor(before_all, (datetime, int)) is None


def test_days_are_read_as_days() -> None:
    day = date(2026, 11, 23)
    assert read_cursor(write_cursor((day, 7)), (date, int)) == (day, 7)
    assert read_cursor(write_cursor(("2026-11-23T10:00+00:00", 7)), (date, int)) is None
    assert read_cursor(write_cursor((20261123, 7)), (date, int)) is None

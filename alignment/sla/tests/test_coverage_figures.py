"""Figures of the coverage page where only the newest MQLs are read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import JournalEvent
from alignment.people.models import Membership
from alignment.sla.queries import coverage
from alignment.sla.queries.coverage import Figures, coverage_page
from tests import cast as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db

# A Sunday evening, so that the weeks before it are whole.
NOW = datetime(2026, 9, 20, 23, tzinfo=UTC)
A_WEEK = timedelta(weeks=1)


@pytest.fixture(autouse=True)
def _ten_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "MOST_ARRIVALS", 10)


def arrive(cast: Cast, *weeks_ago: float) -> None:
    lead = make.lead(cast.program)
    JournalEvent.objects.bulk_create(
        JournalEvent(program=cast.program, kind="became_mql", at=NOW - ago * A_WEEK, lead=lead)
        for ago in weeks_ago
    )


def figures(cast: Cast, room: int = 4) -> Figures:
    """With one rep who takes so many a week."""
    Membership.objects.in_program(cast.program).filter(user=cast.rep).update(leads_a_week=room)
    Membership.objects.in_program(cast.program).filter(user=cast.sales_manager).update(
        leads_a_week=0
    )
    page = coverage_page(cast.membership("sales_manager"), weeks=4, zone="all", now=NOW)
    assert page.figures
    return page.figures


def test_mqls_a_week_are_counted_over_the_time_that_was_read(cast: Cast) -> None:
    """Five a week for four weeks, of which the last two are read."""
    arrive(cast, *(0.1 + n / 5 for n in range(20)))
    assert figures(cast).a_week == pytest.approx(5, rel=0.1)


def test_mqls_a_week_are_counted_over_all_weeks_if_all_were_read(cast: Cast) -> None:
    arrive(cast, 0.1, 0.2, 0.3, 0.4)
    assert figures(cast).a_week == 1


def test_many_at_once_are_no_more_a_week_than_arrived(cast: Cast) -> None:
    arrive(cast, *(0.001 for _n in range(12)))
    assert figures(cast).a_week == 10


def test_a_week_of_which_only_the_end_was_read_is_held_against_no_room(cast: Cast) -> None:
    """Six a week: of the week before the last, four are read."""
    arrive(cast, *(0.1 + n / 7 for n in range(6)), *(1.1 + n / 7 for n in range(6)))
    assert figures(cast, room=5).beyond == pytest.approx(100 / 6)


def test_unless_its_end_alone_is_too_much(cast: Cast) -> None:
    arrive(cast, 0.1, *(1.1 for _n in range(11)))
    assert figures(cast, room=4).beyond == pytest.approx(50)

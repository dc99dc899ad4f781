"""A period is compared with the previous one at the same age."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import JournalEvent
from alignment.metrics.forms import Asked
from alignment.metrics.queries.measuring import measure
from alignment.metrics.queries.registry import METRICS
from alignment.metrics.rules import Measure, Period, Slice
from tests import cast as facts
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ZONE = "America/New_York"
# 30 days that end today; clocks change within the 30 days before them.
NOW = datetime(2026, 4, 10, 15, tzinfo=UTC)
PERIOD = Period(date(2026, 3, 12), date(2026, 4, 10), ZONE)
ASKED = Asked(PERIOD, Slice(), compares=True, now=NOW)
COHORTS = ("funnel-sql", "funnel-sql-time")


def reach(cast: Cast, since: datetime, after: Sequence[tuple[int, int | None]]) -> None:
    """Leads that became MQL this many days after `since`, and SQL this many days later."""
    for days, more in after:
        lead, at = facts.lead(cast.program), since + timedelta(days=days, hours=1)
        told = [("became_mql", at)]
        told += [] if more is None else [("became_sql", at + timedelta(days=more))]
        for kind, moment in told:
            if moment < NOW:
                JournalEvent.objects.create(
                    program=cast.program, kind=kind, at=moment, lead=lead, is_followed=True
                )


def numbers(cast: Cast, key: str) -> tuple[Measure, Measure, Measure]:
    """Now, the previous period at the same age, and the previous period as of today."""
    metric, before = METRICS[key], PERIOD.before()
    return (
        measure(cast.program, metric, PERIOD, Slice()),
        measure(cast.program, metric, before, Slice(), as_of=ASKED.as_of),
        measure(cast.program, metric, before, Slice()),
    )


@pytest.mark.parametrize("key", COHORTS)
def test_the_same_leads_a_month_later_are_no_change(cast: Cast, key: str) -> None:
    same = [(day, wait) for day in range(0, 29, 2) for wait in (1, 9, 21, None)]
    reach(cast, PERIOD.before().since, same)
    reach(cast, PERIOD.since, same)
    now, then, today = numbers(cast, key)
    assert (now.value, now.numerator, now.denominator) == (
        then.value,
        then.numerator,
        then.denominator,
    )
    # Without equal ages, the older leads would have had a month more to progress.
    assert today.numerator == then.numerator + 14  # type: ignore[operator]


def test_the_period_before_is_as_old(cast: Cast) -> None:
    assert ASKED.as_of - PERIOD.before().since == NOW - PERIOD.since
    long_ago = Asked(PERIOD, Slice(), compares=True, now=datetime(2027, 4, 10, tzinfo=UTC))
    assert long_ago.as_of > PERIOD.until + timedelta(days=300)

"""The pages of the contract and the dashboard count the same promises."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from alignment.metrics.queries.measuring import measure
from alignment.metrics.queries.registry import METRICS
from alignment.metrics.rules import Period, Slice
from alignment.sla.queries.contract import fared
from alignment.sla.tests.clocks import ended, excuse
from tests import cast as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Europe/Paris", "Pacific/Auckland"])
def test_thirty_days_are_the_same_days_on_both(cast: Cast, zone: str) -> None:
    cast.program.time_zone = zone
    cast.program.save()
    today = timezone.localdate(timezone=ZoneInfo(zone))
    period = Period(today - timedelta(days=29), today, zone)
    lead = make.lead(cast.program)
    minute = timedelta(minutes=1)
    ended(cast.program, lead, took=10, at=period.since - minute)
    ended(cast.program, lead, took=70, limit=90, at=period.since, state="broken")
    ended(cast.program, lead, took=10)
    excuse(ended(cast.program, lead), granted=True)
    shown = fared(program=cast.program)["first-contact"]
    assert (shown.kept, shown.broken, shown.excused) == (1, 1, 1)
    figure = measure(cast.program, METRICS["sla-kept-sales"], period, Slice())
    assert (figure.sample, figure.value) == (2, 0.5)

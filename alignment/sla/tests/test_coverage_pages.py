"""What the coverage page says of leads that arrive while nobody works."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import JournalEvent
from alignment.sla.models import Closure
from tests import cast as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def a_tuesday_at_eleven() -> datetime:
    """Of last week, in working hours of the team."""
    now = timezone.now().astimezone(ZoneInfo("America/New_York"))
    day = now - timedelta(days=now.weekday() + 6)
    return day.replace(hour=11, minute=0)


def page(cast: Cast) -> str:
    reply = cast.client("sales_manager").get(f"/p/{cast.program.slug}/sla/coverage/")
    assert reply.status_code == 200
    return reply.content.decode()


def test_a_lead_that_waited_for_a_day_off_is_not_told_as_attended(cast: Cast) -> None:
    arrived = a_tuesday_at_eleven()
    JournalEvent.objects.create(
        program=cast.program, kind="became_mql", at=arrived, lead=make.lead(cast.program)
    )
    day = arrived.date()
    Closure.objects.create(program=cast.program, first_day=day, last_day=day, name="Stocktaking")
    shown = page(cast)
    assert "Those that waited came on days off" in shown
    assert "Nothing to do." not in shown

"""Touches for tests of the pages."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from accounts.models import Stakeholder
from campaigns.calendar.actions.planning import plan_touch
from campaigns.calendar.models import Touch
from tests import cast as play
from tests.cast import Cast
from tests.weeks import worked_monday

CHICAGO, PARIS = ZoneInfo("America/Chicago"), ZoneInfo("Europe/Paris")
HTMX = {"HX-Request": "true"}


def monday(hour: int = 10, weeks: int = 1) -> datetime:
    """A time on a future Monday in Chicago."""
    day = worked_monday(weeks, timezone.now().astimezone(CHICAGO).date())
    return datetime.combine(day, time(hour), CHICAGO)


def someone(cast: Cast, company: str = "Acme", **facts: Any) -> Stakeholder:
    """A person at a company in Illinois."""
    account = play.account(cast.program, company, state="IL")
    return play.stakeholder(cast.program, account, **facts)


def planned(person: Stakeholder, who: Any, at: datetime | None = None, **more: Any) -> Touch:
    starts = at or monday()
    assert person.account
    given: dict[str, Any] = {
        "people": [person.pk],
        "channel": "call",
        "ends_at": starts + timedelta(minutes=30),
    } | more
    return plan_touch(
        program=person.program,
        account=person.account,
        by=who,
        who=who,
        starts_at=starts,
        **given,
    )


def at(cast: Cast, name: str, *args: Any) -> str:
    return reverse(f"workspace:{name}", args=[cast.program.slug, *args])


def typed(moment: datetime) -> str:
    """The time as a person in Paris types it."""
    return moment.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M")


def day_of(moment: datetime) -> str:
    return moment.astimezone(PARIS).date().isoformat()

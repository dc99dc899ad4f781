"""Deadlines of requests in business hours."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from hypothesis import given
from hypothesis import strategies as st

from alignment.core.live import bus
from alignment.notifications.models import Notice
from alignment.sla.actions.hours import set_hours
from alignment.sla.models import WorkingHours
from alignment.sla.rules.hours import DaysOff, WorkingTime
from campaigns.insights.actions.support import ask, notify_overdue, take
from campaigns.insights.models import SupportRequest
from campaigns.insights.queries.support import late_requests, minutes_left
from campaigns.insights.rules.deadlines import due_by, end_of_day
from campaigns.insights.support_words import needed_by
from tests.cast import Cast

from . import scenes

PARIS = WorkingTime("Europe/Paris", off=(DaysOff(date(2026, 12, 10), date(2026, 12, 10)),))
# A Tuesday.
ASKED = datetime(2026, 12, 1, 10, tzinfo=UTC)


def paris(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (3, paris(3, 17)),  # for Thursday: end of business on Thursday
        (6, paris(4, 17)),  # for Sunday: on Friday
        (10, paris(9, 17)),  # for a day on which the company is closed
        (1, paris(1, 17)),  # for today
    ],
)
def test_by_a_day_means_the_end_of_its_business(day: int, due: datetime) -> None:
    assert due_by(PARIS, ASKED, end_of_day(PARIS, date(2026, 12, day))) == due


@pytest.mark.parametrize(
    ("asked", "until", "due"),
    [
        (ASKED, paris(3, 14), paris(3, 14)),
        (ASKED, paris(3, 22), paris(3, 17)),
        (ASKED, paris(7, 8), paris(4, 17)),
        # Asked on Saturday for Sunday: nobody works, so the deadline stays.
        (paris(5, 9), paris(6, 12), paris(6, 12)),
        (paris(1, 18), end_of_day(PARIS, date(2026, 12, 1)), paris(2, 0)),
    ],
)
def test_by_a_moment_it_is_due_when_business_last_was(
    asked: datetime, until: datetime, due: datetime
) -> None:
    assert due_by(PARIS, asked, until) == due


def test_where_nobody_ever_works_the_clock_counts() -> None:
    assert due_by(WorkingTime("UTC", ((),) * 7), ASKED, paris(3, 14)) == paris(3, 14)


@given(
    st.sampled_from(["America/New_York", "Europe/Paris", "Asia/Kolkata"]),
    st.integers(0, 366 * 24 * 60),
    st.integers(1, 40 * 24 * 60),
)
def test_no_minute_of_business_lies_between_due_and_asked_for(
    zone: str, start: int, length: int
) -> None:
    working = WorkingTime(zone)
    asked = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=start)
    until = asked + timedelta(minutes=length)
    due = due_by(working, asked, until)
    assert asked < due <= until
    assert working.between(due, until) == 0
    if working.between(asked, until):
        assert working.is_open(due - timedelta(microseconds=1))
    else:
        assert due == until


@pytest.mark.django_db
def test_hours_are_those_of_marketing(cast: Cast) -> None:
    set_hours(
        team=cast.marketing,
        time_zone="Europe/Paris",
        week=[[[8 * 60, 18 * 60]] for _day in range(7)],
        holidays=WorkingHours.Holidays.NONE,
        state="",
        by=cast.owner,
    )
    day = timezone.now().astimezone(ZoneInfo("Europe/Paris")).date() + timedelta(days=3)
    deal = scenes.deal(cast)
    row = ask(account=deal.account, by=cast.rep, what="Page", due_on=day, opportunity=deal)
    assert row.due_at == datetime(day.year, day.month, day.day, 18, tzinfo=ZoneInfo("Europe/Paris"))
    left = minutes_left(cast.program, [row])[row.pk]
    assert 2 * 600 <= left <= 3 * 600 + 600
    text = cast.client("marketer").get(f"/p/{cast.program.slug}/insights/support/")
    assert "of business left" in text.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said",
    [
        {},
        {"due_on": date(2090, 1, 1), "due_at": datetime(2090, 1, 1, tzinfo=UTC)},
        {"due_on": date(2020, 1, 1)},
        {"due_on": date(2090, 1, 1)},
    ],
)
def test_a_day_or_a_moment_to_come(cast: Cast, said: dict[str, Any]) -> None:
    deal = scenes.deal(cast)
    with pytest.raises(ValidationError) as refused:
        ask(account=deal.account, by=cast.rep, what="Page", **said)
    assert set(refused.value.message_dict) <= {"due_on", "due_at"}


@pytest.mark.django_db
def test_what_is_late_is_told_once_and_stands_on_the_board(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal, heard = scenes.deal(cast), set[str]()
    row = ask(
        account=deal.account,
        by=cast.rep,
        what="Page",
        opportunity=deal,
        due_on=timezone.localdate() + timedelta(days=9),
    )
    take(support=row, by=cast.marketer)
    assert late_requests([deal.pk]) == {}
    SupportRequest.objects.in_program(cast.program).update(
        due_at=timezone.now() - timedelta(minutes=1)
    )
    monkeypatch.setattr(bus, "publish", lambda _program, *names: heard.update(names))
    assert (notify_overdue(), notify_overdue()) == (1, 0)
    assert {"support", "opportunities", f"opportunity-{deal.pk}"} <= heard
    assert late_requests([deal.pk]) == {deal.pk: [row]}
    client = cast.client("rep")
    for path in ("opportunities/", "opportunities/?view=list", f"opportunities/{deal.pk}/"):
        page = client.get(f"/p/{cast.program.slug}/{path}").content.decode()
        assert "Marketing is late with 1 request" in page
    row.refresh_from_db()
    assert row.is_overdue


@pytest.mark.parametrize(
    ("due_at", "ends"),
    [
        # Business ends that day, on the Friday before, or nobody works until then.
        (paris(6, 18), ", end of business"),
        (paris(4, 18), ", business ends on Friday"),
        (paris(7, 0), ""),
    ],
)
def test_the_day_asked_for_is_the_day_shown(due_at: datetime, ends: str) -> None:
    sunday = date(2026, 12, 6)
    row = SupportRequest(due_on=sunday, due_at=due_at)
    day = date_format(sunday, "SHORT_DATE_FORMAT")
    assert needed_by(row, "Europe/Paris") == f"Sunday {day}{ends}"


@pytest.mark.django_db
def test_page_and_notice_name_the_same_day(cast: Cast) -> None:
    deal = scenes.deal(cast)
    day = timezone.localdate() + timedelta(days=9)
    ask(account=deal.account, by=cast.rep, what="Page", due_on=day)
    said = f"needed by {date_format(day, 'l')} {date_format(day, 'SHORT_DATE_FORMAT')}"
    page = cast.client("marketer").get(f"/p/{cast.program.slug}/insights/support/")
    assert said in page.content.decode()
    assert said in Notice.objects.in_program(cast.program).get(user=cast.marketer).text

"""The pages about hours, leave and coverage."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import JournalEvent, Lead
from alignment.people.models import Membership, Role, Side
from alignment.sla.models import Closure, Leave, Seat, WorkingHours
from tests import cast as play
from tests.cast import Cast
from tests.markup import tight

from .scenes import running_clock


def address(cast: Cast, name: str, *args: int) -> str:
    return reverse(f"sla:{name}", args=[cast.program.slug, *args])


def week_data(**changes: str) -> dict[str, str]:
    """Form data as the browser sends it: two ranges a day."""
    data = {"time_zone": "America/Chicago", "holidays": "federal", "state": ""}
    for day in range(7):
        for slot in range(2):
            data |= {f"d{day}_{slot}_from": "", f"d{day}_{slot}_to": ""}
    return data | {"d0_0_from": "09:00", "d0_0_to": "17:00"} | changes


def two_days() -> dict[str, str]:
    """A month ahead."""
    first = timezone.localdate() + timedelta(days=30)
    return {"first_day": str(first), "last_day": str(first + timedelta(days=1))}


def mql(cast: Cast, at: datetime, state: str | None = "CA") -> Lead:
    company = play.account(cast.program, **({"state": state} if state else {}))
    lead = play.lead(cast.program, play.stakeholder(cast.program, company))
    JournalEvent.objects.create(
        program=cast.program, kind="became_mql", at=at, lead=lead, account=company
    )
    return lead


def a_weekday(hour: int, zone: str, weekday: int = 1) -> datetime:
    """This hour of a recent Tuesday, or of another weekday."""
    local = timezone.now().astimezone(ZoneInfo(zone)) - timedelta(days=7)
    local -= timedelta(days=(local.weekday() - weekday) % 7)
    return local.replace(hour=hour, minute=10, second=0, microsecond=0).astimezone(UTC)


@pytest.mark.parametrize("who", ["owner", "rep", "observer"])
def test_everybody_sees_when_teams_work(cast: Cast, who: str) -> None:
    page = cast.client(who).get(address(cast, "hours")).content.decode()
    assert "East" in page
    assert "Mon–Fri" in page
    assert "9:00 AM–5:00 PM" in page
    assert ("Plan leave" in page) == (who != "observer")
    assert ("Close days" in page) == (who == "owner")


def test_a_manager_sets_two_ranges_and_another_zone(cast: Cast) -> None:
    client, url = cast.client("sales_manager"), address(cast, "team-hours", cast.sales.pk)
    assert client.get(url).status_code == 200
    data = week_data(
        d0_0_from="13:00", d0_0_to="18:00", d0_1_from="09:00", d0_1_to="12:00",
        d5_0_from="20:00", d5_0_to="00:00",
    )  # fmt: skip
    assert client.post(url, data).status_code == 302
    hours = WorkingHours.objects.in_program(cast.program).get(team=cast.sales)
    assert hours.week == [[[540, 720], [780, 1080]], [], [], [], [], [[1200, 1440]], []]
    assert hours.time_zone == "America/Chicago"
    page = client.get(url).content.decode()
    assert page.count("week-form__more") == 7
    assert 'name="d0_2_from"' in page, "there is room for a third range"
    assert 'value="13:00"' in page


def test_a_change_says_how_many_due_times_moved(cast: Cast) -> None:
    running_clock(cast)
    url = address(cast, "team-hours", cast.sales.pk)
    changed = week_data(d0_0_from="", d0_0_to="", d6_0_from="03:00", d6_0_to="03:07")
    answer = cast.client("sales_manager").post(url, changed, follow=True)
    assert "1 due time was counted anew" in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"d0_0_to": ""}, "When does it end?"),
        ({"d0_0_from": ""}, "When does it begin?"),
        ({"d0_0_to": "08:00"}, "Later than it begins"),
        ({"d0_1_from": "12:00", "d0_1_to": "13:00"}, "overlaps another range"),
        ({"holidays": "state"}, "Choose the state."),
        ({"time_zone": "Mars/Base"}, "Select a valid choice"),
        ({"d3_0_from": "half past nine"}, "Enter a valid time"),
    ],
)
def test_a_wrong_week_keeps_what_was_typed(cast: Cast, change: dict, says: str) -> None:
    url = address(cast, "team-hours", cast.sales.pk)
    answer = cast.client("sales_manager").post(url, week_data(d1_0_from="07:45", **change))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert 'value="07:45"' in page
    assert not WorkingHours.objects.in_program(cast.program).exists()


def test_ranges_that_touch_become_one(cast: Cast) -> None:
    url = address(cast, "team-hours", cast.sales.pk)
    data = week_data(d0_1_from="17:00", d0_1_to="19:00")
    assert cast.client("owner").post(url, data).status_code == 302
    assert WorkingHours.objects.in_program(cast.program).get().week[0] == [[540, 1140]]


@pytest.mark.parametrize(
    ("who", "status"), [("marketing_manager", 403), ("rep", 403), ("observer", 403), ("owner", 200)]
)
def test_hours_belong_to_their_side(cast: Cast, who: str, status: int) -> None:
    url = address(cast, "team-hours", cast.sales.pk)
    assert cast.client(who).get(url).status_code == status


def test_closed_days_come_and_go(cast: Cast) -> None:
    client = cast.client("sales_manager")
    data = two_days() | {"name": "Kick-off", "team": cast.sales.pk}
    assert client.post(address(cast, "add-closure"), data).status_code == 302
    closure = Closure.objects.in_program(cast.program).get()
    assert "Kick-off" in client.get(address(cast, "hours")).content.decode()
    remove = address(cast, "remove-closure", closure.pk)
    assert cast.client("marketing_manager").post(remove).status_code == 403
    assert client.post(remove).status_code == 302
    assert not Closure.objects.in_program(cast.program).exists()


def test_a_manager_closes_only_teams_of_the_side(cast: Cast) -> None:
    data = two_days() | {"name": "X"}
    client = cast.client("sales_manager")
    for team in ("", cast.marketing.pk, cast.other_sales.pk):
        answer = client.post(address(cast, "add-closure"), data | {"team": team})
        assert answer.status_code == 422
    assert not Closure.objects.in_program(cast.program).exists()
    assert cast.client("owner").post(address(cast, "add-closure"), data).status_code == 302


def test_days_that_end_before_they_begin(cast: Cast) -> None:
    first, last = two_days().values()
    data = {"user": cast.rep.pk, "first_day": last, "last_day": first, "note": "Ski"}
    answer = cast.client("rep").post(address(cast, "add-leave"), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The last day is before the first." in page
    assert 'value="Ski"' in page
    assert '<details class="hours-add" open>' in page


def test_a_rep_plans_leave_only_for_themselves(cast: Cast) -> None:
    client, days = cast.client("rep"), two_days()
    mine = client.post(address(cast, "add-leave"), days | {"user": cast.rep.pk})
    theirs = client.post(address(cast, "add-leave"), days | {"user": cast.sales_manager.pk})
    assert (mine.status_code, theirs.status_code) == (302, 422)
    leave = Leave.objects.in_program(cast.program).get()
    assert cast.client("marketer").post(address(cast, "remove-leave", leave.pk)).status_code == 403
    assert client.post(address(cast, "remove-leave", leave.pk)).status_code == 302


def test_a_week_without_hours_is_asked_about_once(cast: Cast) -> None:
    client, url = cast.client("sales_manager"), address(cast, "team-hours", cast.sales.pk)
    empty = week_data(d0_0_from="", d0_0_to="")
    asked = client.post(url, empty)
    assert asked.status_code == 422
    assert "Nobody would work on any day" in asked.content.decode()
    assert not WorkingHours.objects.in_program(cast.program).exists()
    sure = {"sure_of": asked.context["form"]["sure_of"].value()}
    assert client.post(url, empty | sure).status_code == 302
    assert not any(WorkingHours.objects.in_program(cast.program).get().week)
    assert client.post(url, empty | {"time_zone": "America/Denver"}).status_code == 302


@pytest.mark.parametrize("kind", ["closure", "leave"])
def test_many_days_off_are_asked_about_once_and_more_than_a_year_is_refused(
    cast: Cast, kind: str
) -> None:
    client, url = cast.client("owner"), address(cast, f"add-{kind}")
    who = {"name": "Winter"} if kind == "closure" else {"user": cast.rep.pk, "note": "Baby"}
    rows = (Closure if kind == "closure" else Leave).objects.in_program(cast.program)
    days = {**who, "first_day": "2027-12-24", "last_day": "2028-02-28"}
    asked = client.post(url, days)
    assert asked.status_code == 422
    assert "That is 67 days. Send it again if it is right." in asked.content.decode()
    sure = {"sure_of": asked.context[f"{kind}_form"]["sure_of"].value()}
    other = client.post(url, {**days, **sure, "last_day": "2028-03-28"})
    assert "That is 96 days." in other.content.decode()
    years = client.post(url, {**days, **sure, "last_day": "2062-12-31"})
    assert "At most a year at once." in years.content.decode()
    assert not rows.exists()
    assert client.post(url, {**days, **sure}).status_code == 302
    assert rows.exists()


def test_others_rows_are_not_there(cast: Cast) -> None:
    day = date(2027, 1, 1)
    closure = Closure.objects.create(
        program=cast.other_program, first_day=day, last_day=day, name="Zanzibar"
    )
    leave = Leave.objects.create(
        program=cast.other_program, user=cast.stranger, first_day=day, last_day=day
    )
    owner = cast.client("owner")
    assert owner.post(address(cast, "remove-closure", closure.pk)).status_code == 404
    assert owner.post(address(cast, "remove-leave", leave.pk)).status_code == 404
    assert owner.get(address(cast, "team-hours", cast.other_sales.pk)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_no_query_for_each_row(
    cast: Cast, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = cast.client("owner")
    for number in range(rows):
        day = timezone.localdate() + timedelta(days=number)
        team = play.team(cast.program, Side.SALES)
        play.member(cast.program, play.user(), Role.MEMBER, team)
        Closure.objects.create(
            program=cast.program, team=team, first_day=day, last_day=day, name="X"
        )
        Leave.objects.create(program=cast.program, user=cast.rep, first_day=day, last_day=day)
        mql(cast, a_weekday(10 + number, "America/New_York"), "NY")
    with django_assert_max_num_queries(20):
        assert client.get(address(cast, "hours")).status_code == 200
    with django_assert_max_num_queries(15):
        assert client.get(address(cast, "coverage")).status_code == 200


def coverage(client: Client, cast: Cast, query: str = "") -> str:
    return " ".join(client.get(address(cast, "coverage") + query).content.decode().split())


def test_nothing_has_arrived(cast: Cast) -> None:
    assert "No lead became MQL in these weeks" in coverage(cast.client("observer"), cast)


def test_the_page_says_who_is_left_alone(cast: Cast) -> None:
    """New York closes at 17:00, when it is 14:00 in California."""
    for hour in (14, 15, 17):
        mql(cast, a_weekday(hour, "America/Los_Angeles"))
    mql(cast, a_weekday(10, "America/New_York"), "NY")
    page = coverage(cast.client("rep"), cast)
    assert "Nobody covers 2:00 PM–6:00 PM Pacific, Mon–Fri: <strong>75%</strong>" in page
    assert "Somebody at work 11:00 PM–3:00 AM Paris time would cover it." in page
    assert "nobody works" in page
    assert page.index("Pacific") < page.index("Eastern")
    assert "half of them wait longer than" in page


def test_each_zone_has_its_own_map(cast: Cast) -> None:
    mql(cast, a_weekday(14, "America/Los_Angeles"))
    mql(cast, a_weekday(10, "America/New_York"), "NY")
    mql(cast, a_weekday(10, "America/New_York"), None)
    east = coverage(cast.client("rep"), cast, "?zone=eastern")
    all_of_them = coverage(cast.client("rep"), cast, "?zone=all&weeks=26")
    assert 'aria-current="true">Eastern' in tight(east)
    assert "heat__yours" in east
    assert "heat__yours" not in all_of_them
    assert "1 without a known US state" in east
    assert coverage(cast.client("rep"), cast, "?zone=mars&weeks=9999")


def test_too_many_for_one_person_break_the_promise(cast: Cast) -> None:
    """One seat for 5 leads a week, ten leads within an hour: all but the first few wait for
    days."""
    Membership.objects.in_program(cast.program).filter(team=cast.sales).update(leads_a_week=5)
    manager = cast.membership("sales_manager")
    Seat.objects.create(program=cast.program, membership=manager, weight=0)
    for _ in range(10):
        mql(cast, a_weekday(10, "America/New_York"), "NY")
    page = coverage(cast.client("owner"), cast)
    late = page.index("Promises that would break")
    assert ">90%<" in page[late : late + 200]
    beyond = page.index("Beyond what people can take")
    assert ">50%<" in page[beyond : beyond + 200]
    assert "Somebody works whenever leads arrive" in page


def test_in_french(cast: Cast) -> None:
    cast.rep.language = "fr"
    cast.rep.save()
    client = play.sign_in(cast.rep)
    mql(cast, a_weekday(14, "America/Los_Angeles"))
    assert client.get(address(cast, "hours")).status_code == 200
    assert "14:00" in coverage(client, cast)

"""Whose hours count, and how a change of hours affects running promises."""

import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from alignment.core.audit import record
from alignment.core.models import AuditEntry
from alignment.notifications.actions.reading import mark_read
from alignment.notifications.models import Delivery, Notice
from alignment.people.models import Side, Team, User
from alignment.sla.actions.calendar_lock import lock_calendars_shared
from alignment.sla.actions.hours import (
    add_closure,
    add_leave,
    remove_closure,
    remove_leave,
    set_hours,
)
from alignment.sla.actions.recompute import recompute_running
from alignment.sla.models import Clock, Closure, Leave, WorkingHours
from alignment.sla.queries import hours_pages
from alignment.sla.queries.hours import calendars
from alignment.sla.queries.hours_pages import closures_of
from alignment.sla.rules.hours import USUAL_WEEK, WorkingTime
from tests import cast as play
from tests.cast import Cast

from .scenes import ALWAYS, NINE_TO_FIVE, running_clock

CHRISTMAS = {"first_day": date(2027, 12, 20), "last_day": date(2027, 12, 23)}
MONDAY = datetime(2027, 12, 20, 12, tzinfo=ZoneInfo("America/New_York"))
NOBODY: list[list[list[int]]] = [[]] * 7


def hours(cast: Cast, week: list, **changes: object) -> int:
    values = {"time_zone": "America/New_York", "holidays": "federal", "state": "", **changes}
    return set_hours(team=cast.sales, week=week, by=cast.sales_manager, **values)  # type: ignore[arg-type]


def test_a_team_without_hours_works_the_usual_week(cast: Cast) -> None:
    time = calendars(cast.program.pk).of("team", team_id=cast.sales.pk)
    assert time == WorkingTime(cast.program.time_zone, USUAL_WEEK, "federal")
    assert not calendars(cast.program.pk).hours(cast.sales.pk).is_set


def test_the_hours_that_a_team_sets(cast: Cast) -> None:
    hours(cast, [[[480, 720], [780, 960]]] * 4 + [[], [], []], holidays="state", state="CA")
    time = calendars(cast.program.pk).of("team", team_id=cast.sales.pk)
    assert time.week[0] == ((480, 720), (780, 960))
    assert time.holidays == "CA"
    marketing = calendars(cast.program.pk).of("team", team_id=cast.marketing.pk)
    assert marketing.week == USUAL_WEEK


def test_closures_of_the_company_and_of_the_team(cast: Cast) -> None:
    add_closure(program=cast.program, team=None, **CHRISTMAS, name="Break", by=cast.owner)
    mine = {"first_day": date(2027, 11, 1), "last_day": date(2027, 11, 1)}
    add_closure(
        program=cast.program, team=cast.sales, **mine, name="Kick-off", by=cast.sales_manager
    )
    found = calendars(cast.program.pk)
    assert not found.team(cast.sales.pk).is_open(MONDAY)
    assert not found.team(None).is_open(MONDAY)
    kick_off = datetime(2027, 11, 1, 12, tzinfo=ZoneInfo("America/New_York"))
    assert not found.team(cast.sales.pk).is_open(kick_off)
    assert found.team(cast.marketing.pk).is_open(kick_off)


def test_a_rep_works_the_week_of_the_team_on_their_own_clock(cast: Cast) -> None:
    cast.rep.time_zone = "America/Los_Angeles"
    cast.rep.save()
    add_leave(program=cast.program, user=cast.rep, **CHRISTMAS, note="", by=cast.rep)
    found = calendars(cast.program.pk)
    rep = found.of("rep", user_id=cast.rep.pk)
    assert rep.zone == "America/Los_Angeles"
    assert not rep.is_open(MONDAY)
    assert found.team(cast.sales.pk).is_open(MONDAY)
    assert found.is_away(cast.rep.pk, MONDAY)
    assert not found.is_away(cast.sales_manager.pk, MONDAY)
    assert found.of("rep", team_id=cast.sales.pk) == found.team(cast.sales.pk)


def test_the_clock_of_the_prospect(cast: Cast) -> None:
    def zone(state: str | None) -> str:
        found = calendars(cast.program.pk)
        return found.of("prospect", team_id=cast.sales.pk, state=state).zone

    assert zone("CA") == "America/Los_Angeles"
    assert zone("TX") == "America/Chicago"
    assert zone(None) == zone("QC") == cast.program.time_zone


def test_one_statement_whatever_there_is(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        day = date(2027, 1, 4 + number)
        Closure.objects.create(program=cast.program, first_day=day, last_day=day, name="Closed")
        play.team(cast.program, Side.SALES)
    with django_assert_num_queries(1):
        found = calendars(cast.program.pk)
        found.team(cast.sales.pk).is_open(MONDAY)
        found.rep(cast.rep.pk).is_open(MONDAY)
    assert calendars(cast.program.pk) is found


def test_what_was_rolled_back_is_forgotten(cast: Cast) -> None:
    before = calendars(cast.program.pk)
    with transaction.atomic():
        add_closure(program=cast.program, team=None, **CHRISTMAS, name="Break", by=cast.owner)
        assert not calendars(cast.program.pk).team(cast.sales.pk).is_open(MONDAY)
        transaction.set_rollback(True)
    assert calendars(cast.program.pk) == before
    assert before.team(cast.sales.pk).is_open(MONDAY)


def test_who_may_change_what(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        set_hours(
            team=cast.sales,
            time_zone="UTC",
            week=NINE_TO_FIVE,
            holidays="none",
            state="",
            by=cast.marketing_manager,
        )
    with pytest.raises(PermissionDenied):
        add_closure(program=cast.program, team=None, **CHRISTMAS, name="X", by=cast.sales_manager)
    with pytest.raises(PermissionDenied):
        add_closure(program=cast.program, team=cast.sales, **CHRISTMAS, name="X", by=cast.rep)
    for person in (cast.marketer, cast.marketing_manager, cast.observer, cast.stranger):
        with pytest.raises(PermissionDenied):
            add_leave(program=cast.program, user=cast.rep, **CHRISTMAS, note="", by=person)
    with pytest.raises(PermissionDenied):
        add_leave(program=cast.program, user=cast.observer, **CHRISTMAS, note="", by=cast.observer)
    for person in (cast.rep, cast.sales_manager, cast.owner):
        leave = add_leave(program=cast.program, user=cast.rep, **CHRISTMAS, note="", by=person)
        remove_leave(leave=leave, by=person)
    assert not Leave.objects.in_program(cast.program).exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"holidays": "lunar"}, "holidays"),
        ({"holidays": "state", "state": "ZZ"}, "state"),
        ({"week": [[[600, 500]]] * 7}, "week"),
        ({"week": [[[540, 720], [720, 800]]] * 7}, "week"),
        ({"week": [[]] * 6}, "week"),
        ({"week": [[["a", "b"]]] * 7}, "week"),
        ({"week": [[[1, 2, 3]]] * 7}, "week"),
    ],
)
def test_wrong_hours_are_refused_by_field(cast: Cast, change: dict, field: str) -> None:
    values = {"week": NINE_TO_FIVE, **change}
    with pytest.raises(ValidationError) as refused:
        hours(cast, **values)
    assert list(refused.value.message_dict) == [field]
    assert not WorkingHours.objects.in_program(cast.program).exists()


def test_wrong_days_are_refused_by_field(cast: Cast) -> None:
    backwards = {"first_day": date(2027, 1, 2), "last_day": date(2027, 1, 1)}
    with pytest.raises(ValidationError, match="before the first"):
        add_closure(program=cast.program, team=None, **backwards, name="X", by=cast.owner)
    far = {"first_day": date(1027, 1, 2), "last_day": date(2027, 1, 1)}
    with pytest.raises(ValidationError) as refused:
        add_leave(program=cast.program, user=cast.rep, **far, note="", by=cast.owner)
    assert list(refused.value.message_dict) == ["first_day"]
    with pytest.raises(ValidationError) as refused:
        add_leave(program=cast.program, user=cast.stranger, **CHRISTMAS, note="", by=None)
    assert list(refused.value.message_dict) == ["user"]


def test_every_change_is_told_in_the_audit_trail(cast: Cast) -> None:
    hours(cast, NINE_TO_FIVE)
    closure = add_closure(
        program=cast.program, team=cast.sales, **CHRISTMAS, name="Break", by=cast.sales_manager
    )
    remove_closure(closure=closure, by=cast.sales_manager)
    leave = add_leave(program=cast.program, user=cast.rep, **CHRISTMAS, note="Ski", by=cast.rep)
    remove_leave(leave=leave, by=cast.rep)
    told = AuditEntry.objects.filter(program_id=cast.program.pk).order_by("id")
    actions = ["hours.set", "closure.add", "closure.remove", "leave.add", "leave.remove"]
    assert list(told.values_list("action", flat=True))[-5:] == actions
    assert told.get(action="leave.add").detail["note"] == "Ski"


def test_running_clocks_follow_their_calendar(cast: Cast) -> None:
    hours(cast, ALWAYS, holidays="none")
    lead = play.lead(cast.program)
    clock = running_clock(cast, lead=lead)
    elapsed = running_clock(cast, lead=lead, key="feedback")
    closed = timezone.now().astimezone(ZoneInfo("America/New_York")).date()
    add_closure(
        program=cast.program,
        team=cast.sales,
        first_day=closed,
        last_day=closed + timedelta(days=2),
        name="Move",
        by=cast.sales_manager,
    )
    moved = Clock.objects.in_program(cast.program).get(pk=clock.pk)
    assert moved.due_at > clock.due_at + timedelta(days=1)
    assert moved.recomputed_at is not None
    assert moved.look_at is not None
    assert moved.look_at < moved.due_at
    assert moved.due_sum != clock.due_sum
    assert {"off": "closure", "name": "Move"}.items() <= moved.due_sum[1].items()
    same = Clock.objects.in_program(cast.program).get(pk=elapsed.pk)
    assert (same.due_at, same.recomputed_at) == (elapsed.due_at, None)


def test_the_managers_concerned_hear_of_it_once_each_in_their_language(cast: Cast) -> None:
    hours(cast, ALWAYS, holidays="none")
    running_clock(cast)
    other = play.user(name="Sam Second")
    play.member(cast.program, other, "manager", cast.sales)  # type: ignore[arg-type]
    assert hours(cast, [*NOBODY[:6], [[0, 1]]], holidays="none") == 1
    entry = AuditEntry.objects.get(program_id=cast.program.pk, action="clock.recompute")
    moved = Clock.objects.in_program(cast.program).get()
    assert moved.recomputed_because == "hours"
    assert moved.recomputed_at is not None
    at = moved.recomputed_at.isoformat()
    assert entry.detail == {"count": 1, "sales": 1, "recomputed_at": at}
    notice = Notice.objects.in_program(cast.program).get(kind="hours")
    assert notice.user == other
    assert "1 due time" in notice.title
    assert "Sarah Sales" in notice.text


@pytest.fixture
def sam(cast: Cast) -> User:
    """A second manager of sales."""
    person = play.user(name="Sam Second")
    play.member(cast.program, person, "manager", cast.sales)  # type: ignore[arg-type]
    return person


def told(cast: Cast, person: User) -> list[Notice]:
    rows = Notice.objects.in_program(cast.program).filter(user=person, kind="hours")
    return list(rows.order_by("pk"))


def close(cast: Cast, days: int, *, team: Team | None = None, by: User | None = None) -> None:
    """A closure of the team of sales, from today on."""
    today = timezone.now().astimezone(ZoneInfo("America/New_York")).date()
    add_closure(
        program=cast.program,
        team=team or cast.sales,
        first_day=today,
        last_day=today + timedelta(days=days),
        name=f"Move {days}",
        by=by or cast.sales_manager,
    )


def test_several_saves_in_a_row_are_one_notice_that_counts_each_due_time_once(
    cast: Cast, sam: User
) -> None:
    hours(cast, ALWAYS, holidays="none")
    running_clock(cast)
    close(cast, 1)
    (first,) = told(cast, sam)
    running_clock(cast)
    other = running_clock(cast)
    close(cast, 3)
    (notice,) = told(cast, sam)
    assert notice.pk == first.pk
    assert notice.title == "3 due times were counted anew"
    assert notice.created_at > first.created_at
    assert other.due_at < Clock.objects.in_program(cast.program).get(pk=other.pk).due_at
    mails = Delivery.objects.in_program(cast.program).filter(user=sam)
    assert mails.count() == 1


def test_what_was_read_is_over_and_the_next_change_is_a_notice_of_its_own(
    cast: Cast, sam: User
) -> None:
    hours(cast, ALWAYS, holidays="none")
    running_clock(cast)
    close(cast, 1)
    mark_read(program=cast.program, user=sam)
    running_clock(cast, key="feedback", team=cast.other_sales)
    close(cast, 3)
    before, after = told(cast, sam)
    assert (before.read_at is None, after.read_at) == (False, None)
    assert after.title == "1 due time was counted anew"


def test_the_notice_names_who_changed_hours_but_not_its_reader(cast: Cast, sam: User) -> None:
    hours(cast, ALWAYS, holidays="none")
    running_clock(cast)
    close(cast, 1)
    close(cast, 3, by=cast.owner)
    (notice,) = told(cast, sam)
    assert notice.title == "1 due time was counted anew"
    assert f"{cast.sales_manager}, {cast.owner}." in notice.text
    (mine,) = told(cast, cast.sales_manager)
    assert str(cast.sales_manager) not in mine.text
    running_clock(cast)
    close(cast, 5, by=sam)
    (mine,) = told(cast, cast.sales_manager)
    assert mine.title == "2 due times were counted anew"
    assert f"{cast.owner}, {sam}." in mine.text
    assert told(cast, sam)[0].title == "1 due time was counted anew"


def test_a_notice_from_before_moments_were_kept_stays_as_it_is(cast: Cast, sam: User) -> None:
    hours(cast, ALWAYS, holidays="none")
    running_clock(cast)
    entry = record(
        by=cast.owner, action="clock.recompute", target=cast.program, program_id=cast.program.pk
    )
    Notice.objects.create(
        program=cast.program, user=sam, kind="hours", title="Old", cause=f"recompute-{entry.pk}"
    )
    close(cast, 1)
    assert [notice.title for notice in told(cast, sam)] == ["Old", "1 due time was counted anew"]


def test_a_promise_that_is_due_is_never_mended(cast: Cast) -> None:
    """This holds both for a breach the sweep has seen and for one it has not seen yet."""
    hours(cast, ALWAYS, holidays="none")
    started = timezone.now() - timedelta(hours=3)
    unseen = running_clock(cast, started_at=started)
    broken = running_clock(
        cast, started_at=started, state="broken", ended_at=timezone.now(), look_at=None
    )
    open_clock = running_clock(cast)
    assert hours(cast, [*NOBODY[:6], [[0, 1]]], holidays="none") == 1
    rows = Clock.objects.in_program(cast.program)
    for clock in (unseen, broken):
        now = rows.get(pk=clock.pk)
        assert (now.due_at, now.state, now.recomputed_at) == (clock.due_at, clock.state, None)
    assert rows.get(pk=open_clock.pk).due_at > open_clock.due_at


def test_nor_is_a_promise_broken_by_a_change(cast: Cast) -> None:
    """With longer hours it would have been due an hour ago, when nobody knew."""
    hours(cast, [*NOBODY[:6], [[0, 1]]], holidays="none")
    clock = running_clock(cast, started_at=timezone.now() - timedelta(hours=2))
    assert clock.due_at > timezone.now()
    assert hours(cast, ALWAYS, holidays="none") == 0
    assert Clock.objects.in_program(cast.program).get(pk=clock.pk).due_at == clock.due_at


def test_warnings_that_were_sent_are_not_sent_again(cast: Cast) -> None:
    hours(cast, ALWAYS, holidays="none")
    clock = running_clock(cast, warned=1)
    assert recompute_running(program=cast.program, by=None) == 0
    now = Clock.objects.in_program(cast.program).get(pk=clock.pk)
    assert now.look_at == clock.started_at + timedelta(minutes=48)
    assert (now.due_at, now.recomputed_at) == (clock.due_at, None)
    assert not Notice.objects.in_program(cast.program).exists()


def test_the_same_calendar_moves_nothing(cast: Cast) -> None:
    hours(cast, ALWAYS, holidays="none")
    running_clock(cast)
    assert recompute_running(program=cast.program, by=None) == 0
    assert not Notice.objects.in_program(cast.program).exists()


def test_no_statement_for_each_clock(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def change(minutes: int) -> None:
        with django_assert_max_num_queries(26):
            assert hours(cast, [[[0, minutes]]] * 7, holidays="none") == count

    hours(cast, ALWAYS, holidays="none")
    running_clock(cast, started_at=datetime.now(UTC))
    count = 1
    change(1)
    for _ in range(2):
        running_clock(cast, started_at=datetime.now(UTC))
    count = 3
    change(2)


@pytest.mark.django_db(transaction=True)
def test_a_clock_that_starts_meanwhile_is_not_missed(cast: Cast) -> None:
    """A calendar change waits for a clock that was computed with the old calendar."""
    hours(cast, ALWAYS, holidays="none")
    counted, changed = threading.Event(), threading.Event()

    def change() -> None:
        counted.wait(10)
        hours(cast, [*NOBODY[:6], [[0, 1]]], holidays="none")
        changed.set()
        connection.close()

    thread = threading.Thread(target=change)
    thread.start()
    with transaction.atomic():
        lock_calendars_shared(cast.program.pk)
        clock = running_clock(cast)
        counted.set()
        assert not changed.wait(0.5)
    thread.join(10)
    assert changed.is_set()
    moved = Clock.objects.in_program(cast.program).get(pk=clock.pk)
    assert moved.recomputed_at is not None


def test_a_long_list_of_other_teams_closures_hides_none_of_ours(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hours_pages, "MOST_SHOWN", 1)
    day = timezone.localdate() + timedelta(days=10)
    for team, later in ((cast.marketing, 0), (cast.sales, 1)):
        days = {"first_day": day + timedelta(days=later), "last_day": day + timedelta(days=later)}
        add_closure(program=cast.program, team=team, **days, name=str(team), by=cast.owner)
    (row,) = closures_of(cast.membership("rep"), now=timezone.now(), team=cast.sales)
    assert row.closure.team == cast.sales

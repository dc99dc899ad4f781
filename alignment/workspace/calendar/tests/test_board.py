"""Month, week and timeline: their contents, their links and their number of queries."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format
from time_machine import TimeMachineFixture

from alignment.workspace.tests.pages import lines
from campaigns.calendar.actions.outcome import finish_touch, skip_touch
from campaigns.calendar.models import Touch
from campaigns.selection.models import Target
from tests import cast as play
from tests.cast import Cast

from .scenes import HTMX, PARIS, at, day_of, monday, planned, someone

pytestmark = pytest.mark.django_db
VIEWS = ("month", "week", "timeline")


def page(cast: Cast, view: str = "month", **asked: Any) -> str:
    given = {"view": view, "day": day_of(monday()), **asked}
    reply = cast.client("marketer").get(at(cast, "calendar"), given)
    assert reply.status_code == 200
    return reply.content.decode()


@pytest.mark.parametrize("view", VIEWS)
def test_both_teams_see_a_touch_with_both_clocks(cast: Cast, view: str) -> None:
    touch = planned(someone(cast), cast.rep)
    shown = page(cast, view)
    assert f'id="touch-{touch.pk}"' in shown
    assert "Acme" in shown
    assert "10:00 AM C" in shown
    assert "touch--sales" in shown
    assert "for the prospect" in shown
    hers = cast.client("stranger").get(at(cast, "calendar"))
    assert hers.status_code == 404


def test_states_are_said_in_words(cast: Cast) -> None:
    person = someone(cast)
    touch = planned(person, cast.rep)
    finish_touch(touch=touch, by=cast.rep)
    assert ">done</span>" in page(cast, day=day_of(timezone.now()))
    skip_touch(touch=planned(person, cast.rep, monday(14)), by=cast.rep, because="Ill")
    assert ">skipped</span>" in page(cast)


@pytest.mark.parametrize("view", VIEWS)
def test_what_was_done_early_stands_where_it_was_done(cast: Cast, view: str) -> None:
    plan = monday(weeks=4)
    touch = planned(someone(cast), cast.rep, plan, message="Case study")
    done = plan - timedelta(weeks=8)
    rows = Touch.objects.in_program(cast.program)
    rows.filter(pk=touch.pk).update(state=Touch.State.DONE, done_at=done)
    here = f'id="touch-{touch.pk}"'
    assert here not in page(cast, view, day=day_of(plan))
    shown = page(cast, view, day=day_of(done))
    chip = shown.partition(here)[2].partition("</a>")[0]
    day = date_format(plan.astimezone(PARIS), "SHORT_DATETIME_FORMAT")
    assert f"{day} · Case study" in chip
    assert chip.count("was planned for") == 2
    assert shown.count(here) == 1


def test_what_was_done_within_its_plan_or_the_same_week_stands_once(cast: Cast) -> None:
    plan = monday(weeks=-2)
    for minutes in (10, 26 * 60):
        touch = planned(someone(cast, f"Company {minutes}"), cast.rep)
        Touch.objects.in_program(cast.program).filter(pk=touch.pk).update(
            starts_at=plan,
            ends_at=plan + timedelta(minutes=30),
            state=Touch.State.DONE,
            done_at=plan + timedelta(minutes=minutes),
        )
        shown = page(cast, "week", day=day_of(plan))
        chip = shown.partition(f'id="touch-{touch.pk}"')[2].partition("</a>")[0]
        assert chip
        assert shown.count(f'id="touch-{touch.pk}"') == 1
        assert ("was planned for" in chip) == (minutes > 30)


def test_what_lasted_and_was_done_early_does_not_last_on(cast: Cast) -> None:
    plan = monday(weeks=-2)
    touch = planned(someone(cast), cast.marketer, channel="ad")
    Touch.objects.in_program(cast.program).filter(pk=touch.pk).update(
        starts_at=plan,
        ends_at=plan + timedelta(days=10),
        state=Touch.State.DONE,
        done_at=plan - timedelta(days=7),
    )
    here = f'id="touch-{touch.pk}"'
    assert here not in page(cast, "week", day=day_of(plan + timedelta(days=8)))
    assert here in page(cast, "week", day=day_of(plan - timedelta(days=7)))


def test_what_collides_is_marked_and_counted(cast: Cast) -> None:
    person = someone(cast)
    planned(person, cast.rep, monday(21), reason="She asked for it.")
    shown = page(cast)
    assert "touch__mark--soft" in shown
    assert "1 collides" in shown


@pytest.mark.parametrize(
    ("asked", "is_shown"),
    [
        ({"side": "sales"}, True),
        ({"side": "marketing"}, False),
        ({"channel": "call"}, True),
        ({"channel": "email"}, False),
        ({"message": "CASE"}, True),
        ({"message": "demo"}, False),
        ({"q": "acm"}, True),
        ({"q": "zzz"}, False),
        ({"state": "done"}, False),
        ({"who": "nobody"}, False),
        ({"who": "999999"}, True),
        ({"account": "999999"}, False),
    ],
)
def test_filters(cast: Cast, asked: dict[str, str], is_shown: bool) -> None:
    touch = planned(someone(cast), cast.rep, message="Case study")
    assert (f'id="touch-{touch.pk}"' in page(cast, **asked)) == is_shown


def test_filters_by_team_and_person(cast: Cast) -> None:
    touch = planned(someone(cast), cast.rep)
    mark = f'id="touch-{touch.pk}"'
    assert mark in page(cast, team=cast.sales.pk)
    assert mark not in page(cast, team=cast.marketing.pk)
    assert mark in page(cast, who=cast.rep.pk)
    assert mark not in page(cast, who=cast.marketer.pk)
    # The filters stay when switching to another month.
    assert f"who={cast.rep.pk}" in page(cast, who=cast.rep.pk).split('rel="next"')[0]


def test_what_lasts_longer_stands_on_the_first_day(cast: Cast) -> None:
    touch = planned(
        someone(cast),
        cast.marketer,
        monday(weeks=1),
        channel="ad",
        ends_at=monday(weeks=4),
    )
    assert f'id="touch-{touch.pk}"' in page(cast, "week", day=day_of(monday(weeks=3)))
    assert f'id="touch-{touch.pk}"' not in page(cast, "week", day=day_of(monday(weeks=6)))


def test_a_timeline_has_a_row_for_each_target(cast: Cast) -> None:
    quiet = play.account(cast.program, "Quiet Corp")
    Target.objects.create(program=cast.program, account=quiet, tier=1, entered_at=monday(weeks=-4))
    shown = page(cast, "timeline")
    assert "Quiet Corp" in shown
    assert "Tier 1" in shown
    assert "Quiet Corp" not in page(cast, "timeline", channel="call")


def test_a_filter_does_not_take_a_target_off_the_list(cast: Cast) -> None:
    person = someone(cast)
    assert person.account
    planned(person, cast.rep)
    planned(someone(cast, "Stranger"), cast.rep, monday(12))
    assert person.account
    Target.objects.create(
        program=cast.program, account=person.account, tier=2, entered_at=monday(weeks=-4)
    )
    for asked in ({"side": "sales"}, {"who": cast.rep.pk}, {"q": "acme"}):
        assert "Tier 2" in page(cast, "timeline", **asked)
    shown = page(cast, "timeline", channel="call")
    assert shown.count("not on the list") == 1


def test_a_week_shows_where_now_is(cast: Cast, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(datetime(2026, 11, 24, 10, 40, tzinfo=PARIS), tick=False)
    here = 'data-drop-day="2026-11-24" data-drop-hour="10" data-now="30"'
    shown = page(cast, "week", day="2026-11-24")
    assert here in shown
    assert shown.count("data-now") == 1
    assert "data-now" not in page(cast, "week", day="2026-12-01")


def test_a_week_has_a_row_for_each_hour_between_its_first_and_last(cast: Cast) -> None:
    # 10 pm in Paris, or 9 pm while only one of both has summer time.
    late = monday(15)
    planned(someone(cast), cast.rep, late)
    shown = page(cast, "week")
    hours = [int(part.split('"')[0]) for part in shown.split('data-drop-hour="')[1:]]
    assert sorted(set(hours)) == list(range(8, late.astimezone(PARIS).hour + 1))


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({"account": "Lynx"}, "Account"),
        ({"who": "999999"}, "Who"),
        ({"channel": "fax"}, "Channel"),
        ({"day": "2026-13-45"}, "Day"),
        ({"view": "year"}, "View"),
    ],
)
def test_what_nobody_can_read_is_told(cast: Cast, asked: dict[str, str], name: str) -> None:
    touch = planned(someone(cast), cast.rep)
    shown = cast.client("marketer").get(
        at(cast, "calendar"), {"view": "month", "day": day_of(monday()), "side": "sales"} | asked
    )
    html = shown.content.decode()
    assert f"Not understood, and left out: {name}." in html
    if "day" not in asked:
        assert f'id="touch-{touch.pk}"' in html
    remove = shown.context["not_understood"].remove
    assert "side=sales" in remove
    again = cast.client("marketer").get(at(cast, "calendar") + remove).content.decode()
    assert "Not understood" not in again


def test_observers_are_nobodys_who(cast: Cast) -> None:
    shown = page(cast)
    assert cast.rep.name in shown
    assert cast.observer.name not in shown


def test_holidays_of_the_united_states_are_named(cast: Cast) -> None:
    holiday = datetime(2026, 11, 25, 15, tzinfo=UTC)
    Touch.objects.in_program(cast.program).filter(pk=planned(someone(cast), cast.rep).pk).update(
        starts_at=holiday, ends_at=holiday + timedelta(hours=1)
    )
    assert "Thanksgiving Day" in page(cast, day="2026-11-10")
    assert "Thanksgiving Day" in page(cast, "week", day="2026-11-26")
    assert "Thanksgiving Day" in page(cast, "timeline", day="2026-11-26")


@pytest.mark.parametrize("day", ["", "tomorrow", "9999-12-31", "0001-01-01", "2026-02-30"])
def test_a_day_that_cannot_be_read_is_today(cast: Cast, day: str) -> None:
    assert 'aria-current="date"' in page(cast, day=day)


@pytest.mark.parametrize("view", VIEWS)
def test_a_board_costs_the_same_with_more_touches(cast: Cast, view: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(cast, view)
        return len(asked)

    page(cast, view)
    planned(someone(cast, "One"), cast.rep)
    one = cost()
    for hour, name in enumerate(("Two", "Three"), 11):
        planned(someone(cast, name), cast.rep, monday(hour))
    assert cost() == one
    assert one <= 20


def test_htmx_gets_the_board_alone(cast: Cast) -> None:
    reply = cast.client("rep").get(at(cast, "calendar"), headers=HTMX)
    assert b"<html" not in reply.content
    assert b"calendar__bar" in reply.content


def file(cast: Cast, **asked: str) -> list[str]:
    given = {"view": "month", "day": day_of(monday()), **asked}
    return lines(cast.client("rep").get(at(cast, "calendar_export"), given))


def test_the_file_neutralises_formulas(cast: Cast) -> None:
    planned(someone(cast), cast.rep, message='=HYPERLINK("http://evil")')
    (_head, line) = file(cast)
    assert "'=HYPERLINK" in line
    assert "Acme" in line
    assert len(file(cast, side="marketing")) == 1


def test_the_file_goes_on_after_a_batch(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alignment.workspace.calendar.export.BATCH", 2)
    person = someone(cast)
    for hour in range(5):
        planned(person, cast.rep, monday(9 + hour), message=f"{hour}", reason="A busy day")
    # Touches that begin at the same moment are all exported, across batches.
    Touch.objects.in_program(cast.program).update(starts_at=monday(9))
    assert len(file(cast)) == 1 + 5


def test_the_file_has_what_began_earlier_and_lasts(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alignment.workspace.calendar.export.BATCH", 1)
    lasts = {"channel": "ad", "ends_at": monday(weeks=6)}
    for name in ("Acme", "Bolt", "Core"):
        planned(someone(cast, name), cast.marketer, monday(), **lasts)
    week = {"view": "week", "day": day_of(monday(weeks=3))}
    board = cast.client("rep").get(at(cast, "calendar"), week).context["board"]
    assert board.total == 3
    assert [line.split(",")[3] for line in file(cast, **week)[1:]] == ["Acme", "Bolt", "Core"]
    assert len(file(cast, view="week", day=day_of(monday(weeks=8)))) == 1


def test_the_file_says_when_it_was_done_and_has_it_where_it_was(cast: Cast) -> None:
    plan = monday(weeks=4)
    touch = planned(someone(cast), cast.rep, plan)
    later = planned(someone(cast, "Later"), cast.rep)
    done = plan - timedelta(weeks=8)
    rows = Touch.objects.in_program(cast.program)
    rows.filter(pk=touch.pk).update(state=Touch.State.DONE, done_at=done)
    starts = done + timedelta(hours=2)
    rows.filter(pk=later.pk).update(starts_at=starts, ends_at=starts + timedelta(minutes=5))
    head, line, next_one = file(cast, view="week", day=day_of(done))
    at_head = [name.strip('"') for name in head.split(",")]
    said = dict(zip(at_head, line.split(","), strict=False))
    local = done.astimezone(PARIS)
    assert said["Done"].startswith(f"{local:%Y-%m-%dT%H:%M}")
    assert said["From"].startswith(f"{plan.astimezone(PARIS):%Y-%m-%d}")
    assert later.account.name in next_one
    assert len(file(cast, view="week", day=day_of(plan))) == 1


def test_a_touch_of_the_past_that_nobody_did_is_overdue(cast: Cast) -> None:
    touch = planned(someone(cast), cast.rep)
    past = monday(weeks=-1)
    Touch.objects.in_program(cast.program).filter(pk=touch.pk).update(
        starts_at=past, ends_at=past + timedelta(minutes=5)
    )
    assert "touch__mark--late" in page(cast, day=day_of(past))

"""A play on one account: its conflicts, and how it gives way."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from campaigns.calendar.rules.bookings import Bookings
from campaigns.calendar.rules.conflicts import ConflictContext, Kind, conflicts
from campaigns.calendar.rules.days import business_days_between
from campaigns.calendar.rules.slots import Slot
from campaigns.plays.rules.planning import THREAD, Cast, Placed, lay_out
from campaigns.plays.rules.steps import Step
from campaigns.policy.defaults import DEFAULT_POLICY
from campaigns.policy.rules import parse_policy

CHICAGO = ZoneInfo("America/Chicago")
NOW = datetime(2026, 11, 20, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)
POLICY = parse_policy(DEFAULT_POLICY)
CAST = Cast(
    account=7, contact=1, committee=frozenset({1, 2, 3}), who={"marketing": 10, "sales": 20}
)
CASE_STUDY = Step(1, "marketing", "email", 0, time(10), 15, message="The Ohio insurer")
CALL = Step(2, "sales", "call", 2, time(10), 15, follows=1, message="The Ohio insurer")
WEBINAR = Step(3, "marketing", "webinar", 4, time(12), 60)


def never(day: date) -> bool:
    return False


def lay(*steps: Step, others: tuple[Slot, ...] = (), gives_way: bool = False) -> list[Placed]:
    return lay_out(
        steps,
        cast=CAST,
        first=TUESDAY,
        zone=CHICAGO,
        is_day_off=never,
        around=ConflictContext(POLICY, others, zone=CHICAGO),
        now=NOW,
        gives_way=gives_way,
    )


def somebody(starts: datetime, **fields: object) -> Slot:
    slot = Slot(
        7, frozenset({1}), 99, "sales", "call", starts, starts + timedelta(minutes=15), id=5
    )
    return replace(slot, **fields)  # type: ignore[arg-type]


def test_both_teams_take_part_and_do_not_collide_with_each_other() -> None:
    laid = lay(CASE_STUDY, CALL, WEBINAR)
    assert [placed.met for placed in laid] == [(), (), ()]
    assert [placed.slot.who for placed in laid] == [10, 20, 10]
    assert [len(placed.slot.people) for placed in laid] == [1, 1, 3]
    assert {placed.slot.thread for placed in laid} == {THREAD}
    assert laid[1].slot.follows == laid[0].slot.id


def test_somebody_else_on_the_prospect_refuses_or_makes_it_give_way() -> None:
    other = somebody(datetime(2026, 11, 24, 20, tzinfo=UTC))
    stuck, _ = lay(CASE_STUDY, CALL, others=(other,))
    assert stuck.is_refused
    assert not stuck.gave_way
    moved, call = lay(CASE_STUDY, CALL, others=(other,), gives_way=True)
    assert [conflict.kind for conflict in moved.met] == [Kind.DOUBLE]
    assert not moved.is_refused
    assert moved.slot.starts >= other.ends + POLICY.gap
    assert call.slot.starts > moved.slot.starts


def test_nobody_to_reach_is_nobody() -> None:
    laid = lay_out(
        [CASE_STUDY],
        cast=replace(CAST, contact=None),
        first=TUESDAY,
        zone=CHICAGO,
        is_day_off=never,
        around=ConflictContext(POLICY),
        now=NOW,
        gives_way=True,
    )
    assert laid[0].slot.people == frozenset()


def test_a_step_that_gives_way_carries_the_later_ones_along() -> None:
    other = somebody(datetime(2026, 11, 24, 20, tzinfo=UTC))
    moved, call, webinar = lay(CASE_STUDY, CALL, WEBINAR, others=(other,), gives_way=True)
    local = [placed.slot.starts.astimezone(CHICAGO) for placed in (moved, call, webinar)]
    assert [at.date() for at in local] == [
        date(2026, 11, 25),
        date(2026, 11, 27),
        date(2026, 12, 1),
    ]
    # The local hour of the prospect is kept.
    assert [at.time() for at in local[1:]] == [time(10), time(12)]
    assert [placed.is_carried for placed in (moved, call, webinar)] == [False, True, True]
    assert [placed.days_after for placed in (moved, call, webinar)] == [None] * 3
    assert not any(placed.met for placed in (call, webinar))


def days(laid: list[Placed]) -> list[date]:
    return [placed.slot.starts.astimezone(CHICAGO).date() for placed in laid]


def test_a_play_moves_as_one_to_the_next_day_on_which_all_of_it_fits() -> None:
    # The call would collide, so the e-mail before it waits, too.
    other = somebody(datetime(2026, 11, 26, 20, tzinfo=UTC))
    laid = lay(CASE_STUDY, CALL, WEBINAR, others=(other,), gives_way=True)
    assert days(laid) == [date(2026, 11, 25), date(2026, 11, 27), date(2026, 12, 1)]
    mail, call, _webinar = laid
    assert (mail.is_carried, call.gave_way) == (True, True)
    assert [conflict.kind for conflict in call.met] == [Kind.DOUBLE]
    # If it is carried onto another touch, it moves further.
    more = somebody(datetime(2026, 11, 27, 16, tzinfo=UTC), id=6)
    laid = lay(CASE_STUDY, CALL, others=(other, more), gives_way=True)
    assert days(laid) == [date(2026, 11, 30), date(2026, 12, 2)]


def test_an_hour_on_the_same_day_is_nearer_than_another_day() -> None:
    # The user has a meeting at the hour of the call.
    booked = somebody(
        datetime(2026, 11, 26, 16, tzinfo=UTC), account=8, people=frozenset({9}), who=20
    )
    around = ConflictContext(POLICY, zone=CHICAGO, bookings=Bookings().and_([booked]))
    laid = lay_out(
        [CASE_STUDY, CALL], CAST, TUESDAY, CHICAGO, never, around=around, now=NOW, gives_way=True
    )
    assert days(laid) == [date(2026, 11, 24), date(2026, 11, 26)]
    assert laid[1].slot.starts == booked.ends + timedelta(minutes=15)


def test_a_play_that_fits_nowhere_as_a_whole_says_how_far_it_is_torn() -> None:
    # Touches of colleagues leave only Tuesday afternoons free.
    monday = datetime(2026, 11, 23, 18, tzinfo=UTC)
    thursday = datetime(2026, 11, 26, 15, tzinfo=UTC)
    others = tuple(
        somebody(start + timedelta(days=7 * week), id=100 + 10 * week + number)
        for week in range(8)
        for number, start in enumerate((monday, thursday, monday + timedelta(days=4)))
    )
    wide = replace(POLICY, per_stakeholder=100, per_account=100)
    laid = lay_out(
        [CASE_STUDY, replace(CALL, after_days=1)],
        CAST,
        TUESDAY,
        CHICAGO,
        never,
        around=ConflictContext(wide, others, zone=CHICAGO, is_day_off=never),
        now=NOW,
        gives_way=True,
    )
    assert days(laid) == [date(2026, 11, 24), date(2026, 12, 1)]
    assert [placed.days_after for placed in laid] == [None, 5]
    assert not any(placed.in_the_way for placed in laid)


def test_who_refused_is_told_where_the_play_stands() -> None:
    around = ConflictContext(POLICY, zone=CHICAGO, refused={1: frozenset({"call"})})
    laid = lay_out(
        [CASE_STUDY, CALL], CAST, TUESDAY, CHICAGO, never, around=around, now=NOW, gives_way=True
    )
    assert days(laid) == [date(2026, 11, 24), date(2026, 11, 26)]
    assert laid[1].is_refused


hours = st.integers(0, 24 * 20)
strangers = st.lists(
    st.builds(
        lambda hour, who: somebody(NOW + timedelta(hours=hour), who=who, id=100 + hour),
        hours,
        st.sampled_from([98, 99]),
    ),
    max_size=4,
    unique_by=lambda slot: slot.id,
)


@given(strangers)
def test_a_step_that_gave_way_meets_nothing_and_keeps_the_order(others: list[Slot]) -> None:
    laid = lay(CASE_STUDY, CALL, WEBINAR, others=tuple(others), gives_way=True)
    for number, placed in enumerate(laid):
        assert placed.slot.starts >= placed.wish
        assert placed.gave_way <= bool(placed.met)
        if placed.gave_way:
            before = tuple(each.slot for each in laid[:number])
            seen = ConflictContext(POLICY, (*others, *before), CHICAGO, is_day_off=never)
            assert conflicts(placed.slot, seen, NOW) == []
            assert placed.slot.starts.astimezone(CHICAGO).weekday() < 5


@given(strangers)
def test_the_rhythm_is_kept_or_told(others: list[Slot]) -> None:
    laid = lay(CASE_STUDY, CALL, WEBINAR, others=tuple(others), gives_way=True)
    mail, call, _webinar = days(laid)
    apart = business_days_between(mail, call, never)
    assert laid[1].days_after == (None if apart == CALL.after_days else apart)

"""A play on one account: what it meets, and where it gives way."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from campaigns.calendar.rules.conflicts import Around, Kind, conflicts
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
        around=Around(POLICY, others, zone=CHICAGO),
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
        around=Around(POLICY),
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
    # The hour of the prospect's day stays.
    assert [at.time() for at in local[1:]] == [time(10), time(12)]
    assert [placed.is_carried for placed in (moved, call, webinar)] == [False, True, True]
    assert not any(placed.met for placed in (call, webinar))


def test_what_is_carried_onto_somebody_gives_way_from_there() -> None:
    others = (
        somebody(datetime(2026, 11, 24, 20, tzinfo=UTC)),
        somebody(datetime(2026, 11, 27, 16, tzinfo=UTC), id=6),
    )
    _, call = lay(CASE_STUDY, CALL, others=others, gives_way=True)
    assert call.gave_way
    assert call.slot.starts.astimezone(CHICAGO).date() == date(2026, 11, 30)


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
            assert conflicts(placed.slot, Around(POLICY, (*others, *before), CHICAGO), NOW) == []
            assert placed.slot.starts.astimezone(CHICAGO).weekday() < 5

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment.sla.rules.hours import WorkingTime
from campaigns.calendar.rules.bookings import Bookings, keeps
from campaigns.calendar.rules.conflicts import ConflictContext, Kind, conflicts
from campaigns.calendar.rules.free_places import REACH, STEP, free_later, free_slots
from campaigns.calendar.rules.slots import Slot
from campaigns.policy.defaults import DEFAULT_POLICY
from campaigns.policy.rules import parse_policy

POLICY = parse_policy(DEFAULT_POLICY)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
# Tuesday 10:00 in New York.
CALL = Slot(
    account=1,
    people=frozenset({7}),
    who=1,
    side="sales",
    channel="call",
    starts=datetime(2026, 3, 10, 14, tzinfo=UTC),
    ends=datetime(2026, 3, 10, 14, 30, tzinfo=UTC),
)


@st.composite
def slots(draw: Any) -> Any:
    starts = NOW + timedelta(minutes=15 * draw(st.integers(0, 96 * 10)))
    return Slot(
        account=draw(st.integers(1, 2)),
        people=draw(st.frozensets(st.integers(1, 3), max_size=2)),
        who=draw(st.none() | st.integers(1, 3)),
        side=draw(st.sampled_from(["marketing", "sales"])),
        channel=draw(st.sampled_from(["email", "call", "ad"])),
        starts=starts,
        ends=starts + timedelta(minutes=15 * draw(st.integers(1, 8))),
        thread=draw(st.none() | st.integers(1, 2)),
        message=draw(st.sampled_from(["", "cost", "speed"])),
        state=draw(st.sampled_from(["planned", "done", "skipped"])),
    )


def around(*others: Any, **more: Any) -> Any:
    given: dict[str, Any] = {"policy": POLICY, "others": others, "zone": NEW_YORK}
    return ConflictContext(**(given | more))


def found(touch: Any, *others: Any, **more: Any) -> Any:
    return [conflict.kind for conflict in conflicts(touch, around(*others, **more), NOW)]


@given(slots(), slots())
def test_double_prospecting_is_mutual(one: Any, two: Any) -> None:
    one, two = replace(one, state="planned"), replace(two, state="planned")
    assert (Kind.DOUBLE in found(one, two)) == (Kind.DOUBLE in found(two, one))


@given(slots(), slots())
def test_touches_of_one_thread_never_double_prospect(one: Any, two: Any) -> None:
    assert Kind.DOUBLE not in found(replace(one, thread=5), replace(two, thread=5))


@given(slots(), st.lists(slots(), max_size=20), slots())
def test_one_touch_more_never_lifts_a_cap(touch: Any, others: Any, more: Any) -> None:
    tight = replace(POLICY, per_stakeholder=2, per_account=3)
    caps = {Kind.STAKEHOLDER_CAP, Kind.ACCOUNT_CAP}
    before = caps & set(found(touch, *others, policy=tight))
    assert before <= set(found(touch, *others, more, policy=tight))


@settings(max_examples=30, deadline=None)
@given(slots(), st.lists(slots(), max_size=6))
def test_a_slot_on_offer_has_no_conflict(touch: Any, others: Any) -> None:
    scene = around(*others, decision_makers=frozenset({1}))
    for slot in free_slots(touch, scene, NOW):
        assert slot.starts >= NOW
        assert slot.starts.astimezone(NEW_YORK).weekday() < 5
        assert slot.ends - slot.starts == touch.ends - touch.starts
        assert conflicts(slot, scene, NOW) == []


@settings(max_examples=60, deadline=None)
@given(slots(), st.lists(slots(), max_size=12))
def test_no_free_place_is_passed_over(touch: Any, others: Any) -> None:
    """This also holds for days with full caps, where half-hours are not counted one by one."""
    tight = replace(POLICY, per_stakeholder=2, per_account=3)
    scene = around(*others, policy=tight)
    hours = range(1, REACH // STEP + 1)
    wish = touch.starts - (touch.starts - NOW) % STEP
    places = [
        replace(touch, starts=wish + STEP * n, ends=wish + STEP * n + lasts(touch)) for n in hours
    ]
    assert list(free_later(touch, scene, NOW)) == [one for one in places if is_free(one, scene)]
    sooner = (
        replace(touch, starts=wish - STEP * n, ends=wish - STEP * n + lasts(touch)) for n in hours
    )
    nearest = next((one for one in sooner if is_free(one, scene)), None)
    assert nearest is None or nearest in free_slots(touch, scene, NOW)


def lasts(touch: Any) -> Any:
    return touch.ends - touch.starts


def is_free(place: Any, scene: Any) -> bool:
    return place.starts >= NOW and scene.is_open(place.starts) and not conflicts(place, scene, NOW)


def test_a_lone_touch_in_office_hours_has_no_conflict() -> None:
    assert found(CALL) == []


@pytest.mark.parametrize(("hours", "collides"), [(23, True), (24, False)])
def test_the_gap_counts_from_the_end_of_the_one_before(hours: Any, collides: Any) -> None:
    later = CALL.ends + timedelta(hours=hours)
    other = replace(CALL, id=2, who=2, starts=later, ends=later + timedelta(hours=1))
    assert (Kind.DOUBLE in found(CALL, other)) == collides


@pytest.mark.parametrize(
    ("mine", "theirs", "collides"),
    [(None, None, True), (None, 1, True), (1, None, True), (1, 2, True), (1, 1, False)],
)
def test_only_who_is_surely_the_same_may_come_close(mine: Any, theirs: Any, collides: Any) -> None:
    later = replace(CALL, id=2, who=theirs, starts=CALL.ends, ends=CALL.ends + timedelta(hours=1))
    touch = replace(CALL, who=mine)
    assert found(touch, later) == ([Kind.DOUBLE] if collides else [])
    assert found(replace(touch, thread=5), replace(later, thread=5)) == []
    for place in free_slots(touch, around(later), NOW):
        near = place.starts - later.ends < POLICY.gap and later.starts - place.ends < POLICY.gap
        assert near == (not collides)


@given(slots(), slots())
def test_naming_nobody_lifts_no_conflict(one: Any, two: Any) -> None:
    one, two = replace(one, state="planned"), replace(two, state="planned")
    if Kind.DOUBLE in found(one, two):
        unnamed = set(found(replace(one, who=None), two))
        assert unnamed & {Kind.DOUBLE, Kind.SAME}


def test_the_very_same_touch_of_nobody_is_told_once() -> None:
    mail = replace(CALL, who=None, channel="email", message="cost")
    assert found(mail, replace(mail, id=2)) == [Kind.SAME]


@pytest.mark.parametrize(("hours", "collides"), [(35, True), (36, False)])
def test_a_touch_keeps_the_gap_of_the_policy_of_its_day(hours: Any, collides: Any) -> None:
    later = CALL.ends + timedelta(hours=hours)
    old = replace(CALL, id=2, who=2, starts=later, ends=later + timedelta(hours=1), gap_hours=48)
    assert (Kind.DOUBLE in found(CALL, old)) == collides


def test_both_neighbours_in_time_are_offered() -> None:
    other = replace(CALL, id=2, who=2)
    slots = free_slots(CALL, around(other), NOW)
    assert [slot.starts for slot in slots] == [
        datetime(2026, 3, 9, 13, 30, tzinfo=UTC),
        datetime(2026, 3, 11, 14, 30, tzinfo=UTC),
    ]


def test_no_place_is_offered_on_a_weekend_or_a_holiday() -> None:
    # Monday 25 January 2027; the Friday before is free, and Martin Luther King Day is the 18th.
    monday = replace(
        CALL,
        starts=datetime(2027, 1, 25, 15, tzinfo=UTC),
        ends=datetime(2027, 1, 25, 15, 30, tzinfo=UTC),
    )
    other = replace(monday, id=2, who=2)
    before, _after = free_slots(monday, around(other), NOW)
    assert before.starts.astimezone(NEW_YORK).date() == date(2027, 1, 22)
    tuesday = replace(
        monday,
        starts=datetime(2027, 1, 19, 15, tzinfo=UTC),
        ends=datetime(2027, 1, 19, 15, 30, tzinfo=UTC),
    )
    other = replace(tuesday, id=2, who=2)
    before, _after = free_slots(tuesday, around(other), NOW)
    assert before.starts.astimezone(NEW_YORK).date() == date(2027, 1, 15)
    # If the state is unknown, the program's business days count.
    blind = around(other, zone=None, days_in=NEW_YORK)
    assert free_slots(tuesday, blind, NOW)[0].starts.astimezone(NEW_YORK).weekday() == 4


def test_a_skipped_touch_is_in_nobodys_way() -> None:
    assert found(CALL, replace(CALL, id=2, who=2, state="skipped")) == []


def test_two_messages_to_one_account_clash() -> None:
    other = replace(CALL, id=2, people=frozenset({8}), channel="email", message="speed")
    assert found(replace(CALL, message="cost"), other) == [Kind.CLASH]


@pytest.mark.parametrize(("hours", "clashes"), [(3, True), (23, True), (24, False)])
def test_two_messages_clash_within_the_gap_of_the_policy(hours: Any, clashes: Any) -> None:
    later = CALL.ends + timedelta(hours=hours)
    other = replace(CALL, id=2, message="speed", starts=later, ends=later + timedelta(hours=1))
    mine = replace(CALL, message="cost")
    # The other touch may be for the same person or another one: the account hears both.
    for people in (CALL.people, frozenset({8})):
        assert (Kind.CLASH in found(mine, replace(other, people=people))) == clashes
    assert Kind.CLASH not in found(replace(mine, thread=5), replace(other, thread=5))
    no_gap = replace(POLICY, gap_hours=0)
    assert Kind.CLASH not in found(mine, other, policy=no_gap)


@pytest.mark.parametrize(("hours", "clashes"), [(0.5, True), (23, True), (24, False)])
def test_the_same_message_twice_to_one_person_clashes_too(hours: Any, clashes: Any) -> None:
    later = CALL.ends + timedelta(hours=hours)
    mail = replace(CALL, channel="email", message="cost")
    again = replace(mail, id=2, starts=later, ends=later + timedelta(minutes=15))
    told = [each for each in conflicts(mail, around(again), NOW) if each.kind == Kind.CLASH]
    assert [each.person for each in told] == ([7] if clashes else [])
    for fine in (
        replace(again, channel="call"),
        replace(again, people=frozenset({8})),
        replace(again, message=""),
        replace(again, state="skipped"),
    ):
        assert Kind.CLASH not in found(mail, fine)
    assert Kind.CLASH not in found(replace(mail, thread=5), replace(again, thread=5))


def test_the_same_content_without_words_clashes_and_silence_does_not() -> None:
    later = replace(CALL, id=2, channel="email", starts=CALL.ends + timedelta(hours=1))
    later = replace(later, ends=later.starts + timedelta(minutes=15))
    mail = replace(CALL, channel="email")
    assert found(mail, later) == []
    assert found(replace(mail, asset=3), replace(later, asset=3)) == [Kind.CLASH]


def test_the_very_same_touch_is_told_once_and_no_near_place_is_offered() -> None:
    mail = replace(CALL, channel="email", message="cost")
    sent = replace(mail, id=2)
    assert found(mail, sent) == [Kind.SAME]
    before, after = free_slots(mail, around(sent), NOW)
    assert before.ends + POLICY.gap <= sent.starts
    assert after.starts - POLICY.gap >= sent.ends


@pytest.mark.parametrize(
    ("day", "is_off"), [((2026, 3, 14), True), ((2026, 3, 16), False), ((2027, 1, 18), True)]
)
def test_weekends_and_holidays_of_the_prospect_are_told(day: Any, is_off: Any) -> None:
    starts = datetime.combine(date(*day), time(15), UTC)
    touch = replace(CALL, starts=starts, ends=starts + timedelta(minutes=30))
    assert found(touch) == ([Kind.DAY_OFF] if is_off else [])
    assert found(touch, zone=None, days_in=NEW_YORK) == ([Kind.DAY_OFF] if is_off else [])
    # It is only a warning, and an advertisement may begin at any hour.
    assert not any(each.is_hard for each in conflicts(touch, around(), NOW))
    assert found(replace(touch, channel="ad")) == []


def test_free_places_lie_in_the_working_hours_of_who_does_it() -> None:
    paris = WorkingTime("Europe/Paris", holidays="")
    busy = replace(CALL, id=2, who=2)
    scene = around(busy, works={1: paris})
    for place in free_slots(CALL, scene, NOW):
        assert paris.is_open(place.starts)
        assert paris.between(place.starts, place.ends) == 30 * 60
    # Other people's hours do not matter, and if no hour of one's own is free, any hour is offered.
    assert free_slots(CALL, around(busy, works={9: paris}), NOW) == free_slots(
        CALL, around(busy), NOW
    )
    nights = WorkingTime("America/New_York", (((0, 120),),) * 7, holidays="")
    assert free_slots(CALL, around(busy, works={1: nights}), NOW) == free_slots(
        CALL, around(busy), NOW
    )
    assert next(free_later(CALL, scene, NOW)) == free_slots(CALL, scene, NOW)[1]


@pytest.mark.parametrize(
    ("hour", "minutes", "quiet"),
    [(12, 30, False), (11, 30, True), (21, 60, False), (21, 61, True), (13, 60 * 24, True)],
)
def test_quiet_hours_are_the_prospects(hour: Any, minutes: Any, quiet: Any) -> None:
    starts = CALL.starts.replace(hour=hour)
    touch = replace(CALL, starts=starts, ends=starts + timedelta(minutes=minutes))
    assert (Kind.QUIET in found(touch)) == quiet
    assert Kind.QUIET not in found(replace(touch, channel="ad"))
    assert Kind.QUIET not in found(touch, zone=None)


def test_a_refusal_comes_first_and_no_hour_helps() -> None:
    double = replace(CALL, id=2, who=2)
    scene = {"do_not_contact": frozenset({7})}
    assert found(CALL, double, **scene) == [Kind.DO_NOT_CONTACT, Kind.DOUBLE]
    assert free_slots(CALL, around(double, **scene), NOW) == []
    assert found(CALL, refused={7: frozenset({"call"})}) == [Kind.NO_CONSENT]
    assert found(CALL, refused={7: frozenset({"email"})}) == []


@pytest.mark.parametrize(
    ("state", "days", "missing"),
    [("planned", -1, False), ("planned", 1, True), ("skipped", -1, True), ("done", -1, False)],
)
def test_a_follow_up_needs_its_first_touch(state: Any, days: Any, missing: Any) -> None:
    moved = timedelta(days=days)
    first = replace(
        CALL, id=2, thread=2, state=state, starts=CALL.starts + moved, ends=CALL.ends + moved
    )
    follow_up = replace(CALL, follows=2, thread=2)
    assert (Kind.FIRST_NOT_DONE in found(follow_up, first)) == missing


def test_marketing_rests_while_sales_talks_to_the_decision_maker() -> None:
    mail = replace(CALL, side="marketing", channel="email", starts=CALL.starts + timedelta(days=3))
    mail = replace(mail, ends=mail.starts + timedelta(minutes=5), who=2)
    call = replace(CALL, id=2)
    deciders = frozenset({7})
    assert found(mail, call, decision_makers=deciders) == [Kind.PAUSED]
    assert found(mail, call) == []
    assert found(replace(mail, people=frozenset({8})), call, decision_makers=deciders) == []
    linked = replace(mail, thread=2)
    assert found(linked, replace(call, thread=2), decision_makers=deciders) == []


BUSY = replace(CALL, id=2, account=2, people=frozenset({20}))


def booked(touch: Any, *others: Any) -> Any:
    return found(touch, bookings=Bookings().and_(others))


def test_nobody_of_us_is_at_two_places_at_once() -> None:
    assert booked(CALL, BUSY) == [Kind.BOOKED]
    assert not conflicts(CALL, around(bookings=Bookings().and_([BUSY])), NOW)[0].is_hard
    # This also applies to the same account, including a follow-up.
    assert found(replace(CALL, thread=5), replace(BUSY, account=1, thread=5)) == [Kind.BOOKED]
    assert booked(replace(CALL, starts=CALL.ends, ends=CALL.ends + timedelta(hours=1)), BUSY) == []
    assert booked(CALL, replace(BUSY, who=2)) == []
    assert booked(CALL, replace(BUSY, state="done")) == []
    assert booked(replace(CALL, id=2), BUSY) == []


@pytest.mark.parametrize("channel", ["email", "linkedin", "ad", "mail", "content"])
def test_what_is_sent_or_runs_by_itself_keeps_nobody(channel: Any) -> None:
    assert booked(CALL, replace(BUSY, channel=channel)) == []
    assert booked(replace(CALL, channel=channel), BUSY) == []


def test_an_entry_for_the_day_is_no_appointment() -> None:
    midnight = datetime(2026, 3, 10, 4, tzinfo=UTC)
    fair = replace(BUSY, channel="event", starts=midnight)
    assert booked(CALL, replace(fair, ends=midnight + timedelta(hours=24))) == []
    assert booked(CALL, replace(fair, ends=midnight + timedelta(hours=12))) == [Kind.BOOKED]


def test_many_accounts_come_to_one_webinar() -> None:
    webinar = replace(CALL, channel="webinar")
    assert booked(webinar, replace(BUSY, channel="webinar")) == []
    assert booked(webinar, replace(BUSY, channel="event")) == [Kind.BOOKED]
    later = CALL.starts + timedelta(minutes=10)
    assert booked(webinar, replace(BUSY, channel="webinar", starts=later)) == [Kind.BOOKED]


@settings(deadline=None)
@given(slots(), st.lists(slots(), max_size=12))
def test_bookings_are_found_as_if_each_was_looked_at(touch: Any, others: Any) -> None:
    met = Bookings().and_(others[:6]).and_(others[6:]).during(touch)
    every = [other for other in others if keeps(other, touch)]
    assert sorted(map(repr, met)) == sorted(map(repr, every))


@settings(max_examples=30, deadline=None)
@given(slots(), st.lists(slots(), max_size=6))
def test_free_places_fit_who_does_it_too(touch: Any, others: Any) -> None:
    scene = around(bookings=Bookings().and_(others))
    for place in free_slots(replace(touch, channel="call"), scene, NOW):
        assert not any(keeps(other, place) for other in others)

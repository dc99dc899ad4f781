"""When briefings are due, what they count, and how the effect of a message is computed."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.insights.rules import briefing, rhythm
from campaigns.insights.rules.briefing import Earlier, Mention, Trend, trend_of
from campaigns.insights.rules.effect import (
    Counted,
    Effect,
    Group,
    InUse,
    Raised,
    Verdict,
    as_of,
    effect_of,
    group_of,
)

NEW_YORK = ZoneInfo("America/New_York")
ZONES = st.sampled_from(
    [NEW_YORK, *map(ZoneInfo, ("UTC", "Europe/Paris", "Australia/Lord_Howe", "Asia/Kathmandu"))]
)
MOMENTS = st.integers(1_704_000_000, 1_830_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))
T0 = datetime(2026, 11, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    return T0 + timedelta(days=number)


@given(MOMENTS, st.integers(0, 6), st.integers(0, 23), ZONES)
def test_a_rhythm_comes_once_a_week_at_its_hour(
    now: datetime, weekday: int, hour: int, zone: ZoneInfo
) -> None:
    moments = [now]
    for _ in range(60):
        moments.append(rhythm.next_moment(moments[-1], weekday=weekday, hour=hour, zone=zone))
    assert all(early < late for early, late in pairwise(moments))
    weeks = [rhythm.week_of(moment, zone) for moment in moments[1:]]
    assert [late - early for early, late in pairwise(weeks)] == [timedelta(days=7)] * 59
    for moment in moments[1:]:
        here = moment.astimezone(zone)
        # An hour that a clock change skips becomes the next one.
        assert here.weekday() == weekday
        assert here.hour in (hour, hour + 1)
        last = rhythm.last_moment(moment, weekday=weekday, hour=hour, zone=zone)
        assert last == moment


@given(MOMENTS, ZONES)
def test_weeks_before_touch_one_another(now: datetime, zone: ZoneInfo) -> None:
    weeks = rhythm.weeks_before(now, zone)
    assert (len(weeks), weeks[0][1]) == (4, now)
    assert all(near[0] == far[1] and near[0] < near[1] for near, far in pairwise(weeks))
    assert abs(now - weeks[-1][0] - timedelta(days=28)) <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("day_of", "hour", "utc"),
    [
        # 2:00 does not exist on 8 March 2026 in New York and becomes 3:00 EDT; 1:00 occurs twice on
        # 1 November.
        (date(2026, 3, 8), 2, datetime(2026, 3, 8, 7, tzinfo=UTC)),
        (date(2026, 11, 1), 1, datetime(2026, 11, 1, 5, tzinfo=UTC)),
        (date(2026, 11, 2), 8, datetime(2026, 11, 2, 13, tzinfo=UTC)),
        (date(2026, 10, 26), 8, datetime(2026, 10, 26, 12, tzinfo=UTC)),
    ],
)
def test_clock_changes(day_of: date, hour: int, utc: datetime) -> None:
    assert rhythm.moment_of(day_of, hour, NEW_YORK) == utc


def test_a_period_begins_where_the_one_before_ended_within_five_weeks() -> None:
    end = datetime(2026, 11, 2, 13, tzinfo=UTC)
    # A week before, 8:00 in New York was an hour earlier in UTC: the clock went back in between.
    assert rhythm.begins_at(end, None, NEW_YORK) == datetime(2026, 10, 26, 12, tzinfo=UTC)
    near, far = end - timedelta(days=11), end - timedelta(days=90)
    assert rhythm.begins_at(end, near, NEW_YORK) == near
    assert rhythm.begins_at(end, far, NEW_YORK) == end - timedelta(days=35)


@pytest.mark.parametrize(
    ("now", "days", "earlier", "trend"),
    [
        (1, 7, Earlier(), Trend.NEW),
        (1, 7, Earlier((0, 0, 0, 0), is_known=True), Trend.AGAIN),
        (2, 7, Earlier((0, 0, 0, 0), is_known=True), Trend.RISING),
        (3, 7, Earlier((2, 2, 2, 2), is_known=True), Trend.RISING),
        (3, 7, Earlier((2, 3, 0, 0), is_known=True), Trend.AGAIN),
        # Three in two weeks are not more per week than two in one.
        (3, 14, Earlier((2, 0, 0, 0), is_known=True), Trend.AGAIN),
        (5, 14, Earlier((2, 0, 0, 0), is_known=True), Trend.RISING),
    ],
)
def test_trends(now: int, days: int, earlier: Earlier, trend: Trend) -> None:
    assert trend_of(now, days=days, earlier=earlier) == trend


mentions = st.builds(
    Mention,
    topic=st.integers(1, 3),
    note=st.integers(1, 6),
    at=st.integers(0, 6).map(day),
    quote=st.sampled_from(["Too dear.", "Not now.", "Your price, again."]),
    account=st.integers(1, 3),
    account_name=st.just("Acme"),
    sector=st.sampled_from(["", "52", "31-33"]),
    deal=st.none() | st.integers(1, 4),
    stage=st.none() | st.sampled_from(["Demo", "Discovery"]),
)


@given(st.lists(mentions, max_size=25))
def test_each_conversation_counts_once(said: list[Mention]) -> None:
    lines = briefing.raised_topics(said, {1: Earlier((1, 0, 0, 0), is_known=True)}, days=7)
    assert {line.topic for line in lines} == {mention.topic for mention in said}
    for line in lines:
        mine = [mention for mention in said if mention.topic == line.topic]
        assert line.conversations == len({mention.note for mention in mine})
        assert line.deals == len({mention.deal for mention in mine} - {None})
        assert line.accounts == len({mention.account for mention in mine})
        assert set(line.quotes) <= set(mine)
        assert len(line.quotes) == min(len(mine), briefing.MOST_QUOTES)
        assert sum(number for _key, number in line.sectors) == line.conversations
        # No account is quoted twice while another is not quoted at all.
        speakers = {mention.account for mention in line.quotes}
        assert len(speakers) == min(line.accounts, len(line.quotes))
    news = [line for line in lines if line.trend != Trend.AGAIN and line.conversations > 1]
    assert lines[: len(news)] == news
    for part in (news, lines[len(news) :]):
        numbers = [line.conversations for line in part]
        assert numbers == sorted(numbers, reverse=True)


@given(st.text(max_size=700))
def test_quotes_are_word_for_word(text: str) -> None:
    short = briefing.shortened(text)
    plain = " ".join(text.split())
    assert len(short) <= briefing.LONGEST_QUOTE
    assert short == plain or (short.endswith("…") and plain.startswith(short[:-1]))


def test_sections_are_short_and_moments_come_back() -> None:
    part = briefing.section([{"n": n} for n in range(12)])
    assert (len(part["lines"]), part["more"]) == (5, 7)
    kept = {"a": [{"since": T0.isoformat(), "name": "since"}], "at": None, "days": 7}
    assert briefing.read(kept) == {"a": [{"since": T0, "name": "since"}], "at": None, "days": 7}


moments = st.integers(0, 12).map(day)
deals = st.builds(
    Raised,
    deal=st.integers(1, 10**6),
    first_at=moments,
    closed_at=st.none() | moments,
    is_won=st.booleans(),
    answered=st.booleans(),
)


@st.composite
def in_uses(draw: st.DrawFn) -> InUse:
    former, since, until = sorted(draw(st.sets(st.integers(0, 12), min_size=3, max_size=3)))
    return InUse(
        since=day(since),
        until=day(until) if draw(st.booleans()) else None,
        former=day(former) if draw(st.booleans()) else None,
    )


def by_hand(raised: Raised, used: InUse) -> str:
    """The definition of docs/insights.md, computed independently: one message at a time."""
    messages: list[tuple[str, datetime | None, datetime | None]] = [
        ("before", used.former, used.since),
        ("after", used.since, used.until),
    ]
    for name, since, until in messages:
        if since is not None and raised.first_at < since:
            continue
        if until is not None and raised.first_at >= until:
            continue
        if raised.closed_at is not None and raised.closed_at < raised.first_at:
            return "too_late"
        is_over = until is not None and (raised.closed_at is None or raised.closed_at >= until)
        return "crossed" if is_over else name
    return "other"


@given(st.lists(deals, max_size=30), in_uses())
def test_the_effect_counts_by_its_definition(some: list[Raised], used: InUse) -> None:
    groups = [by_hand(raised, used) for raised in some]
    assert [group_of(raised, used).value for raised in some] == groups
    found = effect_of(some, used)
    for name, counted in (("before", found.before), ("after", found.after)):
        mine = [raised for raised, group in zip(some, groups, strict=True) if group == name]
        assert counted.deals == len(mine)
        assert counted.won == sum(r.is_won for r in mine if r.closed_at is not None)
        assert counted.won + counted.lost + counted.open == counted.deals
        assert counted.answered == sum(raised.answered for raised in mine)
    assert found.before.open == 0
    assert found.left_out == groups.count("crossed") + groups.count("too_late")


@given(
    st.lists(deals, max_size=30), st.lists(st.integers(0, 12), min_size=3, max_size=3, unique=True)
)
def test_no_deal_counts_for_two_messages(some: list[Raised], days_of: list[int]) -> None:
    """Among successive messages, a deal counts as "after" for at most one."""
    starts: Sequence[datetime] = [day(number) for number in sorted(days_of)]
    chain = [
        InUse(starts[0], starts[1], None),
        InUse(starts[1], starts[2], starts[0]),
        InUse(starts[2], None, starts[1]),
    ]
    for raised in some:
        groups = [group_of(raised, used) for used in chain]
        assert groups.count(Group.AFTER) <= 1
        # A deal "after" one message is "before" the next.
        for early, late in pairwise(groups):
            assert (early == Group.AFTER) == (late == Group.BEFORE)


@given(st.lists(deals, max_size=30), moments)
def test_what_was_not_known_yet_does_not_count(some: list[Raised], moment: datetime) -> None:
    then = as_of(some, moment)
    assert [raised.deal for raised in then] == [r.deal for r in some if r.first_at < moment]
    for raised, now in zip(then, [r for r in some if r.first_at < moment], strict=True):
        was_closed = now.closed_at is not None and now.closed_at < moment
        assert raised.closed_at == (now.closed_at if was_closed else None)
    assert as_of(then, moment) == then


def test_borders_belong_to_the_newer_message() -> None:
    used = InUse(day(5), day(9), day(2))
    cases = [
        (Raised(1, day(2), day(4)), Group.BEFORE),
        (Raised(1, day(1), day(4)), Group.OTHER),
        (Raised(1, day(4), day(5)), Group.CROSSED),
        (Raised(1, day(4)), Group.CROSSED),
        (Raised(1, day(5), day(5)), Group.AFTER),
        (Raised(1, day(8), day(9)), Group.CROSSED),
        (Raised(1, day(9), day(9)), Group.OTHER),
        (Raised(1, day(6), day(5)), Group.TOO_LATE),
    ]
    assert [group_of(raised, used) for raised, _ in cases] == [group for _, group in cases]


@given(*[st.integers(0, 60)] * 4)
def test_intervals_hold_the_difference(won: int, lost: int, won_now: int, lost_now: int) -> None:
    before = Counted(won + lost, 0, won, lost)
    after = Counted(won_now + lost_now, 0, won_now, lost_now)
    found = Effect(before, after)
    if min(before.closed, after.closed) < 5:
        assert (found.difference, found.verdict) == (None, Verdict.UNKNOWN)
        return
    gap = found.difference
    assert gap is not None
    assert gap.low is not None
    assert gap.high is not None
    assert -1 <= gap.low - 1e-9 <= gap.value <= gap.high + 1e-9 <= 1 + 2e-9
    swapped = Effect(after, before).difference
    assert swapped is not None
    assert swapped.low == pytest.approx(-gap.high)


def test_the_interval_as_published() -> None:
    """Newcombe 1998, table II, method 10: 56/70 and 48/80 give 0.0524 to 0.3339."""
    effect = Effect(Counted(80, 0, 48, 32), Counted(70, 0, 56, 14))
    assert effect.difference == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert effect.verdict == Verdict.BETTER

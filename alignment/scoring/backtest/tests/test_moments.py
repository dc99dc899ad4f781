"""The moment of a past score is never after the outcome."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from alignment.scoring.backtest.moments import DAYS, HANDOFF, Plan, moment_of

DAY = datetime(2026, 6, 1, tzinfo=UTC)
moments = st.integers(-300, 300).map(lambda days: DAY + timedelta(days=days))
plans = st.builds(Plan, st.sampled_from([HANDOFF, DAYS]), st.integers(1, 365))


@given(plan=plans, decided_at=moments, handed_over=st.lists(moments, max_size=4))
def test_never_after_the_outcome(
    plan: Plan, decided_at: datetime, handed_over: list[datetime]
) -> None:
    moment = moment_of(plan, decided_at, handed_over)
    assert moment is not None
    assert moment <= decided_at


def test_the_last_hand_over_before_the_outcome() -> None:
    times = [DAY - timedelta(days=90), DAY - timedelta(days=40), DAY + timedelta(days=3)]
    assert moment_of(Plan(), DAY, times) == times[1]
    assert moment_of(Plan(), None, times) == times[2]
    assert moment_of(Plan(days=10), DAY, times[2:]) == DAY - timedelta(days=10)
    assert moment_of(Plan(DAYS, 7), DAY, times) == DAY - timedelta(days=7)
    assert moment_of(Plan(), None, []) is None
    assert moment_of(Plan(DAYS, 7), None, times) is None

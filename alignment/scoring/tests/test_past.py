"""A score as of now equals the stored one, and later events do not change a past score."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Lead
from alignment.agreements.actions.drafts import start_draft
from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force, in_force_at
from alignment.scoring.actions import leads as actions
from alignment.scoring.actions import returns
from alignment.scoring.explain import explain
from alignment.scoring.explain_past import explain_at, ruling_version
from alignment.scoring.past import Happened, is_handed_over, meets, standing
from alignment.scoring.rules import Rule, ScoringModel, contribution, measure
from tests.signing import bring_in_force

from .conftest import Bench
from .test_model import CODES, models, rules

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
happened = st.lists(
    st.builds(
        Happened,
        signal=st.sampled_from(CODES),
        at=st.integers(-150 * 24, 100 * 24).map(lambda hours: NOW + timedelta(hours=hours)),
        value=st.booleans(),
        id=st.integers(1, 999),
    ),
    max_size=30,
)
facts = st.sets(st.sampled_from(CODES))


@given(model=models, events=happened, facts=facts, icp=st.booleans())
def test_what_comes_later_changes_nothing(
    model: ScoringModel, events: list[Happened], facts: set[str], icp: bool
) -> None:
    known = [event for event in events if event.at <= NOW]
    then = standing(model, events, icp=icp, facts=facts, moment=NOW)
    assert then == standing(model, known, icp=icp, facts=facts, moment=NOW)


@given(rule=rules(timed=True), events=happened)
def test_ages_count_from_the_day_of_the_moment(rule: Rule, events: list[Happened]) -> None:
    model = ScoringModel(rules=(rule,))
    stood = standing(model, events, icp=False, facts=(), moment=NOW)
    of_signal = [e for e in events if e.signal == rule.signal and e.at <= NOW]
    if rule.is_timed:
        ages = [(NOW.date() - e.at.date()).days for e in of_signal]
        assert stood.measured[rule.key] == measure(rule, ages)
    else:
        assert stood.measured[rule.key] == len(of_signal)
    assert stood.given[rule.key] == contribution(rule, stood.measured[rule.key])


def test_of_a_fact_the_latest_word_by_then_counts() -> None:
    model = ScoringModel(rules=(Rule("budget", "fit", 15, signal="budget"),))
    said = [
        Happened("budget", NOW - timedelta(days=9), True, 1),
        Happened("budget", NOW - timedelta(days=5), False, 2),
        Happened("budget", NOW - timedelta(days=1), True, 3),
    ]
    totals = [
        standing(model, said, icp=False, facts={"budget"}, moment=NOW - timedelta(days=days)).total
        for days in (10, 9, 5, 2, 1)
    ]
    assert totals == [0, 15, 0, 0, 15]


@given(rule=rules() | rules(timed=True), value=st.integers(0, 9_000))
def test_a_rule_that_gives_points_is_met(rule: Rule, value: int) -> None:
    if contribution(rule, value):
        assert meets(rule, value)


def test_minima_count_for_the_hand_over() -> None:
    model = ScoringModel(rules=(Rule("a", "fit", 1, signal="a"),), mql_at=40, mql_min_fit=20)
    assert is_handed_over(model, 20, 20)
    assert not is_handed_over(model, 19, 40)
    assert not is_handed_over(model, 39, 0)
    assert not is_handed_over(ScoringModel(), 99, 99)


TIMED = {
    "mql_at": 40,
    "sql_at": 60,
    "engagement_cap": 45,
    "rules": [
        {"key": "icp", "source": "icp", "dimension": "fit", "points": 20},
        {"key": "budget", "signal": "budget_confirmed", "dimension": "fit", "points": 15},
        {"key": "p", "signal": "pricing_page_view", "dimension": "engagement", "points": 6,
         "cap": 30, "window_days": 20},
        {"key": "d", "signal": "demo_requested", "dimension": "engagement", "points": 30,
         "decay": "half_life", "decay_days": 7, "cap": 60},
        {"key": "w", "signal": "website_visit", "dimension": "engagement", "points": 5,
         "min_count": 2, "cap": 25},
        {"key": "o", "signal": "email_opened", "dimension": "engagement", "points": -4},
    ],
}  # fmt: skip
codes = ("pricing_page_view", "demo_requested", "website_visit", "email_opened")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    done=st.lists(st.tuples(st.sampled_from(codes), st.integers(0, 60)), max_size=12),
    said=st.lists(st.tuples(st.booleans(), st.integers(0, 60)), max_size=3),
    matches=st.booleans(),
)
def test_as_of_now_it_is_the_stored_score(
    timed: Bench, done: list[tuple[str, int]], said: list[tuple[bool, int]], matches: bool
) -> None:
    bench = timed
    lead = bench.lead(bench.account() if matches else None)
    for code, days in done:
        bench.send(lead, code, days_ago=days)
    for value, days in said:
        bench.send(lead, "budget_confirmed", days_ago=days, value=value)
    now = timezone.now()
    version = ruling_version(bench.program, now)
    found = explain_at(program=bench.program, lead_id=lead.pk, at=now, versions=[version])
    stored = explain(program=bench.program, lead_id=lead.pk)
    assert found == [stored]


@pytest.fixture
def timed(bench: Bench) -> Bench:
    """A program whose model has windows, decay, caps and a rule that takes points."""
    draft = start_draft(program=bench.program, kind=Kind.SCORING, by=bench.owner, content=TIMED)
    bring_in_force(draft)
    bench.run_jobs()
    return bench


def test_each_moment_has_the_version_that_ruled_it(bench: Bench) -> None:
    first = in_force(bench.program, Kind.SCORING)
    assert first is not None
    assert first.in_force_at is not None
    draft = start_draft(program=bench.program, kind=Kind.SCORING, by=bench.owner, content=TIMED)
    second = bring_in_force(draft)
    assert second.in_force_at is not None
    tick = timedelta(microseconds=1)

    def number(at: datetime) -> int | None:
        found = in_force_at(bench.program, Kind.SCORING, at)
        return found.number if found else None

    assert number(first.in_force_at - tick) is None
    assert number(first.in_force_at) == number(second.in_force_at - tick) == 1
    assert number(second.in_force_at) == number(timezone.now()) == 2


def test_a_moment_without_a_model_has_no_points(bench: Bench) -> None:
    lead = bench.lead(bench.account())
    bench.send(lead, "pricing_page_view", days_ago=40)
    past = timezone.now() - timedelta(days=30)
    version = in_force(bench.program, Kind.SCORING)
    found = explain_at(program=bench.program, lead_id=lead.pk, at=past, versions=[None, version])
    assert found is not None
    none, shipped = found
    assert (none.total, none.version_number, none.lines) == (0, None, ())
    assert shipped.total == 35
    before = past - timedelta(days=20)
    (earlier,) = (
        explain_at(program=bench.program, lead_id=lead.pk, at=before, versions=[version]) or []
    )
    assert earlier.total == 20
    assert explain_at(program=bench.program, lead_id=0, at=past, versions=[None]) is None


def test_a_call_counts_from_when_it_was_recorded(bench: Bench) -> None:
    lead = bench.lead(bench.account())
    before = timezone.now()
    actions.record_validation_call(
        lead=lead, by=bench.owner, called_at=before, outcome="validated", note=""
    )
    after = timezone.now()
    actions.recycle(lead=Lead.objects.in_program(bench.program).get(pk=lead.pk), by=bench.owner,
                    reason="later")  # fmt: skip
    version = in_force(bench.program, Kind.SCORING)

    def validated(at: datetime) -> bool:
        (found,) = (
            explain_at(program=bench.program, lead_id=lead.pk, at=at, versions=[version]) or []
        )
        return found.validated

    assert [validated(at) for at in (before, after, timezone.now())] == [False, True, False]
    sent = timezone.now()
    returns.take_back(lead=lead, by=bench.owner)
    assert [validated(at) for at in (after, sent, timezone.now())] == [True, False, True]


def test_it_costs_the_same_however_much_happened(bench: Bench) -> None:
    lead = bench.lead(bench.account())
    version = in_force(bench.program, Kind.SCORING)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            explain_at(
                program=bench.program,
                lead_id=lead.pk,
                at=timezone.now(),
                versions=[version, version],
            )
        return len(captured)

    bench.send(lead, "pricing_page_view")
    few = cost()
    for _ in range(8):
        bench.send(lead, "website_visit", "email_opened", "pricing_page_view")
    assert cost() == few == 4

"""Remarks on a model: each is correct and in its place, and none is a false alarm."""

import copy
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from hypothesis import HealthCheck, given, settings

from alignment.agreements.rules import Remark
from alignment.scoring.defaults import DEFAULT_MODEL
from alignment.scoring.lint import ICP_KEY, Seen, Sightings, most_points, remarks
from alignment.scoring.queries_lint import signal_counts
from alignment.scoring.rules import (
    ENGAGEMENT,
    FIT,
    ScoringModel,
    contribution,
    dimension_total,
    parse_model,
)
from tests import cast as make
from tests.cast import Cast

from .test_model import models

NAMES = {"pricing_page_view": "Pricing page visited"}


def model(**changes: Any) -> ScoringModel:
    """The default model without its two known remarks, with these changes."""
    calm = {"mql_min_fit": 10, "mql_min_engagement": 5}
    return parse_model(copy.deepcopy(DEFAULT_MODEL) | calm | changes)


def with_rule(**rule: Any) -> ScoringModel:
    whole = {"dimension": ENGAGEMENT, "points": 5, "signal": "chat", "key": "extra"} | rule
    return model(rules=[*copy.deepcopy(DEFAULT_MODEL["rules"]), whole])


def at(place: str, said: list[Remark]) -> list[Remark]:
    return [remark for remark in said if remark.place == place]


def seen_by_all(**changes: Seen) -> Sightings:
    facts = ("budget_confirmed", "decision_authority", "purchase_timing")
    signals = {rule["signal"] for rule in DEFAULT_MODEL["rules"] if "signal" in rule}
    seen = {code: Seen(80, 9, looked_at=80, is_fact=code in facts) for code in signals}
    return Sightings(100, {ICP_KEY: Seen(60, 1), **seen, **changes})


def test_the_default_lets_each_dimension_reach_mql_alone() -> None:
    said = remarks(parse_model(DEFAULT_MODEL), NAMES)
    assert [(r.place, r.severity) for r in said] == [("mql_at", "warning")] * 2
    assert "55" in said[0].says
    assert "45" in said[1].says


def test_least_points_of_the_other_dimension_settle_it() -> None:
    assert remarks(model(), NAMES, seen_by_all()) == []
    assert len(remarks(model(mql_min_fit=0), NAMES)) == 1


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(models)
def test_alone_is_said_exactly_when_a_perfect_lead_gets_there(drawn: ScoringModel) -> None:
    best = {
        r.key: max(0, contribution(r, 10**9 if r.decay == "none" else 10**7)) for r in drawn.rules
    }
    for dimension, asked in ((FIT, drawn.mql_min_engagement), (ENGAGEMENT, drawn.mql_min_fit)):
        most = dimension_total(drawn, dimension, best)
        assert most == most_points(drawn, dimension)
        alone = most >= drawn.mql_at and not asked
        word = "Fit alone" if dimension == FIT else "Engagement alone"
        assert any(r.says.startswith(word) for r in remarks(drawn, {})) == alone


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"mql_at": 101, "sql_at": 101}, "mql_at"),
        ({"sql_at": 101}, "sql_at"),
        ({"mql_min_fit": 56}, "mql_min_fit"),
        ({"mql_min_engagement": 46}, "mql_min_engagement"),
        ({"fit_cap": 5, "engagement_cap": 20, "mql_min_fit": None}, "mql_at"),
    ],
)
def test_thresholds_out_of_reach_are_wrong(changes: dict[str, Any], place: str) -> None:
    assert [r.severity for r in at(place, remarks(model(**changes), NAMES))] == ["wrong"]


@pytest.mark.parametrize(
    ("rule", "severity"),
    [
        ({"signal": "pricing_page_view"}, ["warning"]),
        ({"signal": "pricing_page_view", "min_count": 3}, ["hint"]),
        ({"signal": "pricing_page_view", "window_days": 7}, ["hint"]),
        ({"signal": "pricing_page_view", "dimension": FIT}, ["warning"]),
        ({"signal": "pricing_page_view", "points": -5}, []),
        ({"source": "icp", "dimension": FIT}, ["warning"]),
        ({"points": 0}, ["wrong"]),
        ({"cap": 0}, ["wrong"]),
        ({}, []),
    ],
)
def test_rules_that_overlap_or_never_fire(rule: dict[str, Any], severity: list[str]) -> None:
    assert [r.severity for r in at("rule:extra", remarks(with_rule(**rule), NAMES))] == severity


@pytest.mark.parametrize(
    ("code", "seen", "words"),
    [
        ("webinar_attended", Seen(0, 0), "No lead has ever done this"),
        ("webinar_attended", Seen(50, 1, lately=False, looked_at=50), "No lead earned these"),
        ("webinar_attended", Seen(5000, 1, lately=False, looked_at=999), "None of 999 leads"),
        ("email_opened", Seen(50, 2), "the most any lead has is 2"),
        ("budget_confirmed", Seen(0, 0, is_fact=True), "Nobody has established"),
        ("budget_confirmed", Seen(30, 1, is_fact=True), "Only 30% of the leads"),
        (ICP_KEY, Seen(0, 0), "No lead's account matches"),
    ],
)
def test_what_the_leads_say(code: str, seen: Seen, words: str) -> None:
    (said,) = remarks(model(), NAMES, seen_by_all(**{code: seen}))
    assert words in said.says
    assert said.place.startswith("rule:")


def test_a_fact_never_counts_twice() -> None:
    rule = {"signal": "budget_confirmed", "min_count": 2, "points": -1}
    (said,) = at("rule:extra", remarks(with_rule(**rule), NAMES, seen_by_all()))
    assert said.severity == "wrong"


def test_without_leads_nothing_is_said_of_them() -> None:
    assert remarks(model(), NAMES, Sightings(0, {})) == []


def test_sightings_count_leads_and_remember(cast: Cast, django_assert_num_queries: Any) -> None:
    cache.clear()
    busy, quiet = make.lead(cast.program), make.lead(cast.program)
    for _ in range(3):
        make.engage(busy.stakeholder, "email_opened")
    make.engage(quiet.stakeholder, "email_opened")
    make.engage(quiet.stakeholder, "webinar_attended", at=timezone.now() - timedelta(days=100))
    with django_assert_num_queries(3):
        found = signal_counts(program=cast.program)
    assert found.leads == 2
    assert found.by_signal["email_opened"] == Seen(2, 3, True, 2)
    assert found.by_signal["webinar_attended"] == Seen(1, 1, False, 1)
    assert found.by_signal["budget_confirmed"] == Seen(0, 0, True, 0, True)
    with django_assert_num_queries(0):
        assert signal_counts(program=cast.program) == found

"""The compiled model scores like the rules, and invalid models are refused at the right place."""

from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.rules.signals import DEFAULT_SIGNALS
from alignment.scoring.compiler import CompiledModel
from alignment.scoring.defaults import DEFAULT_MODEL
from alignment.scoring.engine import differs, outcome
from alignment.scoring.measures import measure as measure_sql
from alignment.scoring.rules import (
    ENGAGEMENT,
    FIT,
    InvalidModel,
    Rule,
    ScoringModel,
    contribution,
    dimension_total,
    measure,
    parse_model,
    weight,
)

CODES = [f"signal-{i}" for i in range(6)]
SLOTS = {code: i for i, code in enumerate(CODES)}


@st.composite
def rules(draw: st.DrawFn, *, timed: bool = False, least: int = -100) -> Rule:
    decay = draw(st.sampled_from(["none", "linear", "half_life"])) if timed else "none"
    window = draw(st.integers(1, 60)) if timed and decay == "none" else None
    return Rule(
        key=str(draw(st.integers(0, 10**9))),
        dimension=draw(st.sampled_from([FIT, ENGAGEMENT])),
        points=draw(st.integers(least, 100)),
        signal=draw(st.sampled_from(CODES)),
        min_count=draw(st.integers(1, 4)),
        window_days=window,
        decay=decay,
        decay_days=draw(st.integers(1, 40)) if decay != "none" else None,
        cap=draw(st.none() | st.integers(0, 300)),
    )


models = st.builds(
    ScoringModel,
    rules=st.lists(rules() | rules(timed=True), max_size=8, unique_by=lambda r: r.key).map(tuple),
    mql_at=st.integers(1, 60),
    sql_at=st.integers(61, 120),
    mql_min_fit=st.none() | st.integers(0, 40),
    mql_min_engagement=st.none() | st.integers(0, 40),
    fit_cap=st.none() | st.integers(0, 100),
    engagement_cap=st.none() | st.integers(0, 100),
)


def run(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


@pytest.mark.django_db
@settings(max_examples=150, deadline=None)
@given(
    model=models,
    counts=st.lists(st.integers(0, 12), min_size=6, max_size=6),
    measures=st.lists(st.integers(0, 9000), min_size=8, max_size=8),
    before=st.integers(0, 3),
    validated=st.booleans(),
    held=st.booleans(),
    engaged=st.booleans(),
)
def test_database_and_rules_score_alike(
    model: ScoringModel,
    counts: list[int],
    measures: list[int],
    before: int,
    validated: bool,
    held: bool,
    engaged: bool,
) -> None:
    columns = [f"{n}::smallint AS s{i}" for i, n in enumerate(counts)]
    columns += [f"{n}::int AS w{i}" for i, n in enumerate(measures)]
    columns += [f"{before}::smallint AS level", f"{int(validated)} AS validated"]
    columns += [f"{int(held)} AS held", "0 AS icp"]
    columns += [("now()" if engaged else "NULL::timestamptz") + " AS last_engaged_at"]
    values = outcome(CompiledModel(1, model, SLOTS))
    got = run(f"SELECT {', '.join(values.values())} FROM (SELECT {', '.join(columns)}) t")

    def measured(rule: Rule) -> int:
        return measures[model.timed.index(rule)] if rule.is_timed else counts[SLOTS[rule.signal]]

    given_points = {r.key: contribution(r, measured(r)) for r in model.rules}
    fit = dimension_total(model, FIT, given_points)
    engagement = dimension_total(model, ENGAGEMENT, given_points)
    mask = sum(1 << i for i, r in enumerate(model.rules) if given_points[r.key])
    assert got == (
        fit,
        engagement,
        fit + engagement,
        mask,
        expected_level(model, fit, engagement, before, validated, held, engaged),
    )


generous = st.builds(
    ScoringModel,
    rules=st.lists(
        rules(least=0) | rules(timed=True, least=0), max_size=40, unique_by=lambda r: r.key
    ).map(tuple),
)


@pytest.mark.django_db
@settings(max_examples=150, deadline=None)
@given(
    model=models | generous,
    counts=st.lists(st.integers(0, 12), min_size=6, max_size=6),
    measures=st.lists(st.integers(0, 9000), min_size=40, max_size=40),
    off=st.sampled_from([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, -1, 0), (0, -1, 1)]),
)
def test_a_row_differs_exactly_when_scoring_would_change_it(
    model: ScoringModel, counts: list[int], measures: list[int], off: tuple[int, int, int]
) -> None:
    compiled = CompiledModel(1, model, SLOTS)
    columns = [f"{n}::smallint AS s{i}" for i, n in enumerate(counts)]
    columns += [f"{n}::int AS w{i}" for i, n in enumerate(measures)]
    columns += ["0 AS icp", "0 AS held", "0 AS validated", "3::smallint AS level"]
    row = f"SELECT {', '.join(columns)}, NULL::timestamptz AS last_engaged_at"
    fresh = outcome(compiled)
    stored = ", ".join(
        f"({fresh[column]} + {shift}) AS {column}"
        for column, shift in zip(("fit", "engagement", "mask"), off, strict=True)
    )
    (changes,) = run(f"SELECT {differs(compiled)} FROM (SELECT t.*, {stored} FROM ({row}) t) t")
    assert changes == any(off)


def expected_level(
    model: ScoringModel,
    fit: int,
    engagement: int,
    before: int,
    validated: bool,
    held: bool,
    engaged: bool,
) -> int:
    qualified = (
        bool(model.rules)
        and fit + engagement >= model.mql_at
        and fit >= (model.mql_min_fit or 0)
        and engagement >= (model.mql_min_engagement or 0)
    )
    if held:
        reached = 0
    elif qualified:
        reached = 3 if validated and fit + engagement >= model.sql_at else 2
    else:
        reached = int(engaged)
    return max(before, reached)


@pytest.mark.django_db
@settings(max_examples=80, deadline=None)
@given(rule=rules(timed=True), ages=st.lists(st.integers(0, 450), max_size=8))
def test_database_and_rules_measure_time_alike(rule: Rule, ages: list[int]) -> None:
    if not rule.is_timed:
        return
    rows = ", ".join(f"(7, {age})" for age in ages) or "(8, 0)"
    (got,) = run(f"SELECT {measure_sql(rule, 7)} FROM (VALUES {rows}) e(signal_id, age)")
    assert got == measure(rule, ages)


@given(rule=rules(timed=True), age=st.integers(-3, 500))
def test_weight_only_falls_with_age(rule: Rule, age: int) -> None:
    if rule.is_timed:
        assert 0 <= weight(rule, age + 1) <= weight(rule, age) <= 1000


@given(rule=rules(), count=st.integers(0, 1000))
def test_points_stay_within_the_cap_and_grow_with_the_count(rule: Rule, count: int) -> None:
    now, more = contribution(rule, count), contribution(rule, count + 1)
    assert abs(now) <= abs(more) <= max(rule.limit, 0)
    assert now == 0 or (now > 0) == (rule.points > 0)


def test_default_model_adds_up_as_promised() -> None:
    model = parse_model(DEFAULT_MODEL, {s.code for s in DEFAULT_SIGNALS})
    most = {r.key: contribution(r, r.min_count) for r in model.rules}
    listed = {"pricing": 15, "case-study": 10, "webinar": 10, "emails": 5}
    beside = {"roi-opened": 2, "roi-used": 3}
    assert {r.key: most[r.key] for r in model.rules if r.dimension == ENGAGEMENT} == listed | beside
    assert dimension_total(model, FIT, most) == 55
    assert dimension_total(model, FIT, most) + dimension_total(model, ENGAGEMENT, most) == 100
    assert (model.mql_at, model.sql_at) == (40, 60)
    two_mails = next(r for r in model.rules if r.key == "emails")
    assert (contribution(two_mails, 2), contribution(two_mails, 3)) == (0, 5)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"points": "many"}, "rules.0.points"),
        ({"points": 101}, "rules.0.points"),
        ({"points": True}, "rules.0.points"),
        ({"signal": "missing"}, "rules.0.signal"),
        ({"dimension": "luck"}, "rules.0.dimension"),
        ({"decay": "linear"}, "rules.0.decay_days"),
        ({"decay": "soon"}, "rules.0.decay"),
        ({"window_days": 0}, "rules.0.window_days"),
        ({"min_count": 0}, "rules.0.min_count"),
        ({"source": "icp", "window_days": 3}, "rules.0.window_days"),
    ],
)
def test_wrong_rule_is_named_at_its_place(change: dict[str, Any], place: str) -> None:
    row = {"key": "a", "signal": "known", "dimension": "fit", "points": 5} | change
    with pytest.raises(InvalidModel) as refused:
        parse_model({"rules": [row]}, {"known"})
    assert place in refused.value.errors


def test_thresholds_in_order_and_rules_bounded() -> None:
    with pytest.raises(InvalidModel) as refused:
        parse_model({"rules": [], "mql_at": 50, "sql_at": 40})
    assert "sql_at" in refused.value.errors
    row = {"signal": "known", "dimension": "fit", "points": 5}
    with pytest.raises(InvalidModel) as too_many:
        parse_model({"rules": [row | {"key": str(i)} for i in range(10_000)]}, {"known"})
    assert "rules" in too_many.value.errors


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(),
                    lambda s: st.lists(s) | st.dictionaries(st.text(), s)))  # fmt: skip
def test_any_json_is_parsed_or_refused(content: Any) -> None:
    for wrapped in (content, {"rules": content}, {"rules": [content]}):
        try:
            assert isinstance(parse_model(wrapped), ScoringModel)
        except InvalidModel as refused:
            errors = refused.errors
        else:
            errors = {"": ""}
        assert errors


@pytest.mark.django_db
def test_unchanged_rows_are_left_alone() -> None:
    model = parse_model(DEFAULT_MODEL)
    slots = {s.code: i for i, s in enumerate(DEFAULT_SIGNALS)}
    compiled = CompiledModel(1, model, slots)
    test = differs(compiled)
    zeros = ", ".join(f"0 AS s{i}" for i in range(len(slots)))
    row = f"(SELECT 0 fit, 0 engagement, 0 mask, 0 level, 0 held, 0 validated, 0 icp, {zeros},"
    (changes,) = run(f"SELECT {test} FROM {row} NULL::timestamptz last_engaged_at) t")
    assert changes is False
    (changes,) = run(f"SELECT {test} FROM {row} now() last_engaged_at) t")
    assert changes is True

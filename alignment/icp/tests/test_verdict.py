"""The compiled profile gives the same answers as the rules, for any account."""

import time
from dataclasses import asdict, replace
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alignment.icp.compiler import BUDGET_CONFIRMED, compile_icp
from alignment.icp.defaults import DEFAULT_ICP
from alignment.icp.rules import (
    KINDS,
    PRIORITIES,
    Criterion,
    Facts,
    Icp,
    InvalidIcp,
    judge,
    parse_icp,
)

numbers = st.none() | st.integers(0, 1000)
codes = st.sampled_from(["51", "5132", "513210", "31-33", "33", "332", "92", "922110"])
states = st.sampled_from(["CA", "NY", "MA", "TX"])
cbsas = st.sampled_from(["41860", "35620", "14460"])
TEXAS = {"kind": "geography", "weight": "must", "states": ["TX"]}
CONFIRMED = {"kind": "budget_confirmed", "weight": "must"}
names = st.sampled_from(["snowflake", "salesforce", "sap"])


@st.composite
def criteria(draw: st.DrawFn) -> Criterion:
    kind = draw(st.sampled_from(KINDS))
    low, high = sorted([draw(st.integers(0, 1000)), draw(st.integers(0, 1000))])
    named = draw(st.lists(states, min_size=1, max_size=2, unique=True))
    areas = draw(st.lists(cbsas, max_size=2, unique=True))
    ranks = {place: draw(st.sampled_from(PRIORITIES)) for place in (*named, *areas)}
    return Criterion(
        key=str(draw(st.integers(0, 10**9))),
        kind=kind,
        weight=draw(st.sampled_from(["must", "preferred", "exclude"])),
        minimum=draw(st.integers(1, 5)) if kind == "maturity" else low,
        maximum=draw(st.none() | st.just(high)),
        codes=tuple(draw(st.lists(codes, min_size=1, max_size=3))),
        names=tuple(draw(st.lists(names, min_size=1, max_size=2))),
        states=tuple(named),
        cbsas=tuple(areas),
        priorities=tuple((place, rank) for place, rank in ranks.items() if rank > 1),
        confirmed=draw(st.booleans()),
    )


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    def ordered() -> tuple[int | None, int | None]:
        low, high = draw(numbers), draw(numbers)
        return (high, low) if low is not None and high is not None and low > high else (low, high)

    employees, revenue = ordered(), ordered()
    return Facts(
        *employees,
        *revenue,
        naics=draw(st.none() | st.sampled_from(["51", "513", "513210", "332710", "92", "541512"])),
        technology_maturity=draw(st.none() | st.integers(1, 5)),
        technologies=draw(st.none() | st.lists(names, max_size=2).map(tuple)),
        budget_usd=draw(numbers),
        budget_confirmed=draw(st.none() | st.booleans()),
        state=draw(st.none() | states),
        cbsa=draw(st.none() | cbsas),
        country=draw(st.none() | st.sampled_from(["US", "PR", "FR", "CA"])),
    )


def compiled_judgement(known: Facts, icp: Icp) -> tuple[str, int, int, int]:
    compiled = compile_icp(icp)
    values: dict[str, Any] = asdict(known)
    if values["technologies"] is not None:
        values["technologies"] = list(values["technologies"])
    types = {"naics": "text", "state": "text", "cbsa": "text", "technologies": "text[]"}
    types |= {"budget_confirmed": "boolean", "country": "text"}
    columns = ", ".join(f"%({n})s::{types.get(n, 'bigint')} AS {n}" for n in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH a AS (SELECT {columns}), facts AS ("
            f" SELECT {compiled.columns.replace(BUDGET_CONFIRMED, 'a.budget_confirmed')} FROM a)"
            f" SELECT {compiled.verdict}, {compiled.grade}, {compiled.mask('IS TRUE')},"
            f" {compiled.mask('IS NULL')} FROM facts",
            values | compiled.parameters,
        )
        row: tuple[str, int, int, int] = cursor.fetchone()
        return row


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(known=facts(), icp=st.lists(criteria(), max_size=5).map(lambda c: Icp(tuple(c))))
def test_database_and_rules_judge_alike(known: Facts, icp: Icp) -> None:
    verdict, grade, yes, unknown = compiled_judgement(known, icp)
    expected = judge(known, icp)
    assert {True: "yes", False: "no", None: "unknown"}[expected.verdict] == verdict
    assert expected.grade == grade
    assert yes == sum(1 << i for i, a in enumerate(expected.answers) if a is True)
    assert unknown == sum(1 << i for i, a in enumerate(expected.answers) if a is None)


@given(known=facts(), icp=st.lists(criteria(), max_size=5).map(lambda c: Icp(tuple(c))))
def test_learning_more_never_turns_a_verdict_over(known: Facts, icp: Icp) -> None:
    """Kleene logic is monotonic: a verdict on part of the facts holds for all of them."""
    before = judge(Facts(), icp).verdict
    if before is not None:
        assert judge(known, icp).verdict == before


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        (Facts(), None),
        (Facts(200, 5000, 20_000_000, 30_000_000, "513210"), True),
        (Facts(50, 250, 20_000_000, 30_000_000, "513210"), None),
        (Facts(50, 199, None, None, None), False),
        (Facts(200, 5000, 20_000_000, 30_000_000, "921190"), False),
        (Facts(200, 5000, 20_000_000, 30_000_000, "61"), False),
    ],
)
def test_default_profile(known: Facts, verdict: bool | None) -> None:
    assert judge(known, parse_icp(DEFAULT_ICP)).verdict is verdict


@given(known=facts(), icp=st.lists(criteria(), max_size=5).map(lambda c: Icp(tuple(c))))
def test_an_exclusion_that_hits_overrides_everything(known: Facts, icp: Icp) -> None:
    judged = judge(known, icp)
    excludes = [
        a for a, c in zip(judged.answers, icp.criteria, strict=True) if c.weight == "exclude"
    ]
    if True in excludes:
        assert (judged.verdict, judged.grade) == (False, 0)


@given(known=facts(), one=criteria().filter(lambda c: c.kind == "geography"))
def test_priorities_sort_and_never_decide(known: Facts, one: Criterion) -> None:
    plain = replace(one, priorities=())
    assert judge(known, Icp((one,))).answers == judge(known, Icp((plain,))).answers
    ranked, first = judge(known, Icp((one,))).grade, judge(known, Icp((plain,))).grade
    assert ranked in {first, 100 * 2 // 3, 100 // 3} if first else ranked == 0


@pytest.mark.parametrize(
    ("known", "is_there"),
    [
        (Facts(state="TX", country="US"), True),
        (Facts(state="TX", country="FR"), False),
        (Facts(cbsa="41860", country="CA"), False),
        (Facts(country="FR"), False),
        (Facts(country="US"), None),
        (Facts(state="TX"), True),
    ],
)
def test_a_company_abroad_is_in_no_place_of_the_us(known: Facts, is_there: bool | None) -> None:
    icp = parse_icp({"criteria": [{**TEXAS, "cbsas": ["41860"]}]})
    assert judge(known, icp).verdict is is_there


def test_the_best_place_counts_and_the_order_of_priorities_is_that_of_the_grade() -> None:
    row = {**TEXAS, "states": ["TX", "CA", "NY"], "cbsas": ["12420"]}
    icp = parse_icp({"criteria": [{**row, "priorities": {"TX": 3, "CA": 2, "12420": 1}}]})
    grades = [
        judge(Facts(state=state, cbsa=area), icp).grade
        for state, area in (("NY", None), ("TX", "12420"), ("CA", None), ("TX", None), ("WA", "1"))
    ]
    assert grades == [100, 100, 66, 33, 0]


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ({"kind": "employees", "weight": "must", "min": 500, "max": 50}, "criteria.0.max"),
        ({"kind": "employees", "weight": "must", "min": -1}, "criteria.0.min"),
        ({"kind": "employees", "weight": "must"}, "criteria.0.min"),
        ({"kind": "industry", "weight": "must", "codes": ["software"]}, "criteria.0.codes"),
        ({"kind": "industry", "weight": "must", "codes": []}, "criteria.0.codes"),
        ({"kind": "maturity", "weight": "must", "min": 9}, "criteria.0.min"),
        ({"kind": "weather", "weight": "must"}, "criteria.0.kind"),
        ({"kind": "budget", "weight": "maybe", "min": 1}, "criteria.0.weight"),
        ({"kind": "geography", "weight": "must"}, "criteria.0.states"),
        ({"kind": "technology", "weight": "must", "names": ["a\x00"]}, "criteria.0.names"),
        ({**TEXAS, "priorities": {"TX": 4}}, "criteria.0.priorities"),
        ({**TEXAS, "priorities": {"TX": True}}, "criteria.0.priorities"),
        ({**TEXAS, "priorities": ["TX"]}, "criteria.0.priorities"),
        ({**TEXAS, "priorities": {"CA": 2}}, "criteria.0.priorities"),
        ({**CONFIRMED, "confirmed": "yes"}, "criteria.0.confirmed"),
    ],
)
def test_wrong_criterion_is_named_at_its_place(row: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidIcp) as refused:
        parse_icp({"criteria": [row]})
    assert place in refused.value.errors


def test_a_body_full_of_priorities_is_refused_at_once() -> None:
    """One request of five megabytes would hold up everybody for minutes."""
    many = {
        "states": [f"a{i}" for i in range(20_000)],
        "priorities": {f"b{i}": 2 for i in range(20_000)},
    }
    began = time.process_time()
    with pytest.raises(InvalidIcp) as refused:
        parse_icp({"criteria": [{**TEXAS, **many}]})
    assert time.process_time() - began < 10
    assert set(refused.value.errors) == {"criteria.0.states", "criteria.0.priorities"}


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(),
                    lambda s: st.lists(s) | st.dictionaries(st.text(), s)))  # fmt: skip
def test_any_json_is_parsed_or_refused(content: Any) -> None:
    for wrapped in (content, {"criteria": content}, {"criteria": [content]}):
        try:
            assert isinstance(parse_icp(wrapped), Icp)
        except InvalidIcp as refused:
            errors = refused.errors
        else:
            errors = {"": ""}
        assert errors

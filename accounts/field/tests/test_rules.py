"""What findings do to facts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.field.rules import Checked, contradicts, facts_after, not_held, problem_of

PLACE = Checked(
    key="metros",
    words="Texas",
    values=("state", "city", "zip"),
    emptied=("state", "cbsa"),
    held=("state", "city", "zip", "cbsa"),
)
VALUES = st.dictionaries(st.sampled_from(PLACE.values), st.sampled_from([None, "", "TX", "Austin"]))
OUTCOMES = st.sampled_from(["confirmed", "refuted", "filled"])


@given(VALUES)
def test_what_is_refuted_does_not_stay(values: dict) -> None:
    after = facts_after(PLACE, "refuted", values)
    if any(values.values()):
        assert after == {name: values.get(name) for name in PLACE.values}
    else:
        assert after == {"state": None, "cbsa": None}


@given(OUTCOMES, VALUES)
def test_only_facts_that_are_held_afterwards_are_written(outcome: str, values: dict) -> None:
    assert set(facts_after(PLACE, outcome, values)) <= set(PLACE.held)


@given(VALUES, st.booleans())
def test_one_of_filling_and_confirming_is_possible(values: dict, is_known: bool) -> None:
    wrong = {
        outcome: problem_of(PLACE, outcome, values, known=is_known)
        for outcome in ("confirmed", "refuted", "filled")
    }
    assert bool(wrong["confirmed"]) == bool(wrong["refuted"]) == (not is_known)
    assert (not wrong["filled"]) == (not is_known and any(values.values()))


def test_a_value_of_another_criterion_is_refused() -> None:
    assert problem_of(PLACE, "refuted", {"naics": "5112"}, known=True) == "not_its_fact"


def test_no_technologies_are_a_value() -> None:
    tools = Checked("tools", "SAP", *[("technologies",)] * 3)
    assert problem_of(tools, "filled", {"technologies": []}, known=False) == ""
    assert facts_after(tools, "filled", {"technologies": []}) == {"technologies": []}


@given(
    st.dictionaries(st.sampled_from(["name", "name_key", "city", "city_key", "state"]), st.text()),
    st.sets(st.sampled_from(["city", "state"])),
)
def test_lists_write_what_is_not_held_and_nothing_else(row: dict, held: set) -> None:
    written = not_held(row, held)
    assert not held & written.keys()
    assert ("city" in held) <= ("city_key" not in written)
    assert {n: v for n, v in row.items() if n.removesuffix("_key") not in held} == written


KNOWN: dict[str, Any] = {
    "employees_low": 180,
    "employees_high": 5_000,
    "revenue_low": 1_000_000,
    "revenue_high": None,
    "naics": "5132",
    "technologies": ["SAP", "Oracle"],
    "technology_maturity": 3,
    "state": "TX",
    "city": "",
    "zip": "75201",
}


@pytest.mark.parametrize(
    ("said", "is_other"),
    [
        ({}, False),
        ({"employees_low": None, "employees_high": None}, False),
        ({"employees_low": 1_355, "employees_high": 1_355}, False),
        ({"employees_low": 200, "employees_high": None}, False),
        ({"employees_low": 12, "employees_high": 12}, True),
        ({"employees_low": 180, "employees_high": 5_001}, True),
        ({"employees_low": 6_000, "employees_high": None}, True),
        ({"revenue_low": 10**9, "revenue_high": 10**9}, False),
        ({"revenue_low": 5, "revenue_high": 10**9}, True),
        ({"naics": "513210"}, False),
        # The same industry in the 2017 edition.
        ({"naics": "511210"}, False),
        ({"naics": "51"}, True),
        ({"naics": "522110"}, True),
        ({"technologies": ["oracle", "sap"]}, False),
        ({"technologies": []}, True),
        ({"technology_maturity": 4}, True),
        ({"state": "TX", "city": "Dallas", "zip": ""}, False),
        ({"state": "TX", "city": "Dallas", "zip": "10001"}, True),
        ({"state": "CA", "city": "", "zip": ""}, True),
    ],
)
def test_only_more_of_the_same_confirms(said: dict, is_other: bool) -> None:
    assert contradicts(said, KNOWN) == is_other


@given(
    st.sampled_from([(1, 9), (None, 9), (1, None), (4, 4)]),
    st.none() | st.integers(0, 12),
    st.none() | st.integers(0, 12),
)
def test_what_confirms_a_range_never_widens_it(known: tuple, low: Any, high: Any) -> None:
    facts = dict(zip(("employees_low", "employees_high"), known, strict=True))
    size = Checked("size", "Size", *[tuple(facts)] * 3)
    said = {"employees_low": low, "employees_high": high}
    if contradicts(said, facts):
        return
    after = {**facts, **facts_after(size, "confirmed", said)}
    assert (known[0] or 0) <= (after["employees_low"] or 0)
    highs = [99 if high is None else high for high in (after["employees_high"], known[1])]
    assert highs[0] <= highs[1]

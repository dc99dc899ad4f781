"""What findings do to facts."""

from hypothesis import given
from hypothesis import strategies as st

from accounts.field.rules import Checked, facts_after, not_held, problem_of

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

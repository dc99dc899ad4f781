"""What a calculator may contain, and how numbers are parsed as typed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.roi.defaults import EXAMPLES, LATE_LEADS
from campaigns.roi.rules.content import (
    Content,
    InvalidContent,
    Outcome,
    Words,
    check,
    content_of,
    lacks_french,
)
from campaigns.roi.rules.reckoning import answers, bars, number_of, reckon


def results(content: Content, **typed: float) -> dict[str, float | None]:
    values = {each.key: each.default for each in content.inputs} | typed
    return {each.outcome.key: each.value for each in reckon(content, values)}


@pytest.mark.parametrize("content", EXAMPLES.values(), ids=EXAMPLES)
def test_what_ships_is_valid_bilingual_and_has_results(content: Content) -> None:
    check(content)
    assert not lacks_french(content)
    assert None not in results(content).values()
    assert content_of(content.as_json()) == content


def test_late_leads_by_hand() -> None:
    # 200 × 12 × 40 % = 960 late; 4 % of them would buy, half of those are lost: 19.2 × 25,000.
    found = results(LATE_LEADS)
    assert found["late_leads"] == 960
    assert found["lost"] == pytest.approx(480_000)
    assert found["net"] == pytest.approx(420_000)
    assert found["return_rate"] == pytest.approx(7)
    assert found["payback"] == 1.5


def test_without_a_result_nothing_that_rests_on_it_has_one() -> None:
    found = results(LATE_LEADS, cost=0)
    assert found["return_rate"] is None
    assert found["payback"] == 0
    content = replace(
        LATE_LEADS,
        formulas=(
            *LATE_LEADS.formulas,
            Outcome("twice", Words("Twice"), "return_rate * 2", "percent"),
        ),
    )
    assert results(content, cost=0)["twice"] is None


def test_mistakes_are_named_by_place() -> None:
    first, second, *rest = LATE_LEADS.inputs
    wrong = replace(
        LATE_LEADS,
        title=Words(" "),
        currency="XXX",
        inputs=(
            replace(first, key="if", default=-1),
            replace(second, key="leads2", low=5, high=5, step=0),
            replace(rest[0], high=float("inf")),
            rest[1],
            replace(rest[1], label=Words("")),
            *rest[2:],
        ),
        formulas=(
            Outcome("a", Words("A"), "b + 1", "money"),
            Outcome("b", Words("B"), "a +", "light years"),
            Outcome("c", Words(""), "1", "money", shown=False),
        ),
    )
    with pytest.raises(InvalidContent) as refused:
        check(wrong)
    assert set(refused.value.errors) == {
        "title.en",
        "currency",
        "inputs.1.key",
        "inputs.1.default",
        "inputs.2.high",
        "inputs.2.step",
        "inputs.3.high",
        "inputs.5.key",
        "inputs.5.label.en",
        "formulas.1.expression",
        "formulas.2.expression",
        "formulas.2.unit",
    }


def test_there_is_something_to_ask_and_something_to_show() -> None:
    hidden = tuple(replace(each, shown=False) for each in LATE_LEADS.formulas)
    for content, place in (
        (replace(LATE_LEADS, inputs=()), "inputs"),
        (replace(LATE_LEADS, formulas=()), "formulas"),
        (replace(LATE_LEADS, formulas=hidden), "formulas"),
    ):
        with pytest.raises(InvalidContent) as refused:
            check(content)
        assert place in refused.value.errors


@pytest.mark.parametrize(
    ("typed", "comma", "number"),
    [
        ("1200.5", False, 1200.5),
        ("1,200.50", False, 1200.5),
        ("1 200,50", True, 1200.5),
        ("1\u202f200,5", True, 1200.5),
        ("1200.5", True, 1200.5),
        ("-3", False, -3),
        ("1,5", False, None),
        ("1_5", False, None),
        ("nan", False, None),
        ("inf", False, None),
        ("1e9", False, None),
        ("0x10", False, None),
        ("9" * 17, False, None),
        ("", False, None),
        ("\u0661\u0662", False, None),
        ("<script>", False, None),
        ("1" * 5000, False, None),
    ],
)
def test_numbers_as_people_type_them(typed: str, comma: bool, number: float | None) -> None:
    assert number_of(typed, comma) == number


@given(st.dictionaries(st.sampled_from([i.key for i in LATE_LEADS.inputs]), st.text(max_size=60)))
def test_whatever_is_typed_the_values_are_within_bounds(typed: dict[str, str]) -> None:
    found = answers(LATE_LEADS, typed, decimal_comma=False)
    assert [each.input for each in found] == list(LATE_LEADS.inputs)
    for each in found:
        assert each.input.low <= each.value <= each.input.high
        assert bool(each.error) or each.typed == typed.get(each.input.key, "")
    reckon(LATE_LEADS, {each.input.key: each.value for each in found})


def test_the_chart_compares_what_has_one_unit() -> None:
    values = {each.key: each.default for each in LATE_LEADS.inputs}
    lost, net = bars(reckon(LATE_LEADS, values))
    assert (lost.result.outcome.key, lost.start, lost.length) == ("lost", 0, 1)
    assert net.length == pytest.approx(420 / 480)
    lost, net = bars(reckon(LATE_LEADS, values | {"cost": 720_000}))
    # 480 beside minus 240: a third of the width lies below zero.
    assert (net.is_negative, net.start) == (True, 0)
    assert net.length == pytest.approx(1 / 3)
    assert [lost.start, lost.length] == pytest.approx([1 / 3, 2 / 3])


@given(st.lists(st.floats(-1e12, 1e12), min_size=6, max_size=6))
def test_bars_stay_on_the_chart(numbers: list[float]) -> None:
    values = dict(zip((each.key for each in LATE_LEADS.inputs), numbers, strict=True))
    for bar in bars(reckon(LATE_LEADS, values)):
        assert 0 <= bar.start <= 1
        assert 0 <= bar.start + bar.length <= 1 + 1e-9


@pytest.mark.parametrize(
    ("key", "said"), [("if", "“if” means something"), ("Ab", "lowercase letters")]
)
def test_a_name_that_means_something_is_told_from_one_that_is_written_wrong(
    key: str, said: str
) -> None:
    first, *others = LATE_LEADS.inputs
    with pytest.raises(InvalidContent) as refused:
        check(replace(LATE_LEADS, inputs=(replace(first, key=key), *others)))
    assert said in refused.value.errors["inputs.1.key"]

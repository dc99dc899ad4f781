"""Formulas: what is allowed, where errors are reported, and resistance to hostile input."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.roi.rules.expressions import (
    LARGEST,
    MOST_CHARACTERS,
    InvalidFormula,
    is_key,
    read,
    work_out,
)

NAMES = {"leads": 200.0, "rate": 0.25, "none": 0.0}


def value(text: str, **names: float) -> float | None:
    known = NAMES | names
    return work_out(read(text, known), known)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("-2 ^ 2", -4),
        ("2 ^ 3 ^ 2", 512),
        ("leads * rate", 50),
        ("007", 7),
        ("leads\u00a0* 2", 400),
        ("min(leads, 3, 5)", 3),
        ("max(rate, 0.5)", 0.5),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(1.2345, 2)", 1.23),
        ("if(leads >= 100, 1, 2)", 1),
        ("if(leads == 200, if(rate < 0.1, 1, 2), 3)", 2),
        # Only the branch taken is evaluated.
        ("if(none > 0, leads / none, 0)", 0),
        ("if(none != 0, 1 / none, -none)", 0),
    ],
)
def test_a_formula_is_worked_out_as_in_a_spreadsheet(text: str, expected: float) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    "text",
    ["1 / none", "none ^ -1", "10 ^ 16", "9 ^ 99 ^ 99", "(0 - 8) ^ 0.5", "round(leads, 9)",
     "round(1, 0.5)", "1000000000000000 * 10", "2 ^ 101"],
)  # fmt: skip
def test_what_gives_no_result_says_none(text: str) -> None:
    assert value(text) is None


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", 1),
        ("leads *", 8),
        ("leads * sales", 9),
        ("(leads", 1),
        ("leads ** 2", 7),
        ("leads // 2", 8),
        ("leads % 2", 7),
        ("leads = 2", 7),
        ("1 > 2", 1),
        ("round(1, 2, 3)", 1),
        ("1 + if(leads, 1, 2)", 8),
        ("min", 1),
        ("leads(2)", 1),
        ("open(leads)", 1),
        ("__import__(leads)", 1),
        ("leads.real", 6),
        ("leads[0]", 6),
        ("'a'", 1),
        ("lambda: 1", 1),
        ("leads if leads else 1", 7),
        ("1, 2", 1),
        ("2; 3", 2),
        ("1e9", 2),
        ("leads and leads", 7),
        ("leads\u00e9", 6),
    ],
)
def test_a_mistake_is_named_where_it_stands(text: str, at: int) -> None:
    with pytest.raises(InvalidFormula) as refused:
        read(text, NAMES)
    assert refused.value.at == at


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("leads ** 2", "powers with ^"),
        ("2leads", "sign behind"),
        ("1e9", "sign behind"),
        ("5 000 * leads", "digits without spaces, such as 12000. (character 2)"),
        ("leads * 5\u00a0000", "digits without spaces, such as 12000. (character 10)"),
        ("leads × 2", "Write * instead of “×”. (character 7)"),
        ("leads x 2", "Write * instead of “x”. (character 7)"),
        ("leads ÷ 2", "Write / instead of “÷”. (character 7)"),
        ("leads − 2", "Write - instead of “−”. (character 7)"),
        ("Leads * 2", "called “Leads”: did you mean “leads”? (character 1)"),
        ("2 * laeds", "called “laeds”: did you mean “leads”? (character 5)"),
        ("2 * plants", "Nothing above is called “plants”. (character 5)"),
    ],
)
def test_what_other_languages_write_is_told_how_it_is_written_here(text: str, said: str) -> None:
    with pytest.raises(InvalidFormula, match=re.escape(said)):
        read(text, NAMES)


@pytest.mark.parametrize(
    "text",
    [
        "min(1," * 30 + "1" + ")" * 30,
        "-" * 299 + "1",
        "1" + "+1" * 149,
        "1" * (MOST_CHARACTERS + 1),
    ],
)
def test_size_and_depth_are_bounded(text: str) -> None:
    with pytest.raises(InvalidFormula):
        read(text, NAMES)


@given(
    st.text(alphabet="leads rate if(min,max)round+-*/^<>=!.0123456789_'\"[]{}:;@~\n", max_size=80)
)
def test_no_text_does_anything_but_calculate(text: str) -> None:
    try:
        formula = read(text, NAMES)
    except InvalidFormula as wrong:
        formula, at = None, wrong.at
    if formula is None:
        assert 1 <= at <= len(text) + 1
        return
    result = work_out(formula, NAMES)
    assert result is None or (math.isfinite(result) and abs(result) <= LARGEST)


@st.composite
def sums(draw: st.DrawFn, depth: int = 0) -> str:
    if depth == 3 or draw(st.booleans()):
        return draw(st.sampled_from(["a", "b", "2", "0.5", "10"]))
    left, right = draw(sums(depth + 1)), draw(sums(depth + 1))
    return f"({left} {draw(st.sampled_from('+-*/'))} {right})"


numbers = st.integers(-1000, 1000).map(float)


@given(sums(), numbers, numbers)
def test_it_agrees_with_plain_arithmetic(text: str, a: float, b: float) -> None:
    """Compare with Python itself, over the four operations."""
    try:
        expected: float | None = eval(text, {"__builtins__": {}}, {"a": a, "b": b})
    except ZeroDivisionError:
        expected = None
    if expected is not None and abs(expected) > LARGEST:
        expected = None
    found = work_out(read(text, {"a", "b"}), {"a": a, "b": b})
    assert found == expected if expected is None else found == pytest.approx(expected)


@pytest.mark.parametrize("word", ["if", "round", "class", "lambda", "Leads", "2x", "a-b", "", "_a"])
def test_words_with_a_meaning_are_no_keys(word: str) -> None:
    assert not is_key(word)
    assert is_key("deal_size")


@pytest.mark.parametrize("text", ["1,5", "leads * 1,5", "if(leads > 1, 2, 3), 4"])
def test_a_decimal_comma_is_named(text: str) -> None:
    with pytest.raises(InvalidFormula, match="Decimals have a point"):
        read(text, NAMES)

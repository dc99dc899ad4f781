"""From the numbers a prospect typed to results and the bars of the chart."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .content import Content, Input, Outcome
from .expressions import read, work_out

LONGEST_TYPED = 40
_TYPED = re.compile(r"[-+]?\d{1,16}(\.\d{1,10})?", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u202f']")


@dataclass(frozen=True, slots=True)
class Answer:
    """One input as typed, the number it stands for (20 for 20 %), and its error, if any."""

    input: Input
    typed: str
    value: float
    error: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """`value` is None if it cannot be computed from these numbers."""

    outcome: Outcome
    value: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the chart: its start and length as fractions of the width."""

    result: Result
    start: float
    length: float
    is_negative: bool


def answers(content: Content, typed: Mapping[str, str], decimal_comma: bool) -> list[Answer]:
    """The text typed for each input; a missing one gets its default. Other keys are ignored."""
    return [_answer(each, typed.get(each.key), decimal_comma) for each in content.inputs]


def reckon(content: Content, values: Mapping[str, float]) -> list[Result]:
    """All outcomes in order, including hidden ones, from values as typed.

    An outcome that depends on one without a result has none either.
    """
    known = {each.key: each.counted(values[each.key]) for each in content.inputs}
    names = {each.key for each in content.inputs}
    results = []
    for outcome in content.formulas:
        formula = read(outcome.expression, names)
        can = formula.names <= known.keys()
        value = work_out(formula, known) if can else None
        if value is not None:
            known[outcome.key] = value
        names.add(outcome.key)
        results.append(Result(outcome, value))
    return results


def bars(results: list[Result]) -> list[Bar]:
    """Visible results that share a unit, on one scale that includes zero.

    Money if there are at least two such results, else the most common unit; no chart for a single
    result.
    """
    shown = [each for each in results if each.outcome.shown and each.value is not None]
    units = [each.outcome.unit for each in shown]
    unit = "money" if units.count("money") > 1 else max(units, key=units.count, default="")
    chosen = [(each, each.value) for each in shown if each.outcome.unit == unit]
    if len(chosen) < 2:
        return []
    low = min(0.0, *(value or 0.0 for _each, value in chosen))
    high = max(0.0, *(value or 0.0 for _each, value in chosen))
    span = (high - low) or 1.0
    return [
        Bar(each, (min(value or 0.0, 0.0) - low) / span, abs(value or 0.0) / span, (value or 0) < 0)
        for each, value in chosen
    ]


def _answer(each: Input, typed: str | None, decimal_comma: bool) -> Answer:
    if typed is None:
        return Answer(each, "", each.default)
    value = number_of(typed, decimal_comma)
    shown = typed[:LONGEST_TYPED]
    if value is None:
        return Answer(each, shown, each.default, _("Type a number, such as 1.5 or 12,000."))
    if not each.low <= value <= each.high:
        return Answer(each, shown, each.default, _("This is outside of what the page can tell."))
    return Answer(each, shown, value)


def number_of(typed: str, decimal_comma: bool) -> float | None:
    """Parse a number as typed: 1,200.50 or, with a decimal comma, 1 200,50. None if it is none."""
    if len(typed) > LONGEST_TYPED:
        return None
    text = _SPACES.sub("", typed)
    if decimal_comma:
        # A browser's number field submits a point even if its language shows a comma.
        text = text.replace(",", ".")
    else:
        text = re.sub(r",(?=\d{3}(\D|$))", "", text)
    if not _TYPED.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None

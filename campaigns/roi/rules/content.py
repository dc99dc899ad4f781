"""The content of a calculator: its texts in two languages, its inputs and its formulas."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from campaigns.opportunities.rules import CURRENCIES

from .expressions import KEY, InvalidFormula, is_key, read

UNITS = ("money", "percent", "months", "number")
LANGUAGES = ("en", "fr")
MOST_INPUTS = 12
MOST_FORMULAS = 20
MOST_SHOWN = 8
# For the bounds of an input; results of formulas may be larger.
LARGEST_INPUT = 1e12
LONGEST = {"title": 120, "intro": 500, "label": 120}


class InvalidContent(Exception):
    """Errors by place, counted from 1: `title`, `inputs.2.label`, `formulas.1.expression`."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Words:
    """English text, and French where it was provided."""

    en: str
    fr: str = ""

    def said(self, language: str) -> str:
        return (self.fr if language == "fr" else "") or self.en


@dataclass(frozen=True, slots=True)
class Input:
    """A number asked of the prospect. Percentages are entered as 20; formulas read them as 0.2."""

    key: str
    label: Words
    unit: str
    default: float
    low: float
    high: float
    step: float

    def counted(self, typed: float) -> float:
        return typed / 100 if self.unit == "percent" else typed


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result computed from inputs and earlier outcomes. A share of 0.25 is shown as 25 %."""

    key: str
    label: Words
    expression: str
    unit: str
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Content:
    title: Words
    intro: Words
    currency: str
    inputs: tuple[Input, ...]
    formulas: tuple[Outcome, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def content_of(stored: Mapping[str, Any]) -> Content:
    """The inverse of `as_json`."""
    return Content(
        title=Words(**stored["title"]),
        intro=Words(**stored["intro"]),
        currency=stored["currency"],
        inputs=tuple(Input(**{**row, "label": Words(**row["label"])}) for row in stored["inputs"]),
        formulas=tuple(
            Outcome(**{**row, "label": Words(**row["label"])}) for row in stored["formulas"]
        ),
    )


def check(content: Content) -> None:
    """Raises `InvalidContent` with all errors."""
    errors: dict[str, str] = {}
    _check_words(errors, "title", content.title, LONGEST["title"])
    _check_words(errors, "intro", content.intro, LONGEST["intro"], may_be_empty=True)
    if content.currency not in CURRENCIES:
        errors["currency"] = _("Choose a currency.")
    _check_numbers_of(errors, content)
    known: set[str] = set()
    for number, each in enumerate(content.inputs, 1):
        _check_input(errors, f"inputs.{number}", each, known)
    for number, outcome in enumerate(content.formulas, 1):
        _check_formula(errors, f"formulas.{number}", outcome, known)
    if errors:
        raise InvalidContent(errors)


def lacks_french(content: Content) -> list[str]:
    """English texts of the page that lack a French translation."""
    shown = [outcome.label for outcome in content.formulas if outcome.shown]
    words = [content.title, content.intro, *(each.label for each in content.inputs), *shown]
    return [each.en for each in words if each.en and not each.fr]


def _check_numbers_of(errors: dict[str, str], content: Content) -> None:
    if not 1 <= len(content.inputs) <= MOST_INPUTS:
        errors["inputs"] = _("Ask for 1 to %(most)d numbers.") % {"most": MOST_INPUTS}
    if not 1 <= len(content.formulas) <= MOST_FORMULAS:
        errors["formulas"] = _("Work out 1 to %(most)d results.") % {"most": MOST_FORMULAS}
    elif not 1 <= sum(outcome.shown for outcome in content.formulas) <= MOST_SHOWN:
        errors["formulas"] = _("Show 1 to %(most)d results.") % {"most": MOST_SHOWN}


def _check_words(
    errors: dict[str, str], place: str, words: Words, most: int, may_be_empty: bool = False
) -> None:
    if not words.en.strip() and not may_be_empty:
        errors[f"{place}.en"] = _("Say it in English.")
    for language in LANGUAGES:
        if len(getattr(words, language)) > most:
            errors[f"{place}.{language}"] = _("Use at most %(most)d characters.") % {"most": most}


def _check_key(errors: dict[str, str], place: str, key: str, known: set[str]) -> None:
    if not is_key(key):
        errors[f"{place}.key"] = (
            _("“%(name)s” means something in formulas already. Call it something else.")
            % {"name": key}
            if KEY.fullmatch(key)
            else _("Use lowercase letters, digits and _, such as deal_size.")
        )
    elif key in known:
        errors[f"{place}.key"] = _("Something above is called so.")
    known.add(key)


def _check_input(errors: dict[str, str], place: str, each: Input, known: set[str]) -> None:
    _check_key(errors, place, each.key, known)
    _check_words(errors, f"{place}.label", each.label, LONGEST["label"])
    _check_unit(errors, place, each.unit)
    for name in ("default", "low", "high", "step"):
        value = getattr(each, name)
        if not math.isfinite(value) or abs(value) > LARGEST_INPUT:
            errors[f"{place}.{name}"] = _("This number is too large.")
            return
    if each.low >= each.high:
        errors[f"{place}.high"] = _("The most is above the least.")
    elif not each.low <= each.default <= each.high:
        errors[f"{place}.default"] = _("Between the least and the most.")
    if each.step <= 0:
        errors[f"{place}.step"] = _("A step is above zero.")


def _check_formula(errors: dict[str, str], place: str, each: Outcome, known: set[str]) -> None:
    # Formulas may only use names above them, so there are no circular references.
    try:
        read(each.expression, known)
    except InvalidFormula as wrong:
        errors[f"{place}.expression"] = str(wrong)
    _check_key(errors, place, each.key, known)
    _check_words(errors, f"{place}.label", each.label, LONGEST["label"], not each.shown)
    _check_unit(errors, place, each.unit)


def _check_unit(errors: dict[str, str], place: str, unit: str) -> None:
    if unit not in UNITS:
        errors[f"{place}.unit"] = _("Choose a unit.")

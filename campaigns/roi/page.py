"""What the public page and its PDF show: the share's own texts and numbers, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alignment.core import pdf
from alignment.core.figures import decimal_comma, symbol_first

from .models import RoiShare
from .rules.content import Content
from .rules.reckoning import Answer, Bar, Result, answers, bars, reckon
from .words import grouped, plain, result_words, unit_words

TEMPLATE = Path(__file__).parent / "typst" / "roi.typ"
# In units of the SVG drawing.
CHART_WIDTH = 600


@dataclass(frozen=True, slots=True)
class Field:
    """An input on the page. `value` is the text as typed, or the default."""

    answer: Answer
    label: str
    unit: str
    is_unit_first: bool
    value: str
    # The value with its unit, for reading.
    words: str

    # The allowed range.
    bounds: str


@dataclass(frozen=True, slots=True)
class Line:
    """A result as text."""

    label: str
    text: str
    result: Result
    # Only if the chart has a bar for it.
    bar: DrawnBar | None = None


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A bar in whole units of the drawing, so that no locale puts a decimal comma into the SVG."""

    label: str
    text: str
    x: int
    width: int
    is_negative: bool
    full: int = CHART_WIDTH


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    intro: str
    fields: list[Field]
    lines: list[Line]
    drawn: list[DrawnBar]
    query: str

    @property
    def has_errors(self) -> bool:
        return any(field.answer.error for field in self.fields)

    @property
    def values(self) -> dict[str, float]:
        return {field.answer.input.key: field.answer.value for field in self.fields}


def page_of(
    content: Content, language: str, typed: Mapping[str, str], *, shows_hidden: bool = False
) -> Page:
    """The page in `language`, which must be the active one. An invalid input hides all results."""
    found = answers(content, typed, decimal_comma())
    fields = [
        Field(
            each,
            each.input.label.said(language),
            unit_words(each.input, content.currency),
            each.input.unit == "money" and symbol_first(),
            each.typed or grouped(each.value),
            _in_words(each, each.value, content.currency),
            _bounds(each, content.currency),
        )
        for each in found
    ]
    wrong = any(each.error for each in found)
    results = [] if wrong else reckon(content, {each.input.key: each.value for each in found})
    drawn = {bar.result.outcome.key: _drawn(content, language, bar) for bar in bars(results)}
    lines = [
        replace(_line(content, language, each), bar=drawn.get(each.outcome.key))
        for each in results
        if shows_hidden or each.outcome.shown
    ]
    return Page(
        title=content.title.said(language),
        intro=content.intro.said(language),
        fields=fields,
        lines=lines,
        drawn=list(drawn.values()),
        query=urlencode({each.input.key: plain(each.value) for each in found}),
    )


def as_pdf(page: Page, share: RoiShare) -> bytes:
    """One sheet in the language of the share, which must be the active one."""
    data: dict[str, Any] = {
        "language": get_language() or "en",
        "paper": "a4" if share.language == "fr" else "us-letter",
        "title": page.title,
        "intro": page.intro,
        "sender": share.sender,
        "yours": _("Your numbers"),
        "results": _("Results"),
        "foot": _("An estimate from the numbers above; it promises nothing."),
        "inputs": [[each.label, each.words] for each in page.fields],
        "lines": [[line.label, line.text] for line in page.lines],
        "bars": [
            {"label": bar.label, "text": bar.text, "x": bar.x, "width": bar.width,
             "negative": bar.is_negative}
            for bar in page.drawn
        ],
        "width": CHART_WIDTH,
    }  # fmt: skip
    return pdf.render(TEMPLATE, data)


def _line(content: Content, language: str, each: Result) -> Line:
    label = each.outcome.label.said(language) or each.outcome.key
    return Line(label, result_words(each.value, each.outcome.unit, content.currency), each)


def typed_words(
    content: Content, language: str, values: Mapping[str, float]
) -> list[tuple[str, str]]:
    """The numbers typed, by the label of each input."""
    return [
        (
            each.label.said(language),
            result_words(each.counted(values[each.key]), each.unit, content.currency),
        )
        for each in content.inputs
        if each.key in values
    ]


def outcome_words(
    content: Content, language: str, values: Mapping[str, float]
) -> list[tuple[str, str]]:
    """The visible results for `values`, by their labels. Inputs missing in `values` have their
    defaults.
    """
    typed = {each.key: values.get(each.key, each.default) for each in content.inputs}
    lines = [
        _line(content, language, each) for each in reckon(content, typed) if each.outcome.shown
    ]
    return [(line.label, line.text) for line in lines]


def _in_words(each: Answer, value: float, currency: str) -> str:
    return result_words(each.input.counted(value), each.input.unit, currency)


def _bounds(each: Answer, currency: str) -> str:
    low, high = (_in_words(each, value, currency) for value in (each.input.low, each.input.high))
    return _("From %(low)s to %(high)s") % {"low": low, "high": high}


def _drawn(content: Content, language: str, bar: Bar) -> DrawnBar:
    line = _line(content, language, bar.result)
    return DrawnBar(
        line.label,
        line.text,
        x=round(bar.start * CHART_WIDTH),
        # A tiny bar stays visible.
        width=max(round(bar.length * CHART_WIDTH), 2),
        is_negative=bar.is_negative,
    )

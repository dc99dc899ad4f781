"""Results and credits as a file and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alignment.metrics.rules import Unit
from alignment.workspace.dashboard.paper import numbers_pdf
from alignment.workspace.dashboard.words import UNITS

if TYPE_CHECKING:
    from datetime import date

    from alignment.metrics.forms import Asked
    from alignment.metrics.queries.attribution import Attribution, Of
    from alignment.metrics.rules.attribution import Model
    from alignment.people.models import Program

    from .words import Line, Part


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows. Of `credits` each list has what it is by, and its title."""

    asked: Asked
    filters: dict[str, Any]
    of: Of
    model: Model
    lines: list[Line]
    found: Attribution
    credits: list[tuple[str, str, list[Part]]]


def head() -> list[str]:
    return [
        _("What"),
        _("Name"),
        _("Value"),
        _("Unit"),
        _("Deals"),
        _("Interval from"),
        _("Interval to"),
        _("Baseline"),
        _("Change against the baseline"),
        _("Change from"),
        _("Change to"),
        _("Target of the change"),
        _("Verdict"),
        _("First day"),
        _("Last day"),
    ]


def results(shown: Shown) -> list[list[Any]]:
    return [[_("Result"), *_numbers(line), line.verdict, *_days(shown)] for line in shown.lines]


def _numbers(line: Line) -> list[Any]:
    result, definition = line.result, line.definition
    now, change = result.measure, result.change
    return [
        str(definition.name),
        now.value,
        str(UNITS[definition.unit]),
        now.sample,
        now.low,
        now.high,
        result.baseline.value if result.baseline else None,
        *((change.share, change.low, change.high) if change else (None, None, None)),
        result.target,
    ]


def credits_of(shown: Shown) -> list[list[Any]]:
    dollars = str(UNITS[Unit.DOLLARS])
    return [
        [title, part.name, part.usd, dollars, part.deals, *[None] * 8, *_days(shown)]
        for _by, title, parts in shown.credits
        for part in parts
    ]


def _days(shown: Shown) -> list[date]:
    period = shown.asked.period
    return [period.first, period.last]


def paper(program: Program, shown: Shown) -> bytes:
    period = shown.asked.period
    first, last = (
        formats.date_format(day, "SHORT_DATE_FORMAT") for day in (period.first, period.last)
    )
    period_words = _("%(low)s to %(high)s") % {"low": first, "high": last}
    lines = [_said(line) for line in shown.lines]
    lines += [_credited(title, part) for _by, title, parts in shown.credits for part in parts]
    columns = [_("Result"), _("Value"), pgettext("of a number", "Target"), _("Verdict")]
    return numbers_pdf(program, _("Results"), period_words, columns, lines)


def _said(line: Line) -> dict[str, str]:
    baseline = _("baseline %(value)s") % {"value": line.baseline} if line.baseline else ""
    return {
        "name": str(line.definition.name),
        "text": str(line.definition.text),
        "value": line.value,
        "counts": line.interval,
        "target": line.target,
        "state": line.verdict,
        "change": " · ".join(filter(None, (baseline, line.change, line.change_interval))),
    }


def _credited(title: str, part: Part) -> dict[str, str]:
    return {
        "name": part.name,
        "text": title,
        "value": part.amount,
        "counts": part.share,
        "target": "",
        "state": "",
        "change": "",
    }

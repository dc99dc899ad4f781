"""Results and credits as a file and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import formats
from django.utils.translation import gettext as _

from alignment.workspace.dashboard.paper import numbers_pdf

if TYPE_CHECKING:
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
        _("Deals"),
        _("Interval"),
        _("Baseline"),
        _("Change against the baseline"),
        _("Interval of the change"),
        _("Target of the change"),
        _("Verdict"),
        _("First day"),
        _("Last day"),
    ]


def results(shown: Shown) -> list[list[Any]]:
    return [
        [
            _("Result"),
            str(line.definition.name),
            line.value,
            line.sample,
            line.interval,
            line.baseline,
            line.change,
            line.change_interval,
            line.target,
            line.verdict,
            shown.asked.period.first,
            shown.asked.period.last,
        ]
        for line in shown.lines
    ]


def credits_of(shown: Shown) -> list[list[Any]]:
    period = shown.asked.period
    return [
        [title, part.name, part.usd, part.deals, *[""] * 6, period.first, period.last]
        for _by, title, parts in shown.credits
        for part in parts
    ]


def paper(program: Program, shown: Shown) -> bytes:
    period = shown.asked.period
    first, last = (
        formats.date_format(day, "SHORT_DATE_FORMAT") for day in (period.first, period.last)
    )
    period_words = _("%(low)s to %(high)s") % {"low": first, "high": last}
    lines = [_said(line) for line in shown.lines]
    lines += [_credited(title, part) for _by, title, parts in shown.credits for part in parts]
    columns = [_("Result"), _("Value"), _("Target"), _("Verdict")]
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

"""Results and credits as a file and as PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from alignment.core import figures
from alignment.metrics.rules import Unit
from alignment.workspace.dashboard.paper import OPEN, TONES, Cell, Section, report
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
    """The data of the page. Each list of `credits` is (dimension, title, rows)."""

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
    head = [
        _("Result"),
        _("These days"),
        _("Baseline"),
        pgettext("difference", "Change"),
        pgettext("of a number", "Target"),
        _("Verdict"),
    ]
    against = Section(_("Against the baseline"), head, [_result(line) for line in shown.lines])
    credited = [_credited(by, title, rows) for by, title, rows in shown.credits if rows]
    definitions = [line.definition for line in shown.lines]
    return report(program, _("Results"), shown.asked.period, [against, *credited], definitions)


def _result(line: Line) -> list[Cell]:
    deals = ngettext("%(n)s deal", "%(n)s deals", line.sample) % {"n": figures.whole(line.sample)}
    return [
        Cell(str(line.definition.name), deals),
        Cell(line.value, line.interval, strong=True),
        Cell(line.baseline),
        Cell(line.change, line.change_interval),
        Cell(line.target),
        Cell(line.verdict, tone=TONES.get(line.state, OPEN)),
    ]


def _credited(by: str, title: str, rows: list[Part]) -> Section:
    name = _("Channel") if by == "channel" else _("Campaign")
    head = [name, _("Amount"), _("Share"), _("Deals"), ""]
    cells = [
        [
            Cell(row.name),
            Cell(row.amount, strong=True),
            Cell(row.share),
            Cell(figures.whole(row.deals)),
            Cell(bar=row.width),
        ]
        for row in rows
    ]
    return Section(title, head, cells)

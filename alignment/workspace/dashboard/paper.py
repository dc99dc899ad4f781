"""The numbers of a period on paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils import formats
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from alignment.core import pdf

from .tiles import Line, Tile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alignment.metrics.rules import Period
    from alignment.people.models import Program

TEMPLATE = Path(__file__).parent / "typst" / "dashboard.typ"


def dashboard_pdf(program: Program, period: Period, tiles: Sequence[Tile]) -> bytes:
    first, last = (
        formats.date_format(day, "SHORT_DATE_FORMAT") for day in (period.first, period.last)
    )
    days = _("%(low)s to %(high)s") % {"low": first, "high": last}
    head = [_("Metric"), _("Value"), pgettext("of a number", "Target"), _("State")]
    lines = [_said(line) for tile in tiles for line in tile.lines]
    return numbers_pdf(program, _("Dashboard"), days, head, lines)


def numbers_pdf(
    program: Program,
    title: str,
    period: str,
    head: Sequence[str],
    lines: Sequence[Mapping[str, str]],
) -> bytes:
    """A line for each number, on US letter, or A4 where French is read."""
    language = (get_language() or "en")[:2]
    return pdf.render(
        TEMPLATE,
        {
            "title": title,
            "program": program.name,
            "period": period,
            "language": language,
            "paper": "a4" if language == "fr" else "us-letter",
            "head": head,
            "lines": lines,
        },
    )


def _said(line: Line) -> dict[str, str]:
    counts = render_to_string("workspace/dashboard/counts.html", {"line": line})
    return {
        "name": str(line.definition.name),
        "text": str(line.definition.text),
        "value": line.shown,
        "counts": counts.strip(),
        "target": line.target,
        "state": _state(line),
        "change": line.change[0],
    }


def _state(line: Line) -> str:
    if not line.now.enough:
        return _("Not enough data")
    if line.result:
        return line.result.verdict
    words = {True: _("On target"), False: _("Off target")}
    return words.get(line.meets, "") if line.meets is not None else ""

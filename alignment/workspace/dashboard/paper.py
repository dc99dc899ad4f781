"""The numbers of a period on paper."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils import formats
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from alignment.core import pdf
from alignment.metrics.results.queries import Verdict

from .tiles import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from alignment.metrics.rules import Definition, Period
    from alignment.people.models import Program

    from .tiles import Line, Part, Tile

TEMPLATE = Path(__file__).parent / "typst" / "dashboard.typ"
GOOD, BAD, OPEN = "good", "bad", "open"
TONES: dict[str, str] = {Verdict.REACHED: GOOD, Verdict.MISSED: BAD, Verdict.LIKELY: OPEN}


@dataclass(frozen=True, slots=True)
class Cell:
    """`sub` is the small text below, `tone` the mark before it, `bar` a width out of 100."""

    text: str = ""
    sub: str = ""
    tone: str = ""
    bar: int | None = None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A table: the first column names the row, then come numbers, then a state."""

    title: str
    head: list[str]
    rows: list[list[Cell]]


def dashboard_pdf(program: Program, period: Period, tiles: Sequence[Tile]) -> bytes:
    sections = [_section(part) for part in parts(tiles)]
    definitions = [line.definition for tile in tiles for line in tile.lines]
    return report(program, _("Dashboard"), period, sections, definitions)


def report(
    program: Program,
    title: str,
    period: Period,
    sections: Sequence[Section],
    definitions: Iterable[Definition],
) -> bytes:
    """Tables, followed by the definitions of their numbers; on US letter, or A4 in French."""
    language = (get_language() or "en")[:2]
    first, last = (
        formats.date_format(day, "SHORT_DATE_FORMAT") for day in (period.first, period.last)
    )
    return pdf.render(
        TEMPLATE,
        {
            "title": title,
            "program": program.name,
            "period": _("%(low)s to %(high)s") % {"low": first, "high": last},
            "language": language,
            "paper": "a4" if language == "fr" else "us-letter",
            "sections": [asdict(section) for section in sections],
            "definitions_title": _("Definitions"),
            "definitions": _explained(definitions),
        },
    )


def _explained(definitions: Iterable[Definition]) -> list[dict[str, str]]:
    """Each explanation once, with the names of the numbers it belongs to."""
    names: dict[str, list[str]] = {}
    for definition in definitions:
        names.setdefault(str(definition.text), []).append(str(definition.name))
    return [{"name": " · ".join(those), "text": text} for text, those in names.items()]


def _section(part: Part) -> Section:
    head = [
        _("Metric"),
        _("Value"),
        pgettext("difference", "Change"),
        pgettext("of a number", "Target"),
        _("State"),
    ]
    rows = [_row(line) for step in part.steps for line in (step.share, step.time)]
    for tile in part.tiles:
        rows += [_row(line) for line in tile.lines]
        if tile.total:
            total = [Cell(tile.title, strong=True), Cell(tile.total, strong=True)]
            rows.append([*total, *[Cell()] * 3])
    return Section(part.title, head, rows)


def _row(line: Line) -> list[Cell]:
    counts = render_to_string("workspace/dashboard/counts.html", {"line": line}).strip()
    state, tone = _state(line)
    return [
        Cell(str(line.definition.name), counts),
        Cell(line.shown, strong=True),
        Cell(line.change[0]),
        Cell(line.target),
        Cell(state, tone=tone),
    ]


def _state(line: Line) -> tuple[str, str]:
    if not line.now.enough:
        return _("Not enough data"), OPEN
    if line.result:
        return line.result.verdict, TONES.get(line.result.state, OPEN)
    if line.meets is None:
        return "", ""
    return (_("On target"), GOOD) if line.meets else (_("Off target"), BAD)

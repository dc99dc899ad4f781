"""The score map: fit from left to right, engagement upward, darker where there are more leads."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .rules import ENGAGEMENT, FIT, ScoringModel
from .tally import CELL

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from .queries_whatif import Answer

Cells = Mapping[tuple[int, int], int]
SIDE = 10
# Space for the names and numbers of the axes.
LEFT, BELOW, ABOVE = 22, 20, 6
SHADES = 6
LEAST, MOST = 12, 30
BAND = 20
LAST_BAND = 4


@dataclass(frozen=True, slots=True)
class Size:
    """The map's size, in cells."""

    across: int
    up: int


def map_size(answer: Answer) -> Size:
    """Large enough for the leads of both models and for both thresholds."""
    cells = [*answer.tally.cells("now"), *answer.tally.cells("then")]
    fit = max((f for f, _e in cells), default=0) + 1
    engagement = max((e for _f, e in cells), default=0) + 1
    line = max(answer.now.mql_at, answer.then.mql_at) // CELL + 1
    return Size(_within(max(fit, line)), _within(max(engagement, line)))


def _within(cells: int) -> int:
    return max(LEAST, min(MOST, cells))


def threshold(model: ScoringModel, size: Size) -> list[tuple[float, float]]:
    """The border of the MQL area as (fit, engagement) in cells, from the top down to the right."""
    if not model.rules:
        return []
    least = {FIT: model.mql_min_fit or 0, ENGAGEMENT: model.mql_min_engagement or 0}
    fit, floor = least[FIT] / CELL, least[ENGAGEMENT] / CELL
    line = model.mql_at / CELL
    corner = (fit, max(line - fit, floor))
    meets = (max(line - floor, fit), floor)
    path = [(fit, float(size.up)), corner, meets, (float(size.across), floor)]
    return [(min(x, size.across), min(y, size.up)) for x, y in path]


def drawn(
    *, cells: Cells, size: Size, line: list[tuple[float, float]], title: str, over: int
) -> SafeString:
    """An SVG without inline styles; its description says what it shows."""
    width, height = LEFT + size.across * SIDE + 2, ABOVE + size.up * SIDE + BELOW
    leads = sum(cells.values())
    says = ngettext(
        "%(leads)s lead, %(over)s of them at or above the MQL threshold.",
        "%(leads)s leads, %(over)s of them at or above the MQL threshold.",
        leads,
    ) % {
        "leads": number_format(leads, force_grouping=True),
        "over": number_format(over, force_grouping=True),
    }
    return format_html(
        '<svg class="score-map" role="img" viewBox="0 0 {} {}"><title>{}</title><desc>{}</desc>'
        '<rect class="score-map__ground" x="{}" y="{}" width="{}" height="{}"/>{}{}{}</svg>',
        width, height, title, says, LEFT, ABOVE, size.across * SIDE, size.up * SIDE,
        _squares(_gathered(cells, size), size), _border(line, size), _axes(size),
    )  # fmt: skip


def _gathered(cells: Cells, size: Size) -> dict[tuple[int, int], int]:
    """Cells beyond the map are counted at its edge."""
    found: dict[tuple[int, int], int] = {}
    for (fit, engagement), number in cells.items():
        place = min(fit, size.across - 1), min(engagement, size.up - 1)
        found[place] = found.get(place, 0) + number
    return found


def _squares(cells: Cells, size: Size) -> SafeString:
    most = max(cells.values(), default=1)
    return format_html_join(
        "",
        '<rect class="score-map__cell score-map__cell--{}" x="{}" y="{}" width="9" height="9">'
        "<title>{}</title></rect>",
        (
            (
                shade(number, most),
                LEFT + f * SIDE + 0.5,
                _top(e + 1, size) + 0.5,
                _cell_label(f, e, number),
            )
            for (f, e), number in sorted(cells.items())
        ),
    )


def shade(number: int, most: int) -> int:
    """1 to SHADES on a logarithmic scale: one lead stays visible beside a million."""
    if most <= 1:
        return SHADES
    return 1 + min(SHADES - 1, int(SHADES * math.log(number) / math.log(most)))


def _cell_label(fit: int, engagement: int, number: int) -> str:
    return _(
        "Fit %(fit)d to %(fit_end)d, engagement %(engagement)d to %(engagement_end)d: %(n)s"
    ) % {
        "fit": fit * CELL,
        "fit_end": fit * CELL + CELL - 1,
        "engagement": engagement * CELL,
        "engagement_end": engagement * CELL + CELL - 1,
        "n": number_format(number, force_grouping=True),
    }


def _top(engagement: float, size: Size) -> float:
    return ABOVE + (size.up - engagement) * SIDE


def _border(line: list[tuple[float, float]], size: Size) -> SafeString:
    points = [(LEFT + x * SIDE, _top(y, size)) for x, y in line]
    steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    seen = any(one != other for one, other in pairwise(points))
    return format_html('<polyline class="score-map__line" points="{}"/>', steps if seen else "")


def _axes(size: Size) -> SafeString:
    bottom = ABOVE + size.up * SIDE
    across = format_html_join(
        "",
        '<text class="score-map__number" x="{}" y="{}" text-anchor="middle">{}</text>',
        ((LEFT + x * SIDE, bottom + 8, x * CELL) for x in range(0, size.across + 1, 4)),
    )
    up = format_html_join(
        "",
        '<text class="score-map__number" x="{}" y="{}" text-anchor="end">{}</text>',
        ((LEFT - 3, _top(y, size) + 2, y * CELL) for y in range(0, size.up + 1, 4)),
    )
    middle = ABOVE + size.up * SIDE / 2
    names = format_html(
        '<text class="score-map__name" x="{}" y="{}" text-anchor="middle">{}</text>'
        '<text class="score-map__name" x="6" y="{}" text-anchor="middle"'
        ' transform="rotate(-90 6 {})">{}</text>',
        LEFT + size.across * SIDE / 2, bottom + 17, _("Fit"), middle, middle, _("Engagement"),
    )  # fmt: skip
    return format_html("{}{}{}", across, up, names)


@dataclass(frozen=True, slots=True)
class Band:
    """Leads in one range of fit and engagement, now and then."""

    fit: str
    engagement: str
    now: int
    then: int


def banded(now: Cells, then: Cells) -> list[Band]:
    """The map as rows of numbers, in bands of twenty points."""
    before, after = _in_bands(now), _in_bands(then)
    return [
        Band(_band(f), _band(e), before.get((f, e), 0), after.get((f, e), 0))
        for f, e in sorted({*before, *after})
    ]


def _in_bands(cells: Cells) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for (fit, engagement), number in cells.items():
        place = min(fit * CELL // BAND, LAST_BAND), min(engagement * CELL // BAND, LAST_BAND)
        found[place] = found.get(place, 0) + number
    return found


def _band(number: int) -> str:
    start = number * BAND
    return f"{start}+" if number == LAST_BAND else f"{start}–{start + BAND - 1}"

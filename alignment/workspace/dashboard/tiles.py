"""The data of the dashboard's tiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from alignment.core import figures
from alignment.metrics.queries.measuring import measure_all
from alignment.metrics.queries.population import Metric
from alignment.metrics.queries.registry import METRICS
from alignment.metrics.queries.snapshots import histories
from alignment.metrics.results.queries import Verdict, held
from alignment.metrics.rules import Definition, Measure, Statistic, of_sum
from alignment.workspace.results import words

from .day_chart import sparkline
from .words import change_words, interval_words, target_words, value_words

if TYPE_CHECKING:
    from alignment.metrics.forms import Asked
    from alignment.metrics.models import Snapshot
    from alignment.people.models import Program

    from .rows import GroupShown

DAYS_DRAWN = 30
WIDE_FROM = 3
FUNNEL = "funnel"
LEADS = ("response", "conversion", "follow-up")
DEALS = ("influence", "sales-cycle", "deal-size", "win-rate")
TRUST = ("sla-marketing", "sla-sales", "score", "agreement")
MONEY = ("acquisition-cost", "misalignment")


@dataclass(frozen=True, slots=True)
class Line:
    """One number of a tile."""

    definition: Definition
    now: Measure
    before: Measure | None
    # The result against the baseline, if the target is a change from it.
    result: words.Line | None = None

    @property
    def shown(self) -> str:
        return value_words(self.definition.unit, self.now.value)

    @property
    def numerator(self) -> str:
        is_money = self.definition.statistic == Statistic.SUM
        unit = self.definition.unit
        number = self.now.numerator or 0
        return value_words(unit, number) if is_money else figures.whole(round(number))

    @property
    def short(self) -> str:
        return str(self.definition.short or self.definition.name)

    @property
    def is_off(self) -> bool:
        if self.result:
            return self.result.state == Verdict.MISSED
        return self.now.enough and self.meets is False

    @property
    def target(self) -> str:
        if self.result:
            return gettext("%(change)s against the baseline") % {"change": self.result.target}
        return target_words(self.definition)

    @property
    def meets(self) -> bool | None:
        return self.definition.meets(self.now.value)

    @property
    def interval(self) -> str:
        return interval_words(self.definition, self.now)

    @property
    def change(self) -> tuple[str, str]:
        return change_words(self.definition, self.now, self.before)

    @property
    def shown_before(self) -> str:
        """The stored value of the previous period; empty if no comparison is possible."""
        if not self.change[0] or self.before is None:
            return ""
        return value_words(self.definition.unit, self.before.value)

    @property
    def is_share(self) -> bool:
        return self.definition.statistic == Statistic.SHARE

    @property
    def is_sum(self) -> bool:
        return self.definition.statistic == Statistic.SUM

    @property
    def left_out(self) -> int:
        """Rows of the period that have no value yet."""
        return int(self.now.denominator or 0) - self.now.sample


@dataclass(frozen=True, slots=True)
class Day:
    row: Snapshot
    definition: Definition

    @property
    def shown(self) -> str:
        return value_words(self.definition.unit, self.row.value)

    @property
    def restated(self) -> str:
        """The value including late rows, if there are any."""
        if self.row.restated_at is None:
            return ""
        return value_words(self.definition.unit, self.row.restated_value)

    @property
    def since(self) -> str:
        """The current value, if later events have changed it."""
        words = value_words(self.definition.unit, self.row.latest_value)
        return "" if words == (self.restated or self.shown) else words


@dataclass(frozen=True, slots=True)
class Tile:
    """A family of metrics; the first is its headline. `total` is the sum of its dollars, `weak` are
    promises in it that miss their target.
    """

    head: Line
    others: list[Line]
    days: list[Day] = field(default_factory=list)
    total: str = ""
    weak: list[GroupShown] = field(default_factory=list)

    @property
    def title(self) -> str:
        return gettext("Cost of misalignment") if self.total else str(self.head.definition.name)

    @property
    def is_wide(self) -> bool:
        """Too many numbers to fit below the headline, so they are shown beside it."""
        return len(self.others) >= WIDE_FROM

    @property
    def lines(self) -> list[Line]:
        """Each number once: with a total, the headline is one of the others already."""
        return self.others if self.total else [self.head, *self.others]

    @property
    def restated(self) -> int:
        """The number of its days that have late rows."""
        return sum(day.row.restated_at is not None for day in self.days)

    @property
    def points(self) -> str:
        return sparkline([day.row.value for day in self.days])

    @property
    def spanned(self) -> tuple[str, str]:
        """The values of the lowest and the highest point of the line."""
        known = [day.row.value for day in self.days if day.row.value is not None]
        unit = self.head.definition.unit
        return value_words(unit, min(known, default=None)), value_words(
            unit, max(known, default=None)
        )


@dataclass(frozen=True, slots=True)
class Step:
    """From one stage to the next: the share that moves on, and the time it takes."""

    share: Line
    time: Line

    @property
    def percent(self) -> int:
        return round(100 * (self.share.now.value or 0))


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the page: tiles, or the steps of the funnel."""

    key: str
    title: str
    tiles: list[Tile] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


def parts(tiles: Sequence[Tile]) -> list[Part]:
    """The sections of the page in order. Every family belongs to one."""
    by = {tile.head.definition.family: tile for tile in tiles}
    funnel = by[FUNNEL].lines
    steps = [Step(*pair) for pair in zip(funnel[::2], funnel[1::2], strict=True)]
    return [
        Part("leads", gettext("From hand-off to SQL"), [by[f] for f in LEADS]),
        Part(FUNNEL, gettext("From stage to stage"), steps=steps),
        Part("deals", gettext("Pipeline and deals"), [by[f] for f in DEALS]),
        Part("trust", gettext("What both teams promised"), [by[f] for f in TRUST]),
        Part("money", gettext("What it costs"), [by[f] for f in MONEY]),
    ]


def off_target(tiles: Sequence[Tile]) -> list[Tile]:
    """Tiles that need attention because their headline misses its target."""
    return [tile for tile in tiles if tile.head.is_off]


def tiles(program: Program, asked: Asked) -> list[Tile]:
    """All tiles: one statement for the numbers that share rows and a period, and one for all their
    days.
    """
    families: dict[str, list[Line]] = {}
    for line in _lines(program, list(METRICS.values()), asked):
        families.setdefault(line.definition.family, []).append(line)
    heads = [lines[0].definition.key for lines in families.values()]
    days = histories(program, heads, days=DAYS_DRAWN)
    return [_tile(lines, days[lines[0].definition.key]) for lines in families.values()]


def _lines(program: Program, metrics: list[Metric], asked: Asked) -> list[Line]:
    now = measure_all(program, metrics, asked.period, asked.part)
    before: dict[str, Measure] = {}
    if asked.compares:
        before = measure_all(program, metrics, asked.period.before(), asked.part, as_of=asked.as_of)
    is_part = not asked.part.is_all
    against = {
        key: words.line(result, is_part=is_part) for key, result in held(program, now).items()
    }
    keys = [metric.definition.key for metric in metrics]
    return [
        Line(METRICS[key].definition, now[key], before.get(key), against.get(key)) for key in keys
    ]


def days_of(program: Program, definition: Definition) -> list[Day]:
    """The last days of one number, the oldest first."""
    rows = histories(program, [definition.key], days=DAYS_DRAWN)[definition.key]
    return [Day(row, definition) for row in rows]


def line_of(program: Program, key: str, asked: Asked) -> Line:
    return _lines(program, [METRICS[key]], asked)[0]


def _tile(lines: list[Line], rows: list[Snapshot]) -> Tile:
    head, *others = lines
    days = [Day(row, head.definition) for row in rows]
    if head.is_sum and others:
        dollars = sum(line.now.value or 0 for line in lines)
        # The target applies to the sum, not to its first part.
        total = Line(head.definition, of_sum(dollars, sum(line.now.sample for line in lines)), None)
        return Tile(total, lines, days, total.shown)
    return Tile(head, others, days)

"""The rows behind a number, for the page and the export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from alignment.metrics.queries.breakdown import Group
from alignment.metrics.queries.population import (
    MOST_ROWS,
    Metric,
    Place,
    Row,
    Subject,
    rows_behind,
)
from alignment.metrics.rules import Definition, Measure, Statistic, Unit
from alignment.workspace.paging import Page, page_from, start_of
from alignment.workspace.reference_names import industry_title

from .words import value_words

if TYPE_CHECKING:
    from alignment.metrics.forms import Asked
    from alignment.people.models import Program

EXPORTED_AT_ONCE = 1_000
_PAGES = {
    Subject.LEAD: "workspace:lead",
    Subject.OPPORTUNITY: "workspace:opportunity",
    Subject.ACCOUNT: "workspace:account",
    Subject.CAMPAIGN: "workspace:campaign",
}


@dataclass(frozen=True, slots=True)
class Shown:
    title: str
    # Empty for leads and accounts, whose title already contains it.
    account: str
    amount: str
    url: str
    at: datetime
    counted: bool
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class GroupShown:
    name: str
    value: str
    measure: Measure
    percent: int | None


def page_behind(
    program: Program,
    metric: Metric,
    asked: Asked,
    *,
    counted: bool | None,
    query: Mapping[str, str],
) -> Page[Row]:
    """The page of rows that `after` or `before` in the address asks for, the newest first."""
    start = start_of(query, (datetime, int))
    rows = rows_behind(
        program,
        metric,
        asked.period,
        asked.part,
        counted=counted,
        behind=Place(*start.place) if start.place else None,
        backwards=start.backwards,
        most=MOST_ROWS + 1,
    )
    return page_from(rows, start, size=MOST_ROWS, place_of=lambda row: (row.at, row.row_id))


def shown_rows(
    program: Program, metric: Metric, rows: Sequence[Row], names: Mapping[str, str]
) -> list[Shown]:
    """`names` maps notes that are keys to text."""
    definition, page = metric.definition, _PAGES[metric.population.subject]
    is_share = definition.statistic == Statistic.SHARE
    is_deal = metric.population.subject == Subject.OPPORTUNITY
    return [
        Shown(
            # A cost has no page; its title says what it was for.
            title=row.title or (_("No name") if row.id else _("Cost")),
            account=row.account if is_deal else "",
            amount=value_words(Unit.DOLLARS, row.amount_usd) if is_deal and row.id else "",
            url=reverse(page, args=[program.slug, row.id]) if row.id else "",
            at=row.at,
            counted=row.counted,
            value="" if is_share else value_words(definition.unit, row.value),
            note=names.get(row.note) or _as_moment(row.note),
        )
        for row in rows
    ]


def _as_moment(note: str) -> str:
    """Format a note that is a moment; others are returned unchanged, such as what a cost was for,
    which may be any text.
    """
    try:
        local = timezone.localtime(datetime.fromisoformat(note))
    except (ValueError, OverflowError):
        return note
    return str(date_format(local, "SHORT_DATETIME_FORMAT"))


def groups_of(
    definition: Definition, by: str, groups: Sequence[Group], names: Mapping[str, str]
) -> list[GroupShown]:
    is_share = definition.statistic == Statistic.SHARE
    return [
        GroupShown(
            name=names.get(group.key) or _name(by, group.key),
            value=value_words(definition.unit, group.measure.value),
            measure=group.measure,
            percent=round(100 * group.measure.value)
            if is_share and group.measure.value is not None
            else None,
        )
        for group in groups
    ]


def _name(by: str, key: str) -> str:
    if by == "segment":
        return industry_title(key) if key else _("Unknown industry")
    if by == "tier":
        return _("Tier %(tier)s") % {"tier": key} if key else _("Not a target")
    if by == "team":
        return key or _("Nobody’s")
    return key or _("Unknown")


def export_head() -> list[str]:
    return [
        _("What"),
        _("Id"),
        _("Name"),
        _("Account"),
        _("Amount, USD"),
        _("When"),
        _("Counted"),
        _("Value"),
        _("Note"),
    ]


def export_lines(program: Program, metric: Metric, asked: Asked) -> Iterator[list[list[Any]]]:
    behind: Place | None = None
    while rows := rows_behind(
        program, metric, asked.period, asked.part, behind=behind, most=EXPORTED_AT_ONCE
    ):
        yield [
            [
                str(metric.population.subject),
                row.id,
                row.title,
                row.account,
                row.amount_usd,
                row.at,
                row.counted,
                row.value,
                row.note,
            ]
            for row in rows
        ]
        behind = Place(rows[-1].at, rows[-1].row_id)

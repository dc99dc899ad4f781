"""Columns of the two tables, with the addresses that sort by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.models import Stage
from accounts.models.leads import OPEN_STAGES
from alignment.core.figures import capped

from .queries import COUNT_UP_TO

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .filters import LeadFilter


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    href: str = ""
    order: str = ""
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    query: str
    is_current: bool
    count: str = ""


def queue_tabs(asked: LeadFilter) -> list[Tab]:
    labels = {
        "mql_uncalled": _("To call"),
        "mql_called": _("Called, not validated"),
        "sql": _("SQL"),
    }
    return [
        Tab(label, asked.as_query(stage=stage), asked.stage == stage)
        for stage, label in labels.items()
    ]


def list_tabs(asked: LeadFilter, counts: Mapping[str, int]) -> list[Tab]:
    """One tab per stage that has leads or is selected, after a tab for all."""
    tabs = [Tab(_("All"), asked.as_query(stage=""), not asked.stage)]
    for stage in Stage:
        count = counts.get(stage, 0)
        if count or stage in OPEN_STAGES:
            text = capped(count, COUNT_UP_TO - 1)
            query = asked.as_query(stage=stage)
            tabs.append(Tab(str(stage.label), query, asked.stage == stage, text))
    return tabs


def list_columns(asked: LeadFilter) -> list[Column]:
    return [
        Column(_("Lead")),
        Column(_("Account")),
        Column(_("Stage")),
        _sorted(asked, _("In stage since"), "moved", "waiting"),
        _sorted(asked, _("Score"), "score"),
        _sorted(asked, _("Last signals"), "engaged"),
        Column(_("Owner")),
    ]


def queue_columns(asked: LeadFilter) -> list[Column]:
    return [
        Column(_("Lead")),
        Column(_("Account")),
        _sorted(asked, _("Score"), "score"),
        Column(_("Why now, and what next")),
        _sorted(asked, _("Due, since"), "due", "waiting"),
        Column(_("Owner")),
        Column(_("Actions"), is_hidden=True),
    ]


def _sorted(asked: LeadFilter, label: str, sort: str, reverse: str = "") -> Column:
    """A click sorts; a second one reverses the order, if possible.

    The latest move has the shortest time in its stage, so `moved` sorts that time in ascending
    order.
    """
    target = reverse if asked.sort == sort and reverse else sort
    first = "asc" if reverse else "desc"
    order = {sort: first, reverse or "-": "desc"}.get(asked.sort, "")
    return Column(label, f"?{asked.as_query(sort=target)}", order)

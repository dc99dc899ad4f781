"""A line-by-line comparison of two accounts, for choosing which facts to keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.duplicates.models import DuplicatePair
from accounts.duplicates.rules import GROUPS, differing, gaps_filled
from accounts.models import Lead, Stakeholder
from alignment.core import figures
from alignment.workspace import reference_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import Account

LABELS = {
    "name": _("Name"),
    "domain": _("Domain"),
    "website": _("Website"),
    "place": _("Place"),
    "industry": _("Industry"),
    "employees": _("Employees"),
    "revenue": _("Annual revenue"),
    "technology_maturity": _("Technology maturity (1-5)"),
    "technologies": _("Technologies"),
    "budget": _("Budget"),
    "owner": _("Owner"),
    "external_id": _("External id"),
    "description": _("Description"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """Both values of a group of facts; `differs` offers a choice, `takes_gone` is the choice."""

    group: str
    label: str
    survivor: str
    gone: str
    differs: bool
    takes_gone: bool


@dataclass(frozen=True, slots=True)
class Sides:
    """`people` and `leads` are counts of (survivor, gone)."""

    lines: list[Line]
    people: tuple[int, int]
    leads: tuple[int, int]


def sides_of(survivor: Account, gone: Account, chosen: Mapping[str, str]) -> Sides:
    """Two statements. `chosen` maps groups to the number of the account to take the facts from."""
    ours, theirs = vars(survivor), vars(gone)
    differ = set(differing(ours, theirs))
    fill = set(gaps_filled(ours, theirs))
    lines = [
        Line(
            group,
            str(LABELS[group]),
            _fact_words(survivor, group),
            _fact_words(gone, group),
            group in differ,
            chosen[group] == str(gone.pk) if group in chosen else group in fill,
        )
        for group in GROUPS
        if group in differ or _fact_words(survivor, group)
    ]
    return Sides(lines, _counts(Stakeholder, survivor, gone), _counts(Lead, survivor, gone))


def why_alike(pair: DuplicatePair) -> str:
    """What the two have in common besides similar names or domains."""
    first, second = pair.first, pair.second
    if pair.ground == DuplicatePair.Ground.DOMAIN:
        text = gettext("Domains of one root: %(one)s and %(other)s")
        return text % {"one": first.domain, "other": second.domain}
    if not first.state or not second.state:
        if first.state or second.state:
            return gettext("Similar names; where one of them is, nobody knows")
        return gettext("Similar names; where they are, nobody knows")
    if first.state != second.state:
        return gettext("Similar names, in two states")
    if first.city and first.city.casefold() == second.city.casefold():
        return gettext("Similar names, both in %(city)s") % {"city": first.city}
    return gettext("Similar names, both in %(state)s") % {"state": first.state}


def _counts(
    model: type[Stakeholder] | type[Lead], survivor: Account, gone: Account
) -> tuple[int, int]:
    rows = model.objects.in_program(survivor.program_id).filter(account__in=[survivor, gone])
    found = dict(rows.order_by().values_list("account_id").annotate(n=Count("id")))
    return found.get(survivor.pk, 0), found.get(gone.pk, 0)


def _fact_words(account: Account, group: str) -> str:
    """An account's facts of a group, as text."""
    if group == "place":
        return ", ".join(part for part in (account.city, account.state, account.zip) if part)
    if group == "industry":
        return reference_names.industry_title(account.naics) or account.industry
    if group == "employees":
        return figures.people_range(account.employees_low, account.employees_high)
    if group == "revenue":
        return figures.dollar_range(account.revenue_low, account.revenue_high)
    if group == "technologies":
        return ", ".join(account.technologies or ())
    if group == "budget":
        return "" if account.budget_usd is None else figures.dollars(account.budget_usd)
    value = getattr(account, group)
    return "" if value is None else str(value)

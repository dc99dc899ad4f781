"""The facts of an account on which each kind of criterion depends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.field.rules import Checked
from alignment.icp.queries import verdict_of
from alignment.workspace.criteria import CriterionLine, lines_of

if TYPE_CHECKING:
    from accounts.models import Account

# Facts that hold the correct value, facts that are cleared when it is refuted, and facts that
# imports must not change any more. The industry's text is cleared with its code, which it would
# restore; a city stays, since it also identifies a company without a domain.
CriterionFacts = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
_REVENUE = ("revenue_low", "revenue_high")
_EMPLOYEES = ("employees_low", "employees_high")
_INDUSTRY = ("naics", "industry")
_AREAS = ("state", "county_fips", "cbsa")
FACTS_OF: dict[str, CriterionFacts] = {
    "revenue": (_REVENUE, _REVENUE, _REVENUE),
    "employees": (_EMPLOYEES, _EMPLOYEES, _EMPLOYEES),
    "industry": (("naics",), _INDUSTRY, _INDUSTRY),
    "maturity": (("technology_maturity",),) * 3,
    "technology": (("technologies",),) * 3,
    "budget": (("budget_usd",),) * 3,
    "geography": (("state", "city", "zip"), _AREAS, (*_AREAS, "city", "zip", "country")),
}


def criterion_of(account: Account, key: str) -> CriterionLine | None:
    """The criterion with that key in the profile in force, if facts can answer it."""
    for line in lines_of(account, verdict_of(account)):
        if line.key == key and line.kind in FACTS_OF:
            return line
    return None


def checked_as(line: CriterionLine) -> Checked:
    """The criterion in its current wording."""
    values, emptied, held = FACTS_OF[line.kind]
    return Checked(line.key, line.words, values, emptied, held)

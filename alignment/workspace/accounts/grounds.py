"""The facts of an account that each kind of criterion rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.field.rules import Checked
from alignment.icp.queries import verdict_of
from alignment.workspace.criteria import CriterionLine, lines_of

if TYPE_CHECKING:
    from accounts.models import Account

# Facts that give the right value, those that go when it is refuted, those that lists leave alone.
# Words of an industry go with its code, which they would bring back; a city stays, for it is also
# half the name of a company without a domain.
Ground = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
_REVENUE = ("revenue_low", "revenue_high")
_EMPLOYEES = ("employees_low", "employees_high")
_INDUSTRY = ("naics", "industry")
_AREAS = ("state", "county_fips", "cbsa")
GROUNDS: dict[str, Ground] = {
    "revenue": (_REVENUE, _REVENUE, _REVENUE),
    "employees": (_EMPLOYEES, _EMPLOYEES, _EMPLOYEES),
    "industry": (("naics",), _INDUSTRY, _INDUSTRY),
    "maturity": (("technology_maturity",),) * 3,
    "technology": (("technologies",),) * 3,
    "budget": (("budget_usd",),) * 3,
    "geography": (("state", "city", "zip"), _AREAS, (*_AREAS, "city", "zip", "country")),
}


def criterion_of(account: Account, key: str) -> CriterionLine | None:
    """The line of the profile in force with that key, if the facts can answer it."""
    for line in lines_of(account, verdict_of(account)):
        if line.key == key and line.kind in GROUNDS:
            return line
    return None


def checked_as(line: CriterionLine) -> Checked:
    """The criterion as it reads now."""
    values, emptied, held = GROUNDS[line.kind]
    return Checked(line.key, line.words, values, emptied, held)

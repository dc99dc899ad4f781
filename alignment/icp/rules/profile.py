"""The ideal customer profile as values: criteria, three-valued answers, the verdict.

Logic is Kleene's strong three-valued logic (Introduction to Metamathematics, 1952, §64): unknown
stands for "could be either", so it never passes for yes. The verdict is `all musts and not any
exclude`.

The grade (0-100) says how much of the profile is known to fit: a must counts 2, a preferred counts
1, and only a yes earns it. A yes in a place of priority 2 or 3 earns two thirds or one third. An
account that an exclude criterion hits has grade 0.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from alignment.agreements.rules import InvalidContent
from alignment.reference.rules import US_COUNTRIES

Weight = Literal["must", "preferred", "exclude"]
Answer3 = bool | None

WEIGHTS: tuple[Weight, ...] = ("must", "preferred", "exclude")
WORTH: dict[Weight, int] = {"must": 2, "preferred": 1, "exclude": 0}
KINDS = (
    "revenue",
    "employees",
    "industry",
    "maturity",
    "technology",
    "budget",
    "budget_confirmed",
    "geography",
)
PRIORITIES = (1, 2, 3)
LARGEST = 2**62


@dataclass(frozen=True)
class Facts:
    """What is known about an account. Ranges are closed; None is an open end or unknown."""

    employees_low: int | None = None
    employees_high: int | None = None
    revenue_low: int | None = None
    revenue_high: int | None = None
    naics: str | None = None
    technology_maturity: int | None = None
    technologies: tuple[str, ...] | None = None
    budget_usd: int | None = None
    budget_confirmed: bool | None = None
    state: str | None = None
    cbsa: str | None = None
    country: str | None = None


@dataclass(frozen=True)
class Criterion:
    """One line of the profile. Which of the values apply depends on the kind."""

    key: str
    kind: str
    weight: Weight
    reason: str = ""
    minimum: int | None = None
    maximum: int | None = None
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    cbsas: tuple[str, ...] = ()
    # (state or area, 2 or 3): places not listed have priority 1.
    priorities: tuple[tuple[str, int], ...] = ()
    confirmed: bool = True

    def priority_of(self, place: str | None) -> int:
        return dict(self.priorities).get(place or "", PRIORITIES[0])


@dataclass(frozen=True)
class Icp:
    criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """`answers` are in the order of the criteria; the verdict is None while it is unknown."""

    verdict: Answer3
    grade: int
    answers: tuple[Answer3, ...] = field(default=())


class InvalidIcp(InvalidContent):
    """A content that is no valid ICP. `errors`: path such as `criteria.2.min` -> sentence."""


def judge(facts: Facts, icp: Icp) -> Judgement:
    answers = tuple(answer(facts, criterion) for criterion in icp.criteria)
    musts = [a for a, c in zip(answers, icp.criteria, strict=True) if c.weight == "must"]
    excludes = [a for a, c in zip(answers, icp.criteria, strict=True) if c.weight == "exclude"]
    terms = [*musts, *(None if a is None else not a for a in excludes)]
    verdict: Answer3 = True
    if False in terms:
        verdict = False
    elif None in terms:
        verdict = None
    return Judgement(verdict, _grade(facts, answers, icp), answers)


def _grade(facts: Facts, answers: tuple[Answer3, ...], icp: Icp) -> int:
    possible = sum(WORTH[c.weight] for c in icp.criteria)
    pairs = list(zip(answers, icp.criteria, strict=True))
    if possible == 0 or any(c.weight == "exclude" and a for a, c in pairs):
        return 0
    earned = sum(WORTH[c.weight] * thirds(facts, c) for a, c in pairs if a)
    return 100 * earned // (3 * possible)


def thirds(facts: Facts, criterion: Criterion) -> int:
    """How many thirds of its weight a yes earns, by the best priority of the account's places."""
    if criterion.kind != "geography" or not criterion.priorities:
        return 3
    places = [p for p in (facts.state,) if p in criterion.states]
    places += [p for p in (facts.cbsa,) if p in criterion.cbsas]
    return 4 - min((criterion.priority_of(p) for p in places), default=PRIORITIES[0])


def answer(facts: Facts, criterion: Criterion) -> Answer3:
    return _ANSWERS[criterion.kind](facts, criterion)


def _range(low: int | None, high: int | None, criterion: Criterion) -> Answer3:
    """Yes if the whole known range lies within the wanted one, no if none does, else unknown."""
    if low is None and high is None:
        return None
    least, most = low or 0, LARGEST if high is None else high
    wanted_least = criterion.minimum or 0
    wanted_most = LARGEST if criterion.maximum is None else criterion.maximum
    if least >= wanted_least and most <= wanted_most:
        return True
    if most < wanted_least or least > wanted_most:
        return False
    return None


def _industry(facts: Facts, criterion: Criterion) -> Answer3:
    """A code covers all codes below it; an account with only a broader code is unknown."""
    if facts.naics is None:
        return None
    codes = expand_sectors(criterion.codes)
    if any(facts.naics.startswith(code) for code in codes):
        return True
    if any(code.startswith(facts.naics) for code in codes):
        return None
    return False


def expand_sectors(codes: tuple[str, ...]) -> tuple[str, ...]:
    """NAICS writes three sectors as spans: 31-33, 44-45, 48-49."""
    plain: list[str] = []
    for code in codes:
        first, dash, last = code.partition("-")
        plain += [str(n) for n in range(int(first), int(last) + 1)] if dash else [code]
    return tuple(plain)


def _maturity(facts: Facts, criterion: Criterion) -> Answer3:
    known = facts.technology_maturity
    return None if known is None else known >= (criterion.minimum or 0)


def _technology(facts: Facts, criterion: Criterion) -> Answer3:
    known = facts.technologies
    return None if known is None else bool(set(known) & set(criterion.names))


def _budget(facts: Facts, criterion: Criterion) -> Answer3:
    return None if facts.budget_usd is None else facts.budget_usd >= (criterion.minimum or 0)


def _budget_confirmed(facts: Facts, criterion: Criterion) -> Answer3:
    known = facts.budget_confirmed
    return None if known is None else known == criterion.confirmed


def _geography(facts: Facts, criterion: Criterion) -> Answer3:
    """All places that a criterion can name are in the US, so a company abroad is in none."""
    if facts.country is not None and facts.country not in US_COUNTRIES:
        return False
    terms: list[Answer3] = []
    if criterion.states:
        terms.append(None if facts.state is None else facts.state in criterion.states)
    if criterion.cbsas:
        terms.append(None if facts.cbsa is None else facts.cbsa in criterion.cbsas)
    if True in terms:
        return True
    return None if None in terms else False


_ANSWERS: dict[str, Callable[[Facts, Criterion], Answer3]] = {
    "revenue": lambda f, c: _range(f.revenue_low, f.revenue_high, c),
    "employees": lambda f, c: _range(f.employees_low, f.employees_high, c),
    "industry": _industry,
    "maturity": _maturity,
    "technology": _technology,
    "budget": _budget,
    "budget_confirmed": _budget_confirmed,
    "geography": _geography,
}


def facts_of(account: Any, *, budget_confirmed: Answer3 = None) -> Facts:
    """The facts of an account row, with the latest word on its budget."""
    technologies = account.technologies
    return Facts(
        employees_low=account.employees_low,
        employees_high=account.employees_high,
        revenue_low=account.revenue_low,
        revenue_high=account.revenue_high,
        naics=account.naics or None,
        technology_maturity=account.technology_maturity,
        technologies=None if technologies is None else tuple(technologies),
        budget_usd=account.budget_usd,
        budget_confirmed=budget_confirmed,
        state=account.state or None,
        cbsa=account.cbsa or None,
        country=account.country or None,
    )

"""The ideal customer profile as values: criteria, three-valued answers, the verdict.

Logic is Kleene's strong three-valued logic (Introduction to Metamathematics, 1952, §64): unknown
stands for "could be either", so it never passes for yes. The verdict is
`all musts and not any exclude`.

The grade (0-100) says how much of the profile is known to fit: a must counts 2, a preferred
counts 1; only a yes earns it; an account that an exclude criterion hits has grade 0.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext as _

from alignment.agreements.rules import InvalidContent

Weight = Literal["must", "preferred", "exclude"]
Answer3 = bool | None

WEIGHTS: tuple[Weight, ...] = ("must", "preferred", "exclude")
KINDS = ("revenue", "employees", "industry", "maturity", "technology", "budget", "geography")
MAX_CRITERIA = 30
MAX_VALUES = 500
LARGEST = 2**62


@dataclass(frozen=True)
class Facts:
    """What is known of an account. Ranges are closed; None is an open end or not known."""

    employees_low: int | None = None
    employees_high: int | None = None
    revenue_low: int | None = None
    revenue_high: int | None = None
    naics: str | None = None
    technology_maturity: int | None = None
    technologies: tuple[str, ...] | None = None
    budget_usd: int | None = None
    state: str | None = None
    cbsa: str | None = None


@dataclass(frozen=True)
class Criterion:
    """One line of the profile. Which of the values count depends on the kind."""

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


@dataclass(frozen=True)
class Icp:
    criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """`answers` follow the criteria; the verdict is None while it is unknown."""

    verdict: Answer3
    grade: int
    answers: tuple[Answer3, ...] = field(default=())


class InvalidIcp(InvalidContent):
    """A content that is no ICP. `errors`: path such as `criteria.2.min` -> sentence."""


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
    return Judgement(verdict, _grade(answers, icp), answers)


def _grade(answers: tuple[Answer3, ...], icp: Icp) -> int:
    worth = {"must": 2, "preferred": 1, "exclude": 0}
    possible = sum(worth[c.weight] for c in icp.criteria)
    pairs = list(zip(answers, icp.criteria, strict=True))
    if possible == 0 or any(c.weight == "exclude" and a for a, c in pairs):
        return 0
    return 100 * sum(worth[c.weight] for a, c in pairs if a) // possible


def answer(facts: Facts, criterion: Criterion) -> Answer3:
    return _ANSWERS[criterion.kind](facts, criterion)


def _range(low: int | None, high: int | None, criterion: Criterion) -> Answer3:
    """Yes if the whole known range lies within the wanted one, no if none of it does."""
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
    """A code covers all codes below it; an account known only more broadly is unknown."""
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


def _geography(facts: Facts, criterion: Criterion) -> Answer3:
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
    "geography": _geography,
}


def facts_of(account: Any) -> Facts:
    """The facts of an account row."""
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
        state=account.state or None,
        cbsa=account.cbsa or None,
    )


def parse_icp(content: Any) -> Icp:
    """The profile in a version's content; raises InvalidIcp naming each place that is wrong.

    Content: `{"criteria": [{"key", "kind", "weight", "reason", and by kind: "min", "max" (revenue
    and budget in USD, employees, maturity 1-5), "codes" (NAICS), "names" (technologies, lower
    case), "states" (postal codes), "cbsas"}]}`.
    """
    rows = content.get("criteria", []) if isinstance(content, Mapping) else None
    if not isinstance(rows, list):
        raise InvalidIcp({"criteria": _("A profile is a list of criteria.")})
    if len(rows) > MAX_CRITERIA:
        text = _("A profile has at most %(most)d criteria.") % {"most": MAX_CRITERIA}
        raise InvalidIcp({"criteria": text})
    errors: dict[str, str] = {}
    criteria = [_parse_criterion(row, f"criteria.{i}", errors) for i, row in enumerate(rows)]
    keys = [c.key for c in criteria if c]
    for i, criterion in enumerate(criteria):
        if criterion and keys.count(criterion.key) > 1:
            errors[f"criteria.{i}.key"] = _("Two criteria have the same key.")
    if errors:
        raise InvalidIcp(errors)
    return Icp(tuple(c for c in criteria if c))


def _parse_criterion(row: Any, path: str, errors: dict[str, str]) -> Criterion | None:
    if not isinstance(row, Mapping) or row.get("kind") not in KINDS:
        errors[f"{path}.kind"] = _("Choose what this criterion looks at.")
        return None
    if row.get("weight") not in WEIGHTS:
        errors[f"{path}.weight"] = _("Choose must, preferred or exclude.")
        return None
    criterion = Criterion(
        key=str(row.get("key") or row["kind"]),
        kind=row["kind"],
        weight=row["weight"],
        reason=str(row.get("reason", ""))[:2000],
        minimum=_whole(row.get("min"), f"{path}.min", errors),
        maximum=_whole(row.get("max"), f"{path}.max", errors),
        codes=_texts(row.get("codes"), f"{path}.codes", errors),
        names=tuple(n.lower() for n in _texts(row.get("names"), f"{path}.names", errors)),
        states=_texts(row.get("states"), f"{path}.states", errors),
        cbsas=_texts(row.get("cbsas"), f"{path}.cbsas", errors),
    )
    _check(criterion, path, errors)
    return criterion


def _whole(value: Any, path: str, errors: dict[str, str]) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < LARGEST:
        errors[path] = _("Give a whole number, 0 or more.")
        return None
    return value


def _texts(value: Any, path: str, errors: dict[str, str]) -> tuple[str, ...]:
    if value is None:
        return ()
    if (
        not isinstance(value, list)
        or len(value) > MAX_VALUES
        or not all(isinstance(v, str) and 0 < len(v) <= 60 and "\x00" not in v for v in value)
    ):
        errors[path] = _("Give a list of at most %(most)d values.") % {"most": MAX_VALUES}
        return ()
    return tuple(dict.fromkeys(value))


def _check(c: Criterion, path: str, errors: dict[str, str]) -> None:
    if c.kind in ("revenue", "employees"):
        if c.minimum is None and c.maximum is None:
            errors.setdefault(f"{path}.min", _("Give a minimum, a maximum or both."))
        elif c.minimum is not None and c.maximum is not None and c.minimum > c.maximum:
            errors[f"{path}.max"] = _("The maximum is below the minimum.")
    elif c.kind == "industry":
        _check_codes(c, path, errors)
    elif c.kind == "maturity":
        if c.minimum is None or not 1 <= c.minimum <= 5:
            errors[f"{path}.min"] = _("Maturity goes from 1 to 5.")
    elif c.kind == "technology" and not c.names:
        errors.setdefault(f"{path}.names", _("Name at least one technology."))
    elif c.kind == "budget" and c.minimum is None:
        errors.setdefault(f"{path}.min", _("Give the smallest budget in dollars."))
    elif c.kind == "geography" and not (c.states or c.cbsas):
        errors.setdefault(f"{path}.states", _("Choose at least one state or metropolitan area."))


def _check_codes(c: Criterion, path: str, errors: dict[str, str]) -> None:
    if not c.codes:
        errors.setdefault(f"{path}.codes", _("Choose at least one industry."))
    spans = ("31-33", "44-45", "48-49")
    wrong = [x for x in c.codes if x not in spans and not (x.isdigit() and 2 <= len(x) <= 6)]
    if wrong:
        text = _("“%(code)s” is not a NAICS code.") % {"code": wrong[0]}
        errors[f"{path}.codes"] = text

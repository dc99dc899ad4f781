"""The profile as SQL: the same verdict as `rules.judge`, for any number of accounts at once.

Every value travels as a parameter; the SQL text is assembled from fixed pieces only.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from alignment.reference.rules import US_COUNTRIES

from .rules import LARGEST, WORTH, Criterion, Icp, Weight, expand_sectors

# The latest word on an account's budget from any of its leads; null if there is none.
BUDGET_CONFIRMED = """(SELECT e.value FROM accounts_lead l
    JOIN accounts_engagement e ON e.lead_id = l.id
    JOIN accounts_signal s ON s.id = e.signal_id AND s.code = 'budget_confirmed'
    WHERE l.account_id = a.id AND l.program_id = a.program_id
    ORDER BY e.occurred_at DESC, e.id DESC LIMIT 1)"""


@dataclass
class CompiledIcp:
    """`answers[i]` is a three-valued SQL expression over `a`, the accounts table.

    `thirds[i]` is how many thirds of its weight a yes earns, for criteria where that depends on the
    account.
    """

    answers: list[str] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)
    weights: list[Weight] = field(default_factory=list)
    thirds: dict[int, str] = field(default_factory=dict)

    @property
    def columns(self) -> str:
        each = [f"({sql}) AS c{i}" for i, sql in enumerate(self.answers)]
        each += [f"({sql}) AS p{i}" for i, sql in self.thirds.items()]
        return ", ".join(each) or "1 AS c"

    @property
    def verdict(self) -> str:
        return self.verdict_over(range(len(self.weights)))

    def verdict_over(self, which: Iterable[int]) -> str:
        """The verdict that only these criteria would give."""
        terms = []
        for i in which:
            weight = self.weights[i]
            if weight == "must":
                terms.append(f"c{i}")
            elif weight == "exclude":
                terms.append(f"NOT c{i}")
        truth = " AND ".join(terms) or "true"
        return (
            f"CASE WHEN ({truth}) IS TRUE THEN 'yes' WHEN ({truth}) IS FALSE THEN 'no'"
            " ELSE 'unknown' END"
        )

    @property
    def grade(self) -> str:
        possible = sum(WORTH[w] for w in self.weights)
        if possible == 0:
            return "0"
        earned = " + ".join(
            f"{WORTH[w]} * (c{i} IS TRUE)::int * {f'p{i}' if i in self.thirds else 3}"
            for i, w in enumerate(self.weights)
            if WORTH[w]
        )
        hit = " OR ".join(f"c{i} IS TRUE" for i, w in enumerate(self.weights) if w == "exclude")
        return f"CASE WHEN {hit or 'false'} THEN 0 ELSE 100 * ({earned}) / {3 * possible} END"

    def mask(self, test: str) -> str:
        """A bit for each criterion whose answer passes `test` (IS TRUE, IS NULL)."""
        bits = (f"((c{i} {test})::int << {i})" for i in range(len(self.answers)))
        return " | ".join(bits) or "0"


def compile_icp(icp: Icp) -> CompiledIcp:
    compiled = CompiledIcp()
    for i, criterion in enumerate(icp.criteria):
        compiled.answers.append(_answer(criterion, f"k{i}_", compiled.parameters))
        compiled.weights.append(criterion.weight)
        if criterion.kind == "geography" and criterion.priorities:
            compiled.thirds[i] = _thirds(criterion, f"k{i}_", compiled.parameters)
    return compiled


def _answer(c: Criterion, prefix: str, parameters: dict[str, Any]) -> str:
    def bind(name: str, value: Any, cast: str) -> str:
        parameters[prefix + name] = value
        return f"%({prefix}{name})s::{cast}"

    if c.kind in ("revenue", "employees"):
        return _range(
            f"a.{c.kind}_low",
            f"a.{c.kind}_high",
            bind("min", c.minimum or 0, "bigint"),
            bind("max", LARGEST if c.maximum is None else c.maximum, "bigint"),
        )
    if c.kind == "industry":
        codes = bind("codes", list(expand_sectors(c.codes)), "text[]")
        return (
            "CASE WHEN a.naics IS NULL OR a.naics = '' THEN NULL"
            f" WHEN EXISTS (SELECT FROM unnest({codes}) code WHERE a.naics ^@ code) THEN true"
            f" WHEN EXISTS (SELECT FROM unnest({codes}) code WHERE code ^@ a.naics) THEN NULL"
            " ELSE false END"
        )
    if c.kind == "budget_confirmed":
        return f"{BUDGET_CONFIRMED} = {bind('confirmed', c.confirmed, 'boolean')}"
    if c.kind == "technology":
        return f"a.technologies::text[] && {bind('names', list(c.names), 'text[]')}"
    if c.kind == "geography":
        terms = []
        if c.states:
            terms.append(f"NULLIF(a.state, '') = ANY({bind('states', list(c.states), 'text[]')})")
        if c.cbsas:
            terms.append(f"NULLIF(a.cbsa, '') = ANY({bind('cbsas', list(c.cbsas), 'text[]')})")
        home = bind("home", list(US_COUNTRIES), "text[]")
        return f"CASE WHEN NULLIF(a.country, '') <> ALL({home}) THEN false ELSE {' OR '.join(terms)} END"
    column = "technology_maturity" if c.kind == "maturity" else "budget_usd"
    return f"a.{column} >= {bind('min', c.minimum or 0, 'bigint')}"


def _thirds(c: Criterion, prefix: str, parameters: dict[str, Any]) -> str:
    """Uses the best priority among the criterion's places that the account is in."""
    places: dict[int, list[str]] = {1: [], 2: []}
    for place in (*c.states, *c.cbsas):
        priority = c.priority_of(place)
        if priority in places:
            places[priority].append(place)
    whens = []
    for priority, named in places.items():
        name = f"{prefix}priority{priority}"
        parameters[name] = named
        whens.append(
            f" WHEN COALESCE(a.state = ANY(%({name})s::text[]), false)"
            f" OR COALESCE(a.cbsa = ANY(%({name})s::text[]), false) THEN {4 - priority}"
        )
    return f"CASE{''.join(whens)} ELSE 1 END"


def _range(low: str, high: str, least: str, most: str) -> str:
    known_least, known_most = f"COALESCE({low}, 0)", f"COALESCE({high}, {LARGEST})"
    return (
        f"CASE WHEN {low} IS NULL AND {high} IS NULL THEN NULL"
        f" WHEN {known_least} >= {least} AND {known_most} <= {most} THEN true"
        f" WHEN {known_most} < {least} OR {known_least} > {most} THEN false END"
    )

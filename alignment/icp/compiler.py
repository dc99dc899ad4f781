"""The profile as SQL: the same verdict as `rules.judge`, for any number of accounts at once.

Every value travels as a parameter; SQL text is put together from fixed pieces only.
"""

from dataclasses import dataclass, field
from typing import Any

from .rules import LARGEST, Criterion, Icp, expand_sectors


@dataclass
class CompiledIcp:
    """`answers[i]` is a three-valued SQL expression over `a`, the accounts table."""

    answers: list[str] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)
    weights: list[str] = field(default_factory=list)

    @property
    def columns(self) -> str:
        return ", ".join(f"({sql}) AS c{i}" for i, sql in enumerate(self.answers)) or "1 AS c"

    @property
    def verdict(self) -> str:
        terms = []
        for i, weight in enumerate(self.weights):
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
        worth = {"must": 2, "preferred": 1}
        possible = sum(worth.get(w, 0) for w in self.weights)
        if possible == 0:
            return "0"
        earned = " + ".join(
            f"{worth[w]} * (c{i} IS TRUE)::int" for i, w in enumerate(self.weights) if w in worth
        )
        hit = " OR ".join(f"c{i} IS TRUE" for i, w in enumerate(self.weights) if w == "exclude")
        return f"CASE WHEN {hit or 'false'} THEN 0 ELSE 100 * ({earned}) / {possible} END"

    def mask(self, test: str) -> str:
        """A bit for each criterion whose answer passes `test` (IS TRUE, IS NULL)."""
        bits = (f"((c{i} {test})::int << {i})" for i in range(len(self.answers)))
        return " | ".join(bits) or "0"


def compile_icp(icp: Icp) -> CompiledIcp:
    compiled = CompiledIcp()
    for i, criterion in enumerate(icp.criteria):
        compiled.answers.append(_answer(criterion, f"k{i}_", compiled.parameters))
        compiled.weights.append(criterion.weight)
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
    if c.kind == "technology":
        return f"a.technologies::text[] && {bind('names', list(c.names), 'text[]')}"
    if c.kind == "geography":
        terms = []
        if c.states:
            terms.append(f"NULLIF(a.state, '') = ANY({bind('states', list(c.states), 'text[]')})")
        if c.cbsas:
            terms.append(f"NULLIF(a.cbsa, '') = ANY({bind('cbsas', list(c.cbsas), 'text[]')})")
        return " OR ".join(terms)
    column = "technology_maturity" if c.kind == "maturity" else "budget_usd"
    return f"a.{column} >= {bind('min', c.minimum or 0, 'bigint')}"


def _range(low: str, high: str, least: str, most: str) -> str:
    known_least, known_most = f"COALESCE({low}, 0)", f"COALESCE({high}, {LARGEST})"
    return (
        f"CASE WHEN {low} IS NULL AND {high} IS NULL THEN NULL"
        f" WHEN {known_least} >= {least} AND {known_most} <= {most} THEN true"
        f" WHEN {known_most} < {least} OR {known_least} > {most} THEN false END"
    )

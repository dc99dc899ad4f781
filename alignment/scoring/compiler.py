"""The model as SQL over the score row: one expression for one lead, a batch or all.

All that goes into the text are whole numbers and column names made here, never what people typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from .rules import FIT, FULL_WEIGHT, ICP_MATCH, Rule, ScoringModel

HIGHEST = 32_000


@dataclass(frozen=True)
class CompiledModel:
    """`row` is the alias under which the expressions read the score row."""

    version_id: int
    model: ScoringModel
    slots: Mapping[str, int]

    def measured(self, rule: Rule, row: str) -> str:
        if rule.source == ICP_MATCH:
            return f"{row}.icp"
        if rule.is_timed:
            return f"{row}.w{self.model.timed.index(rule)}"
        return f"{row}.s{self.slots[rule.signal]}"

    def contribution(self, rule: Rule, row: str) -> str:
        """As `rules.contribution`; a rule that gives its points once is a plain comparison."""
        measured = self.measured(rule, row)
        sign = "" if rule.points >= 0 else "-"
        if rule.decay != "none":
            size = f"{abs(rule.points)}::bigint * {measured} / {FULL_WEIGHT * rule.min_count}"
        elif rule.limit == abs(rule.points):
            return f"CASE WHEN {measured} >= {rule.min_count} THEN {rule.points} ELSE 0 END"
        else:
            size = f"{abs(rule.points)} * ({measured}::int / {rule.min_count})"
        return f"{sign}LEAST({size}, {rule.limit})"

    def dimension(self, dimension: str, row: str) -> str:
        rules = [r for r in self.model.rules if r.dimension == dimension]
        total = " + ".join(f"({self.contribution(r, row)})" for r in rules) or "0"
        cap = self.model.fit_cap if dimension == FIT else self.model.engagement_cap
        return f"GREATEST(0, LEAST({total}, {HIGHEST // 2 if cap is None else cap}))::smallint"

    def mask(self, row: str) -> str:
        bits = (
            f"CASE WHEN {self.gives(rule, row)} THEN {1 << i}::bigint ELSE 0 END"
            for i, rule in enumerate(self.model.rules)
        )
        return " + ".join(f"({bit})" for bit in bits) or "0::bigint"

    def gives(self, rule: Rule, row: str) -> str:
        """Whether the rule gives (or takes) any points."""
        if rule.points and rule.decay == "none" and rule.limit:
            return f"{self.measured(rule, row)} >= {rule.min_count}"
        return f"({self.contribution(rule, row)}) <> 0"

    def level(self, row: str, fit: str, engagement: str) -> str:
        """The highest threshold announced so far: 1 engaged, 2 MQL, 3 SQL. It never falls."""
        model = self.model
        qualified = f"{fit} + {engagement} >= {model.mql_at}"
        if model.mql_min_fit is not None:
            qualified += f" AND {fit} >= {model.mql_min_fit}"
        if model.mql_min_engagement is not None:
            qualified += f" AND {engagement} >= {model.mql_min_engagement}"
        if not model.rules:
            qualified = "false"
        return (
            f"GREATEST({row}.level, CASE WHEN {row}.held = 1 THEN 0"
            f" WHEN {qualified} THEN"
            f" CASE WHEN {row}.validated = 1 AND {fit} + {engagement} >= {model.sql_at}"
            f" THEN 3 ELSE 2 END"
            f" WHEN {row}.last_engaged_at IS NOT NULL THEN 1 ELSE 0 END)::smallint"
        )

    @cached_property
    def timed_signals(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(rule.signal for rule in self.model.timed))



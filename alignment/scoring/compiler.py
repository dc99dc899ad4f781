"""The model as SQL over the score row: one expression for one lead, a batch or all.

All that goes into the text are whole numbers and column names made here, never what people typed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from .rules import FIT, FULL_WEIGHT, ICP_MATCH, Rule, ScoringModel

HIGHEST = 32_000
# Column -> SQL that reads it, so that a statement can score a row it is about to change.
Read = Callable[[str], str]


@dataclass(frozen=True)
class CompiledModel:
    """A model and the columns of its signals; `read` says how a column of the row is reached."""

    version_id: int
    model: ScoringModel
    slots: Mapping[str, int]

    def measured(self, rule: Rule, read: Read) -> str:
        if rule.source == ICP_MATCH:
            return read("icp")
        if rule.is_timed:
            return read(f"w{self.model.timed.index(rule)}")
        return read(f"s{self.slots[rule.signal]}")

    def contribution(self, rule: Rule, read: Read) -> str:
        """As `rules.contribution`; a rule that gives its points once is a plain comparison."""
        measured = self.measured(rule, read)
        sign = "" if rule.points >= 0 else "-"
        if rule.decay != "none":
            size = f"{abs(rule.points)}::bigint * {measured} / {FULL_WEIGHT * rule.min_count}"
        elif rule.limit == abs(rule.points):
            return f"CASE WHEN {measured} >= {rule.min_count} THEN {rule.points} ELSE 0 END"
        else:
            size = f"{abs(rule.points)} * ({measured}::int / {rule.min_count})"
        return f"{sign}LEAST({size}, {rule.limit})"

    def dimension(self, dimension: str, read: Read) -> str:
        rules = [r for r in self.model.rules if r.dimension == dimension]
        total = " + ".join(f"({self.contribution(r, read)})" for r in rules) or "0"
        cap = self.model.fit_cap if dimension == FIT else self.model.engagement_cap
        return f"GREATEST(0, LEAST({total}, {HIGHEST // 2 if cap is None else cap}))::smallint"

    def mask(self, read: Read) -> str:
        bits = (
            f"CASE WHEN {self.gives(rule, read)} THEN {1 << i}::bigint ELSE 0 END"
            for i, rule in enumerate(self.model.rules)
        )
        return " + ".join(f"({bit})" for bit in bits) or "0::bigint"

    def gives(self, rule: Rule, read: Read) -> str:
        """Whether the rule gives (or takes) any points."""
        if rule.points and rule.decay == "none" and rule.limit:
            return f"{self.measured(rule, read)} >= {rule.min_count}"
        return f"({self.contribution(rule, read)}) <> 0"

    def level(self, read: Read, fit: str, engagement: str) -> str:
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
            f"GREATEST({read('level')}, CASE WHEN {read('held')} = 1 THEN 0"
            f" WHEN {qualified} THEN"
            f" CASE WHEN {read('validated')} = 1 AND {fit} + {engagement} >= {model.sql_at}"
            f" THEN 3 ELSE 2 END"
            f" WHEN {read('last_engaged_at')} IS NOT NULL THEN 1 ELSE 0 END)::smallint"
        )

    @cached_property
    def timed_signals(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(rule.signal for rule in self.model.timed))

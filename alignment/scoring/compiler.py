"""The model as SQL over the score row: one expression for one lead, a batch or all.

Only whole numbers and generated column names go into the text, never user input.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from .rules import DIMENSIONS, ENGAGEMENT, FIT, FULL_WEIGHT, ICP_MATCH, Rule, ScoringModel

# Both dimensions and the mask packed into one bigint: 16 bits, 16 bits, 31 bits.
MASK_BITS = 31
ENGAGEMENT_PLACE = 1 << MASK_BITS
FIT_PLACE = 1 << (MASK_BITS + 16)

# Column -> SQL that reads it, so that a statement can score a row it is about to change.
Read = Callable[[str], str]


@dataclass(frozen=True)
class CompiledModel:
    """A model and the score columns of its signals; `read` says how to read a column of the row."""

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
        """Like `rules.contribution`; a rule that gives its points once is a plain comparison."""
        measured = self.measured(rule, read)
        sign = "" if rule.points >= 0 else "-"
        if rule.decay != "none":
            size = f"{abs(rule.points)}::bigint * {measured} / {FULL_WEIGHT * rule.min_count}"
        elif self.is_flat(rule):
            return f"CASE WHEN {measured} >= {rule.min_count} THEN {rule.points} ELSE 0 END"
        else:
            size = f"{abs(rule.points)} * ({measured}::int / {rule.min_count})"
        return f"{sign}LEAST({size}, {rule.limit})"

    def dimension(self, dimension: str, read: Read) -> str:
        rules = [r for r in self.model.rules if r.dimension == dimension]
        total = " + ".join(f"({self.contribution(r, read)})" for r in rules) or "0"
        if self.is_capped(dimension):
            total = f"LEAST({total}, {self.model.cap(dimension)})"
        if any(r.points < 0 for r in rules):
            total = f"GREATEST(0, {total})"
        return f"({total})::smallint"

    def is_capped(self, dimension: str) -> bool:
        """Whether the cap can apply at all: a check would cost time on each of a million rows."""
        cap = self.model.cap(dimension)
        gains = (r.limit for r in self.model.rules if r.dimension == dimension and r.points > 0)
        return cap is not None and sum(gains) > cap

    def mask(self, read: Read) -> str:
        bits = (
            f"CASE WHEN {self.gives(rule, read)} THEN {1 << i}::bigint ELSE 0 END"
            for i, rule in enumerate(self.model.rules)
        )
        return " + ".join(f"({bit})" for bit in bits) or "0::bigint"

    def differs(self, read: Read) -> str:
        """True where the stored dimensions or mask differ from what the rules give now."""
        stored = (read(FIT), read(ENGAGEMENT), read("mask"))
        if self.packs:
            fit, engagement, mask = stored
            row = (
                f"{fit}::bigint * {FIT_PLACE} + {engagement}::bigint * {ENGAGEMENT_PLACE} + {mask}"
            )
            return f"{row} <> {self._packed(read)}"
        fresh = (self.dimension(FIT, read), self.dimension(ENGAGEMENT, read), self.mask(read))
        return " OR ".join(f"{old} <> ({new})" for old, new in zip(stored, fresh, strict=True))

    @cached_property
    def packs(self) -> bool:
        """Whether both dimensions and the mask fit into one bigint, summed rule by rule."""
        rules = self.model.rules
        bounded = any(self.is_capped(d) for d in DIMENSIONS) or any(r.points < 0 for r in rules)
        return len(rules) <= MASK_BITS and not bounded

    def _packed(self, read: Read) -> str:
        """Each rule reads its column once, not once for its points and again for its bit."""
        terms = []
        for i, rule in enumerate(self.model.rules):
            place = FIT_PLACE if rule.dimension == FIT else ENGAGEMENT_PLACE
            gives = self.gives(rule, read)
            if self.is_flat(rule):
                terms.append(f"CASE WHEN {gives} THEN {rule.points * place + (1 << i)} ELSE 0 END")
            else:
                terms.append(f"({self.contribution(rule, read)})::bigint * {place}")
                terms.append(f"CASE WHEN {gives} THEN {1 << i} ELSE 0 END")
        return "(" + (" + ".join(terms) or "0") + ")"

    def is_flat(self, rule: Rule) -> bool:
        """Whether the rule gives its points once or not at all."""
        return rule.decay == "none" and rule.limit == abs(rule.points)

    def gives(self, rule: Rule, read: Read) -> str:
        """Whether the rule gives (or takes) any points."""
        if rule.points and rule.decay == "none" and rule.limit:
            return f"{self.measured(rule, read)} >= {rule.min_count}"
        return f"({self.contribution(rule, read)}) <> 0"

    def qualifies(self, fit: str, engagement: str) -> str:
        """Whether these points are enough for an MQL."""
        model = self.model
        if not model.rules:
            return "false"
        asked = [f"{fit} + {engagement} >= {model.mql_at}"]
        if model.mql_min_fit is not None:
            asked.append(f"{fit} >= {model.mql_min_fit}")
        if model.mql_min_engagement is not None:
            asked.append(f"{engagement} >= {model.mql_min_engagement}")
        return f"({' AND '.join(asked)})"

    def level(self, read: Read, fit: str, engagement: str) -> str:
        """The highest threshold announced so far: 1 engaged, 2 MQL, 3 SQL. It never falls."""
        model = self.model
        qualified = self.qualifies(fit, engagement)
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

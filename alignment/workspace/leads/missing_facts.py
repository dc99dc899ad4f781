"""Facts that would earn the lead points and that a call can confirm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.rules.signals import shown_name
from alignment.scoring.explain import explain
from alignment.scoring.queries import ruling

if TYPE_CHECKING:
    from accounts.models import Lead
    from alignment.scoring.explain import Explanation


@dataclass(frozen=True, slots=True)
class MissingFact:
    code: str
    name: str
    points: int

    def __str__(self) -> str:
        return f"{self.name} +{self.points}"


def missing_facts(lead: Lead, why: Explanation | None = None) -> list[MissingFact]:
    """Facts that the model counts and that are not earned, by their points."""
    why = why or explain(lead_id=lead.pk, program=lead.program)
    facts = {signal.code for signal in ruling(lead.program).facts}
    lines = [
        line
        for line in (why.lines if why else ())
        if line.rule.signal in facts and line.rule.points > 0 and not line.earned
    ]
    return [
        MissingFact(line.rule.signal, shown_name(line.rule.signal, line.name), line.rule.points)
        for line in sorted(lines, key=lambda line: -line.rule.points)
    ]

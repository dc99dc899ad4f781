"""The reasons and rules that a new program's hand-offs start with."""

from __future__ import annotations

from alignment.people.models import Program

from ..handoff_defaults import ACTIONS, REASONS
from ..models import NextActionRule, ReasonCode


def install_reason_codes(*, program: Program) -> None:
    """Add the default reasons for each use that has none; safe to repeat."""
    rows = ReasonCode.objects.in_program(program)
    known = set(rows.values_list("use", flat=True).order_by().distinct())
    ReasonCode.objects.bulk_create(
        [
            ReasonCode(program=program, position=place, **reason._asdict())
            for place, reason in enumerate(REASONS, 1)
            if reason.use not in known
        ]
    )


def install_next_actions(*, program: Program) -> None:
    """Add the default next-best-action rules if the program has none; safe to repeat."""
    if NextActionRule.objects.in_program(program).exists():
        return
    NextActionRule.objects.bulk_create(
        [
            NextActionRule(
                program=program,
                position=place,
                **{**default._asdict(), "signals": list(default.signals)},
            )
            for place, default in enumerate(ACTIONS, 1)
        ]
    )

"""Whether visits of prospects to their pages score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.rules.signals import ROI_SIGNALS
from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force
from alignment.people.models import Program

CODES = frozenset(signal.code for signal in ROI_SIGNALS)


def is_named(model: Mapping[str, Any]) -> bool:
    """Whether a rule of this scoring model names opening or using a page."""
    return any(rule.get("signal") in CODES for rule in model.get("rules", []))


def scores(program: Program) -> bool:
    """Whether the model in force scores visits. One statement."""
    ruling = in_force(program, Kind.SCORING)
    return ruling is not None and is_named(ruling.content)

"""What a program reckons with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..models import Assumptions

if TYPE_CHECKING:
    from alignment.people.models import Program


def assumptions_of(program: Program) -> Assumptions:
    """The row of the program; an unsaved one with the usual values where there is none."""
    return Assumptions.objects.in_program(program).first() or Assumptions(program=program)

"""Reading a program's assumptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..models import Assumptions

if TYPE_CHECKING:
    from alignment.people.models import Program


def assumptions_of(program: Program) -> Assumptions:
    """The program's row, or an unsaved one with the defaults."""
    return Assumptions.objects.in_program(program).first() or Assumptions(program=program)

"""What the open session waits for from one side."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from alignment.people.models import Program, Side

from ..models import Candidate, Confirmation, Ready, Session
from .targets import open_session_of
from .votes import cast_counts


class Step(StrEnum):
    VOTE = "vote"
    READY = "ready"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Turn:
    """`missing`: candidates on which the side has not voted."""

    session: Session
    step: Step
    missing: int = 0


def turn_of(program: Program, side: Side, *, decides: bool) -> Turn | None:
    """The side's next step, None if there is none; four statements at most.

    `decides`: whether the reader may say that the side is ready, and confirm the list.
    """
    session = open_session_of(program)
    if session is None:
        return None
    if session.is_voting:
        return _while_voting(session, side, decides=decides)
    confirmed = Confirmation.objects.in_program(program).filter(session=session, side=side)
    return Turn(session, Step.CONFIRM) if decides and not confirmed.exists() else None


def _while_voting(session: Session, side: Side, *, decides: bool) -> Turn | None:
    ready = Ready.objects.in_program(session.program_id).filter(session=session, side=side)
    if ready.exists():
        return None
    candidates = Candidate.objects.in_program(session.program_id).filter(session=session)
    missing = candidates.count() - cast_counts(session)[side]
    if missing > 0:
        return Turn(session, Step.VOTE, missing)
    return Turn(session, Step.READY) if decides else None

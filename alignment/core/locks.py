"""Advisory locks of PostgreSQL: turns that no row stands for. All are kept until the transaction ends.

Whoever takes several takes them in the order of their numbers, and before the rows they are about.
7203 is that of the audit chain, taken by its trigger.
"""

from enum import IntEnum

from . import prepared


class Turn(IntEnum):
    """What is locked; but for `TAKING_EVENTS`, `GUARDING` and `FOLLOWING` in one program alone."""

    VERSIONS = 7201  # shared by whoever works by what is in force, held to put another in its place
    CALENDARS = 7205  # shared by whoever counts working time, held to change hours and days off
    TAKING_EVENTS = 7206
    GUARDING = 7207
    MATCHING = 7211
    JUDGING = 7304
    SCORING_ACCOUNTS = 7305
    CREDITING = 7306
    LEAD_FACTS = 7307
    FOLLOWING = 7308


EVERYWHERE = 0
_HOLD = "SELECT pg_advisory_xact_lock(%(turn)s::int, %(program)s::int)"
_SHARE = "SELECT pg_advisory_xact_lock_shared(%(turn)s::int, %(program)s::int)"
_TRY = "SELECT pg_try_advisory_xact_lock(%(turn)s::int, %(program)s::int)"


def hold(turn: Turn, program_id: int = EVERYWHERE) -> None:
    """Wait for all who hold or share it, and keep others waiting."""
    prepared.fetch(_HOLD, {"turn": turn.value, "program": program_id})


def share(turn: Turn, program_id: int) -> None:
    """Wait for who holds it; those who share do not wait for each other."""
    prepared.fetch(_SHARE, {"turn": turn.value, "program": program_id})


def attempt(turn: Turn, program_id: int = EVERYWHERE) -> bool:
    """Hold it if nobody does; False, without waiting, if somebody does."""
    ((is_mine,),) = prepared.fetch(_TRY, {"turn": turn.value, "program": program_id})
    return bool(is_mine)

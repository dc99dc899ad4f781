"""PostgreSQL advisory locks, for what no row can be locked for. All last until the transaction
ends.

Take several locks in ascending order of their numbers, and before locking the rows they protect.
7203 belongs to the audit chain, whose trigger takes it.
"""

from enum import IntEnum

from . import prepared


class Turn(IntEnum):
    """What is locked: within one program, except `TAKING_EVENTS`, `GUARDING` and `FOLLOWING`."""

    VERSIONS = 7201  # shared to work by the version in force, held to replace it
    CALENDARS = 7205  # shared to count working time, held to change hours and days off
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
    """Take the lock exclusively: wait for all who hold or share it."""
    prepared.fetch(_HOLD, {"turn": turn.value, "program": program_id})


def share(turn: Turn, program_id: int) -> None:
    """Share the lock: wait for an exclusive holder, but not for others who share it."""
    prepared.fetch(_SHARE, {"turn": turn.value, "program": program_id})


def attempt(turn: Turn, program_id: int = EVERYWHERE) -> bool:
    """Take the lock exclusively if it is free; False, without waiting, if it is not."""
    ((is_mine,),) = prepared.fetch(_TRY, {"turn": turn.value, "program": program_id})
    return bool(is_mine)

"""A lock between transactions that compute with a calendar and those that change it."""

from alignment.core import locks
from alignment.core.locks import Turn


def lock_calendars_shared(program_id: int) -> None:
    """Keep hours, closures and leave unchanged until the transaction ends (a shared lock).

    Take it before starting clocks: a clock computed with the old calendar and committed after the
    change would be missed by the recomputation.
    """
    locks.share(Turn.CALENDARS, program_id)


def lock_calendars(program_id: int) -> None:
    """Wait for transactions that start clocks, and block new ones until this transaction ends."""
    locks.hold(Turn.CALENDARS, program_id)

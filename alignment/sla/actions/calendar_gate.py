"""Between those who count in a calendar and those who change it."""

from alignment.core import locks
from alignment.core.locks import Turn


def hold_calendars(program_id: int) -> None:
    """Keep hours, closures and leave as they are until the transaction ends. Shared.

    For whoever starts clocks: a clock counted in the old calendar and committed after its change
    would be missed by the recomputation.
    """
    locks.share(Turn.CALENDARS, program_id)


def change_calendars(program_id: int) -> None:
    """Wait for whoever starts clocks, and keep others waiting until the transaction ends."""
    locks.hold(Turn.CALENDARS, program_id)

"""Between those who count in a calendar and those who change it."""

from django.db import connection

from alignment.core import prepared

# First key of the advisory locks; see agreements/actions/ruling.py for the others.
GATE = 7205


def hold_calendars(program_id: int) -> None:
    """Keep hours, closures and leave as they are until the transaction ends. Shared.

    For whoever starts clocks: a clock counted in the old calendar and committed after its change
    would be missed by the recomputation.
    """
    statement = "SELECT pg_advisory_xact_lock_shared(%(gate)s::int, %(program)s::int)"
    prepared.fetch(statement, {"gate": GATE, "program": program_id})


def change_calendars(program_id: int) -> None:
    """Wait for whoever starts clocks, and keep others waiting until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [GATE, program_id])

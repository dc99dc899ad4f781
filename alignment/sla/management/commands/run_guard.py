"""The guard: keeps the clocks going when the scheduler, broker or worker fails."""

import logging
import random
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from alignment.core.connections import or_wait
from alignment.sla.actions.sweep import mark_age
from alignment.sla.tasks import run_once

log = logging.getLogger(__name__)

LATE_AFTER = 10.0
EVERY = 2.0


class Command(BaseCommand):
    help = "Sweep the clocks whenever the last sweep is older than 10 s; runs until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--late-after", type=float, default=LATE_AFTER, help="seconds")
        parser.add_argument("--every", type=float, default=EVERY, help="seconds between looks")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            look(options["late_after"])
            close_old_connections()
            # Jitter keeps several guards from looking at the same moment.
            time.sleep(options["every"] * random.uniform(0.8, 1.2))


def look(late_after: float = LATE_AFTER) -> bool:
    """Sweep if nobody has for `late_after` seconds; returns whether it did. If the database is
    unavailable, wait for it."""
    with or_wait("guard"):
        age = mark_age()
        if age is not None and age <= late_after:
            return False
        log.warning("no sweep for %s; the guard sweeps", "ever" if age is None else f"{age:.0f} s")
        run_once(as_guard=True)
        return True
    return False

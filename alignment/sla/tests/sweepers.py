"""Sweepers to be killed: `python -m alignment.sla.tests.sweepers --seconds 20`.

The parent loads Django and forks; each child processes the journal and sweeps in small batches,
with its own clock hours off, until a SIGKILL hits it at a random moment.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime, timedelta

import django

CHILDREN = 4
BATCH = 150
# Hours by which each child's application clock is off.
OFF = (0, 2, -2)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, required=True, help="how long to kill")
    parser.add_argument("--calm", type=float, default=60.0, help="how long to go on after that")
    options = parser.parse_args()
    django.setup()
    _load()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    children = [_fork(n) for n in range(CHILDREN)]
    try:
        kills = _hail(children, options.seconds)
        print(f"killed {kills}", flush=True)
        time.sleep(options.calm)
    finally:
        for pid in children:
            _end(pid)
    return 0


def _load() -> None:
    """Import what a worker has loaded after its first minute, so that children don't die during
    imports."""
    import time_machine  # noqa: F401
    from django.urls import reverse
    from django.utils import translation

    from alignment.sla import tasks  # noqa: F401

    reverse("workspace:lead", args=["any", 1])
    with translation.override("en"):
        translation.gettext("Yes")


def _hail(children: list[int], seconds: float) -> int:
    until, kills = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        time.sleep(random.uniform(0.3, 1.0))
        n = random.randrange(len(children))
        _end(children[n])
        children[n] = _fork(kills)
        kills += 1
    return kills


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _fork(number: int) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            _sweep_forever(OFF[number % len(OFF)])
        finally:
            os._exit(1)
    return pid


def _sweep_forever(hours_off: int) -> None:
    import time_machine

    from alignment.core.connections import AWAY, start_over
    from alignment.sla.actions.intake import take_events
    from alignment.sla.actions.sweep import sweep

    with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours_off), tick=True):
        while True:
            try:
                take_events()
                sweep(batch=BATCH)
            except AWAY:
                start_over()
            time.sleep(random.uniform(0.02, 0.2))


if __name__ == "__main__":
    sys.exit(main())

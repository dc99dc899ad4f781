"""Whether this instance works: the database answers, clocks are swept, messages are sent.

A guard sweeps the clocks alone; everything else that is scheduled waits meanwhile.
"""

import time
from datetime import timedelta

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from alignment.notifications.queries import longest_overdue
from alignment.sla.actions.sweep import SCHEDULED, mark_age

SWEEP_LATE_S = 15
SCHEDULED_LATE_S = 60
OUTBOX_LATE = timedelta(minutes=1)
# An instance that has not swept yet may still be starting; after this time it is a fault.
STARTING_S = 60
_began = time.monotonic()


def healthz(request: HttpRequest) -> HttpResponse:
    """200 and "ok", or 503 and a line for each problem.

    Made for monitoring. Nothing that starts an instance may wait for it, because it depends on
    other processes that may start later.
    """
    try:
        sweeps = _of_sweeps(mark_age()) or _of_schedule(mark_age(SCHEDULED))
        problems = [*sweeps, *_of_outbox(longest_overdue())]
    except (OperationalError, InterfaceError):
        problems = ["the database does not answer"]
    text = "\n".join(problems) or "ok"
    return HttpResponse(f"{text}\n", content_type="text/plain", status=503 if problems else 200)


def _of_sweeps(age: float | None) -> list[str]:
    if age is None:
        return [] if _is_starting() else ["no sweep of the clocks has ever run"]
    return [f"the last sweep of the clocks was {age:.0f} s ago"] if age > SWEEP_LATE_S else []


def _of_schedule(age: float | None) -> list[str]:
    if age is None:
        return [] if _is_starting() else ["only the guard sweeps: nothing scheduled was ever done"]
    if age <= SCHEDULED_LATE_S:
        return []
    return [f"only the guard sweeps: nothing scheduled was done for {age:.0f} s"]


def _is_starting() -> bool:
    return time.monotonic() - _began <= STARTING_S


def _of_outbox(overdue: timedelta | None) -> list[str]:
    if overdue is None or overdue <= OUTBOX_LATE:
        return []
    seconds = overdue.total_seconds()
    return [f"the oldest message of the outbox has waited for {seconds:.0f} s"]

"""Whether this instance does its work: the database answers, clocks are swept, messages leave."""

import time

from django.db import connection
from django.http import HttpRequest, HttpResponse

SWEEP_LATE_S = 15
OUTBOX_LATE_S = 60
# An instance that has never swept may be starting; afterwards somebody must.
STARTING_S = 60
_began = time.monotonic()

_ASK = """
    SELECT (SELECT extract(epoch FROM statement_timestamp() - at) FROM sla_sweepmark
            WHERE name = 'clocks')::float,
           extract(epoch FROM statement_timestamp() - (SELECT min(moment) FROM (
               SELECT min(next_try_at) AS moment FROM notifications_delivery
               WHERE endpoint_id IS NULL AND next_try_at <= statement_timestamp()
               UNION ALL
               SELECT (SELECT min(d.next_try_at) FROM notifications_delivery d
                       WHERE d.endpoint_id = e.id AND d.next_try_at <= statement_timestamp())
               FROM notifications_endpoint e
               WHERE e.is_active AND coalesce(e.busy_until, '-infinity') <= statement_timestamp()
                 AND coalesce(e.resting_until, '-infinity') <= statement_timestamp()
           ) due))::float"""


def healthz(request: HttpRequest) -> HttpResponse:
    """200 and "ok", or 503 and a line for each thing that is late.

    Made for whoever watches. Nothing that starts an instance may wait for it: what it asks for
    needs other processes, which may start later.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ASK)
        swept, waited = cursor.fetchone()
    problems = [*_of_sweeps(swept), *_of_outbox(waited)]
    text = "\n".join(problems) or "ok"
    return HttpResponse(f"{text}\n", content_type="text/plain", status=503 if problems else 200)


def _of_sweeps(age: float | None) -> list[str]:
    if age is None:
        late = time.monotonic() - _began > STARTING_S
        return ["no sweep of the clocks has ever run"] if late else []
    return [f"the last sweep of the clocks was {age:.0f} s ago"] if age > SWEEP_LATE_S else []


def _of_outbox(age: float | None) -> list[str]:
    """Of what could leave now: what is due later, or behind a receiver that rests, has no age."""
    if age is None or age <= OUTBOX_LATE_S:
        return []
    return [f"the oldest message of the outbox has waited for {age:.0f} s"]

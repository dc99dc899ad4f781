"""`/engagements/`: receiving and reading behaviour and facts."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import EngagementFilter
from accounts.api.serializers import EngagementOut
from accounts.models import Engagement
from alignment.core.rest import FieldError, Problem, pointer
from alignment.people.api_views import DetailView, ListView
from alignment.people.idempotency import idempotent
from alignment.people.models import Program, User
from alignment.people.permissions import Scope
from alignment.scoring.ingest import EngagementIn, Ingested, ingest

from .arrivals import welcome
from .event_rows import EventRow, Reader
from .event_schemas import EVENTS_EXAMPLES, EngagementBatch, EngagementResults
from .resolve import Resolved, resolve, unknown_addresses

MOST_EVENTS = 1_000


@extend_schema_view(
    get=extend_schema(summary="List engagements", operation_id="engagements_list"),
    post=extend_schema(
        summary="Record engagements",
        description=(
            "Up to 1,000 events. A 2xx reply means committed, counted and scored. Rows that cannot"
            " be taken are rejected with their reason; the others are kept. If no row is"
            " acceptable the whole request is refused with 422. An event that is already known by"
            " its `source` and `external_id` is a `duplicate`, which changes nothing and has the id"
            " of the one that is known. An unknown e-mail address becomes a new stakeholder with an"
            " open lead, in the account of its domain if there is one; an unknown `external_id` or"
            " `id` is an error."
        ),
        operation_id="engagements_create",
        request=EngagementBatch,
        responses={200: EngagementResults},
        examples=EVENTS_EXAMPLES,
    ),
)
class EngagementsView(ListView):
    tag = "engagements"
    write_scope = Scope.ENGAGEMENTS_WRITE
    serializer_class = EngagementOut
    filterset_class = EngagementFilter
    keeps_replies = True
    # `Reader` checks each row, so that one invalid text does not refuse the whole batch.
    checks_texts = True

    def rows(self) -> QuerySet[Any]:
        return Engagement.objects.in_program(self.program).select_related("signal")

    @idempotent
    def post(self, request: Request) -> Response:
        rows = _events_of(request.data)
        reader = Reader(now=timezone.now())
        events = [event for i, row in enumerate(rows) if (event := reader.read(i, row))]
        done = record(program=self.program, events=events, reader=reader, by=self.person)
        if not done:
            errors = [error for found in reader.errors.values() for error in found]
            raise Problem(422, "No event was accepted.", errors=errors)
        return Response(_report(len(rows), done, reader.errors))


@extend_schema_view(get=extend_schema(summary="One engagement", operation_id="engagements_get"))
class EngagementView(DetailView):
    tag = "engagements"
    serializer_class = EngagementOut

    def rows(self) -> QuerySet[Any]:
        return Engagement.objects.in_program(self.program).select_related("signal")


def record(
    *, program: Program, events: Sequence[EventRow], reader: Reader, by: User
) -> dict[int, Ingested]:
    """Store the events whose person and signal are known; errors are added to `reader`."""
    if not events:
        return {}
    resolved = resolve(program, events)
    known = [event for event in events if _signal_fits(event, resolved, reader)]
    newcomers = unknown_addresses(resolved, known)
    if not newcomers:
        return _store(program, known, resolved, reader)
    with transaction.atomic():
        resolved.ids.update(welcome(program=program, addresses=newcomers, by=by))
        return _store(program, known, resolved, reader)


def _store(
    program: Program, events: Sequence[EventRow], resolved: Resolved, reader: Reader
) -> dict[int, Ingested]:
    taken = [event for event in events if _person_known(event, resolved, reader)]
    stored = ingest(program=program, events=[_resolved(event, resolved) for event in taken])
    return {event.index: outcome for event, outcome in zip(taken, stored, strict=True)}


def _events_of(body: Any) -> list[Any]:
    """The rows of the body. Raises `Problem` 422 if it is not a batch."""
    if not isinstance(body, dict) or "events" not in body:
        raise _refused("", 'The body is an object with "events".')
    unknown = [name for name in body if name != "events"]
    if unknown:
        raise _refused(pointer(unknown[0]), "There is no such field.")
    rows = body["events"]
    if not isinstance(rows, list) or not rows:
        raise _refused("/events", "A list of at least one event.")
    if len(rows) > MOST_EVENTS:
        raise _refused("/events", f"More than {MOST_EVENTS} events; send several batches.")
    return rows


def _refused(at: str, detail: str) -> Problem:
    return Problem(
        422, "This is not a batch of events.", errors=[{"pointer": at, "detail": detail}]
    )


def _signal_fits(event: EventRow, resolved: Resolved, reader: Reader) -> bool:
    if resolved.signal(event) is None:
        reader.complain(event.index, f"There is no signal “{event.signal}”.", "signal")
        return False
    if not event.value and resolved.fact(event) is None:
        reader.complain(event.index, "Only a fact can be false.", "value")
        return False
    return True


def _person_known(event: EventRow, resolved: Resolved, reader: Reader) -> bool:
    if resolved.person(event) is None:
        detail = "There is no such stakeholder."
        reader.complain(event.index, detail, "stakeholder", event.known_by)
        return False
    return True


def _resolved(event: EventRow, resolved: Resolved) -> EngagementIn:
    person, signal = resolved.person(event), resolved.signal(event)
    assert person is not None
    assert signal is not None
    return EngagementIn(
        stakeholder_id=person,
        signal_id=signal,
        occurred_at=event.occurred_at,
        source=event.source,
        external_id=event.external_id,
        value=event.value,
        properties=event.properties,
    )


def _report(
    count: int, done: dict[int, Ingested], errors: dict[int, list[FieldError]]
) -> dict[str, Any]:
    outcomes = [done[i].outcome if i in done else "rejected" for i in range(count)]
    return {
        "created": outcomes.count("created"),
        "duplicates": outcomes.count("duplicate"),
        "rejected": outcomes.count("rejected"),
        "results": [
            {"outcome": outcome, "id": done[i].engagement_id}
            if i in done
            else {"outcome": outcome, "id": None, "errors": errors[i]}
            for i, outcome in enumerate(outcomes)
        ],
    }

"""Reading notices, endpoints and deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Max, Q

from alignment.core.addresses import number_of
from alignment.people.models import Program, User

from .models import Delivery, Endpoint, Mailing, Notice, NoticeChoice, NoticeKind

PAGE = 50
LATEST = 6
MOST_COUNTED = 99


def unread_count(*, program: Program, user: User) -> int:
    """Number of the person's unread notices, counted up to 100. One query on a partial index."""
    rows = Notice.objects.in_program(program).filter(user=user, read_at__isnull=True)
    # Every page runs this, and a hundred ids are fetched faster than a subquery is built.
    return len(rows.order_by().values_list("id")[: MOST_COUNTED + 1])


def latest(*, program: Program, user: User) -> list[Notice]:
    """The newest few, read or not, for the bell."""
    return list(Notice.objects.in_program(program).filter(user=user).order_by("-id")[:LATEST])


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Unread notices first, each part newest first. `older`: the next page's cursor, or ""."""

    notices: list[Notice]
    older: str

    @property
    def newest(self) -> int:
        return max((notice.pk for notice in self.notices), default=0)


def notice_page(
    *, program: Program, user: User, kind: str = "", unread: bool = False, cursor: str = ""
) -> NoticePage:
    """At most two queries: unread notices after `cursor` ("u" and an id), then read ones."""
    rows = Notice.objects.in_program(program).filter(user=user).order_by("-id")
    if kind:
        rows = rows.filter(kind=kind)
    part, before = cursor[:1], cursor[1:]
    last = number_of(before)
    found: list[Notice] = []
    if part != "r":
        waiting = rows.filter(read_at__isnull=True)
        found = list((waiting.filter(pk__lt=last) if last else waiting)[: PAGE + 1])
        last = None
    if len(found) <= PAGE and not unread:
        read = rows.filter(read_at__isnull=False)
        read = read.filter(pk__lt=last) if last else read
        found += read[: PAGE + 1 - len(found)]
    shown = found[:PAGE]
    if len(found) <= PAGE:
        return NoticePage(shown, "")
    return NoticePage(shown, f"{'r' if shown[-1].read_at else 'u'}{shown[-1].pk}")


def notice(*, program: Program, user: User, pk: int) -> Notice | None:
    return Notice.objects.in_program(program).filter(user=user, pk=pk).first()


def mail_choices(*, program: Program, user: User) -> dict[str, str]:
    """Which e-mails the person wants for each kind; at once unless they chose otherwise."""
    rows = NoticeChoice.objects.in_program(program).filter(user=user)
    chosen = dict(rows.values_list("kind", "mail"))
    return {kind.value: chosen.get(kind.value, Mailing.AT_ONCE.value) for kind in NoticeKind}


def endpoints_of(program: Program) -> list[Endpoint]:
    """Endpoints with their `waiting` and `failed` messages and `last_arrival`. One query."""
    waits = Q(deliveries__next_try_at__isnull=False)
    failed = Q(deliveries__next_try_at__isnull=True, deliveries__delivered_at__isnull=True)
    rows = Endpoint.objects.in_program(program).annotate(
        waiting=Count("deliveries", filter=waits),
        failed=Count("deliveries", filter=failed & Q(deliveries__isnull=False)),
        last_arrival=Max("deliveries__delivered_at"),
    )
    return list(rows.order_by("name"))


def endpoint(*, program: Program, pk: int) -> Endpoint | None:
    rows = Endpoint.objects.in_program(program).select_related("program")
    return rows.filter(pk=pk).first()


STATES = ("waiting", "delivered", "failed")


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """One page of the log, newest first; the next page starts before id `older`, if not None."""

    deliveries: list[Delivery]
    older: int | None


def of_state(state: str) -> Q:
    """Filter for deliveries that wait for a try, have arrived, or were given up."""
    return {
        "waiting": Q(next_try_at__isnull=False),
        "delivered": Q(delivered_at__isnull=False),
        "failed": Q(next_try_at__isnull=True, delivered_at__isnull=True),
    }.get(state, Q())


def delivery_page(
    *, endpoint: Endpoint, state: str = "", before: int | None = None
) -> DeliveryPage:
    rows = Delivery.objects.in_program(endpoint.program_id).filter(endpoint=endpoint)
    rows = rows.filter(of_state(state)).order_by("-id")
    if before:
        rows = rows.filter(id__lt=before)
    found = list(rows[: PAGE + 1])
    return DeliveryPage(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def delivery(*, program: Program, pk: int) -> Delivery | None:
    """A message to an endpoint; e-mails are private to their recipients."""
    rows = Delivery.objects.in_program(program).select_related("endpoint", "program")
    return rows.filter(pk=pk, endpoint__isnull=False).first()


def longest_overdue() -> timedelta | None:
    """How long the oldest message has been due that a worker could take now; None if there is none.

    Messages for an endpoint that rests, is busy or is off do not count, because that is due to the
    receiver. Used to check the health of the outbox.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT min(moment), statement_timestamp() FROM (
                SELECT min(next_try_at) AS moment FROM notifications_delivery
                WHERE endpoint_id IS NULL AND next_try_at <= statement_timestamp()
                UNION ALL
                SELECT (SELECT min(d.next_try_at) FROM notifications_delivery d
                        WHERE d.endpoint_id = e.id AND d.next_try_at <= statement_timestamp())
                FROM notifications_endpoint e
                WHERE e.is_active AND coalesce(e.busy_until, '-infinity') <= statement_timestamp()
                  AND coalesce(e.resting_until, '-infinity') <= statement_timestamp()) due"""
        )
        moment, now = cursor.fetchone()
    first: datetime | None = moment
    return now - first if first is not None else None

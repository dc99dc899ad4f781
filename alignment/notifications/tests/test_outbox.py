"""The outbox: messages sent one at a time, retried, given up; dead receivers block no others."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.models.functions import Now
from standardwebhooks import Webhook

from alignment.core.models import AuditEntry
from alignment.notifications.actions.endpoints import (
    add_endpoint,
    change_endpoint,
    change_secret,
    remove_endpoint,
    send_again,
    send_test,
)
from alignment.notifications.actions.notices import announce
from alignment.notifications.actions.outbox import LEASE, give_up_old, send_waiting
from alignment.notifications.models import Delivery, Endpoint
from alignment.notifications.queries import longest_overdue
from alignment.notifications.rules import DELAYS, PATIENCE
from tests.cast import Cast
from tests.receiver import Receiver, Reply, Request, receiver


@pytest.fixture
def hook(tmp_path: Path) -> Iterator[Receiver]:
    with receiver(tmp_path) as found:
        yield found


def endpoint(cast: Cast, hook: Receiver, name: str = "CRM", **fields: Any) -> Endpoint:
    """An endpoint with the port of the receiver on this machine, which no form would accept."""
    row = add_endpoint(
        program=cast.program,
        kind="webhook",
        name=name,
        url="https://hooks.receiver.example/",
        events=["breach", "feedback"],
        by=cast.owner,
    )
    Endpoint.objects.in_program(cast.program).filter(pk=row.pk).update(url=hook.url, **fields)
    row.refresh_from_db()
    return row


def tell(cast: Cast, *causes: str) -> None:
    for cause in causes or ("c",):
        announce(
            program=cast.program, event="breach", cause=cause, data={"n": cause}, text="Broken"
        )


def rows(cast: Cast) -> list[Delivery]:
    return list(Delivery.objects.in_program(cast.program).order_by("id"))


def only(cast: Cast) -> Any:
    """The only delivery, annotated with `now`, the database's time."""
    return Delivery.objects.in_program(cast.program).annotate(now=Now()).get()


def due_now(cast: Cast) -> None:
    """End all waits of messages and endpoints."""
    Delivery.objects.in_program(cast.program).filter(next_try_at__isnull=False).update(
        next_try_at=Now()
    )
    Endpoint.objects.in_program(cast.program).update(resting_until=None)


def test_a_webhook_is_signed_and_arrives(cast: Cast, hook: Receiver) -> None:
    row = endpoint(cast, hook)
    tell(cast)
    assert send_waiting(network=hook.network) == 1
    (request,) = hook.requests
    payload = Webhook(row.secret).verify(request.body, request.headers)
    assert (payload["type"], payload["data"], payload["text"]) == ("breach", {"n": "c"}, "Broken")
    assert datetime.fromisoformat(payload["timestamp"]).tzinfo is not None
    sent = only(cast)
    assert request.headers["webhook-id"] == f"msg_{sent.pk}"
    assert (sent.tries, sent.status, sent.next_try_at) == (1, 204, None)
    assert sent.delivered_at is not None
    assert send_waiting(network=hook.network) == 0


def test_after_a_change_of_the_secret_both_sign(cast: Cast, hook: Receiver) -> None:
    row = endpoint(cast, hook)
    former = row.secret
    change_secret(endpoint=row, by=cast.owner)
    assert row.secret != former
    tell(cast)
    send_waiting(network=hook.network)
    (request,) = hook.requests
    for secret in (former, row.secret):
        assert Webhook(secret).verify(request.body, request.headers)
    Endpoint.objects.in_program(cast.program).update(former_until=Now() - timedelta(seconds=1))
    tell(cast, "later")
    send_waiting(network=hook.network)
    assert Webhook(row.secret).verify(hook.requests[1].body, hook.requests[1].headers)
    assert " " not in hook.requests[1].headers["webhook-signature"]


def test_failures_are_tried_again_by_the_schedule_and_then_given_up(
    cast: Cast, hook: Receiver
) -> None:
    endpoint(cast, hook)
    tell(cast)
    hook.reply = lambda _request: Reply(500, body=b"out of order")
    for tries, delay in enumerate(DELAYS, start=1):
        assert send_waiting(network=hook.network) == 1
        row = only(cast)
        assert row.tries == tries
        assert row.next_try_at is not None
        waits = row.next_try_at - row.now
        assert delay - timedelta(seconds=5) < waits <= delay * 1.2
        assert (row.status, row.problem) == (500, "The receiver answered: 500 out of order")
        assert send_waiting(network=hook.network) == 0
        due_now(cast)
    send_waiting(network=hook.network)
    row = only(cast)
    assert (row.tries, row.next_try_at, row.delivered_at) == (len(DELAYS) + 1, None, None)
    assert len({request.headers["webhook-id"] for request in hook.requests}) == 1
    due_now(cast)
    assert send_waiting(network=hook.network) == 0


def test_retry_after_is_honoured(cast: Cast, hook: Receiver) -> None:
    row = endpoint(cast, hook)
    tell(cast)
    hook.reply = lambda _request: Reply(429, {"Retry-After": "600"})
    send_waiting(network=hook.network)
    waiting = only(cast)
    assert waiting.next_try_at is not None
    assert waiting.next_try_at - waiting.now > timedelta(seconds=590)
    row.refresh_from_db()
    assert row.resting_until is not None
    assert row.resting_until - waiting.now > timedelta(seconds=590)


def test_gone_switches_the_endpoint_off(cast: Cast, hook: Receiver) -> None:
    row = endpoint(cast, hook)
    tell(cast, "a", "b")
    hook.reply = lambda _request: Reply(410)
    send_waiting(network=hook.network)
    row.refresh_from_db()
    assert not row.is_active
    assert "410" in row.stopped_because
    assert [d.next_try_at for d in rows(cast)] == [None, None]
    assert AuditEntry.objects.filter(action="endpoint.stop", actor_id=None).exists()
    tell(cast, "c")
    assert len(rows(cast)) == 2


def answering(status: int, hook: Receiver) -> Callable[[Request], Reply]:
    return lambda _request: Reply(status, {"Location": hook.url})


def test_an_answer_that_is_no_success_is_a_failure(cast: Cast, hook: Receiver) -> None:
    endpoint(cast, hook)
    for status in (301, 404, 503):
        hook.reply = answering(status, hook)
        tell(cast, f"s{status}")
        due_now(cast)
        send_waiting(network=hook.network, limit=1)
    assert {d.delivered_at for d in rows(cast)} == {None}


def test_a_private_address_is_never_called(cast: Cast, hook: Receiver) -> None:
    endpoint(cast, hook)
    tell(cast)
    send_waiting(network=replace(hook.network, allows=lambda _address: False))
    assert hook.requests == []
    assert only(cast).problem.startswith("The name leads to a private address")


def test_a_dead_receiver_holds_up_nobody(cast: Cast, hook: Receiver) -> None:
    """Its messages wait together after a single try; the other endpoint's messages go out."""
    dead, well = endpoint(cast, hook, "dead"), endpoint(cast, hook, "well")
    Endpoint.objects.in_program(cast.program).filter(pk=dead.pk).update(url=hook.url + "/dead")
    hook.reply = lambda request: Reply(503 if "dead" in request.path else 200)
    tell(cast, *(f"c{i}" for i in range(5)))
    assert send_waiting(network=hook.network) == 6
    arrived = Delivery.objects.in_program(cast.program).filter(delivered_at__isnull=False)
    assert set(arrived.values_list("endpoint", flat=True)) == {well.pk}
    assert arrived.count() == 5
    assert [r.path for r in hook.requests].count("/hook/dead") == 1
    assert longest_overdue() is None


def test_messages_to_one_endpoint_keep_their_order(cast: Cast, hook: Receiver) -> None:
    endpoint(cast, hook)
    tell(cast, "a", "b", "c")
    Delivery.objects.in_program(cast.program).update(next_try_at=Now())
    send_waiting(network=hook.network)
    assert [b'"n": "a"' in r.body or b'"n":"a"' in r.body for r in hook.requests] == [
        True,
        False,
        False,
    ]


def test_switched_off_or_removed_while_a_message_is_on_its_way(cast: Cast, hook: Receiver) -> None:
    row = endpoint(cast, hook)
    fields: Any = {"name": row.name, "url": "https://example.com/", "events": ["breach"]}

    def act(change: Callable[[], None]) -> Callable[[str, int], list[str]]:
        def look_up(_host: str, _port: int) -> list[str]:
            change()
            return []

        return look_up

    tell(cast)
    off = partial(change_endpoint, endpoint=row, is_active=False, by=cast.owner, **fields)
    send_waiting(network=replace(hook.network, look_up=act(off)))
    assert (only(cast).next_try_at, only(cast).problem) == (None, "The endpoint was switched off")
    change_endpoint(endpoint=row, is_active=True, by=cast.owner, **fields)
    tell(cast, "another")
    gone = partial(remove_endpoint, endpoint=row, by=cast.owner)
    send_waiting(network=replace(hook.network, look_up=act(gone)))
    assert rows(cast) == []


def test_what_waits_too_long_is_given_up(cast: Cast, hook: Receiver) -> None:
    endpoint(cast, hook, resting_until=datetime(2100, 1, 1, tzinfo=UTC))
    tell(cast, "old", "new")
    old, _new = rows(cast)
    Delivery.objects.in_program(cast.program).filter(pk=old.pk).update(
        waiting_since=Now() - PATIENCE - timedelta(minutes=1)
    )
    assert give_up_old() == 1
    old, new = rows(cast)
    assert (old.next_try_at, old.problem) == (None, "Nobody took it in four days")
    assert new.next_try_at is not None


def test_sent_again_by_a_person_under_the_same_id(cast: Cast, hook: Receiver) -> None:
    endpoint(cast, hook, resting_until=datetime(2100, 1, 1, tzinfo=UTC))
    tell(cast)
    Delivery.objects.in_program(cast.program).update(next_try_at=None, tries=10, problem="No")
    send_again(delivery=only(cast), by=cast.owner)
    send_waiting(network=hook.network)
    row = only(cast)
    assert row.delivered_at is not None
    assert (row.tries, row.problem) == (1, "")
    assert hook.requests[0].headers["webhook-id"] == f"msg_{row.pk}"


def test_a_test_goes_to_one_endpoint_whatever_it_wants(cast: Cast, hook: Receiver) -> None:
    row = endpoint(cast, hook)
    endpoint(cast, hook, "other")
    send_test(endpoint=row, by=cast.owner)
    send_waiting(network=hook.network)
    (request,) = hook.requests
    assert Webhook(row.secret).verify(request.body, request.headers)["type"] == "test"


def test_switched_off_gives_up_what_waits(cast: Cast, hook: Receiver) -> None:
    row = endpoint(cast, hook)
    tell(cast)
    fields: Any = {"name": row.name, "url": "https://example.com/", "events": ["breach"]}
    change_endpoint(endpoint=row, is_active=False, by=cast.owner, **fields)
    assert send_waiting(network=hook.network) == 0
    assert (only(cast).next_try_at, only(cast).problem) == (None, "The endpoint was switched off")


def test_the_oldest_that_is_due(cast: Cast, hook: Receiver) -> None:
    assert longest_overdue() is None
    endpoint(cast, hook)
    tell(cast)
    Delivery.objects.in_program(cast.program).update(next_try_at=Now() - timedelta(minutes=2))
    overdue = longest_overdue()
    assert overdue is not None
    assert timedelta(minutes=2) <= overdue < timedelta(minutes=3)
    Endpoint.objects.in_program(cast.program).update(busy_until=Now() + timedelta(minutes=1))
    assert longest_overdue() is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_the_same_at_once(cast: Cast, hook: Receiver) -> None:
    """Four workers, three endpoints, sixty messages: each arrives once, one at a time."""
    for name in ("a", "b", "c"):
        row = endpoint(cast, hook, name)
        Endpoint.objects.in_program(cast.program).filter(pk=row.pk).update(url=f"{hook.url}/{name}")
    tell(cast, *(f"c{i}" for i in range(20)))
    busy: dict[str, int] = {}
    most: dict[str, int] = {}
    lock = threading.Lock()

    def reply(request: Request) -> Reply:
        with lock:
            busy[request.path] = busy.get(request.path, 0) + 1
            most[request.path] = max(most.get(request.path, 0), busy[request.path])
        threading.Event().wait(0.01)
        with lock:
            busy[request.path] -= 1
        return Reply()

    hook.reply = reply

    def work() -> None:
        try:
            while Delivery.objects.in_program(cast.program).filter(delivered_at=None).exists():
                send_waiting(network=hook.network)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert len({r.headers["webhook-id"] for r in hook.requests}) == len(hook.requests) == 60
    assert most == {"/hook/a": 1, "/hook/b": 1, "/hook/c": 1}
    assert {d.tries for d in rows(cast)} == {1}


WORKER = """
    import sys, django
    django.setup()
    from alignment.notifications.actions.outbox import send_waiting
    from tests.receiver import network_to
    print("ready", flush=True)
    send_waiting(network=network_to(int(sys.argv[1]), sys.argv[2]))
    print("done", flush=True)
"""


def worker_process(hook: Receiver) -> subprocess.Popen[bytes]:
    """A separate process that uses this test's database."""
    values = connection.settings_dict
    port = f":{values['PORT']}" if values["PORT"] else ""
    base = os.environ["DATABASE_URL"]
    address = base.rpartition("/")[0] + "/" + str(values["NAME"]) if port or base else base
    if "?" in base:
        address += "?" + base.partition("?")[2]
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WORKER), str(hook.port), str(hook.ca_file)],
        env=os.environ | {"DATABASE_URL": address, "SECRET_KEY": settings.SECRET_KEY},
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
    )


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_sending_and_settling(cast: Cast, hook: Receiver) -> None:
    """The message arrived but that was not recorded: it is sent again under the same id."""
    endpoint(cast, hook)
    tell(cast)
    released = threading.Event()

    def reply(_request: Request) -> Reply:
        # The first request never gets an answer.
        if len(hook.requests) == 1:
            released.wait(30)
        return Reply()

    hook.reply = reply
    process = worker_process(hook)
    try:
        hook.wait_for(1, seconds=60)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        released.set()
    left = only(cast)
    assert (left.tries, left.delivered_at) == (1, None)
    assert left.next_try_at is not None
    assert timedelta() < left.next_try_at - left.now <= LEASE
    # While the lease lasts, no other worker takes the message.
    assert send_waiting(network=hook.network) == 0
    assert len(hook.requests) == 1
    passed = Now() - timedelta(seconds=1)
    Delivery.objects.in_program(cast.program).update(next_try_at=passed)
    Endpoint.objects.in_program(cast.program).update(busy_until=passed)
    assert send_waiting(network=hook.network) == 1
    first, second = hook.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert only(cast).delivered_at is not None


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_receiver_thinks(cast: Cast, hook: Receiver) -> None:
    endpoint(cast, hook)
    tell(cast)
    found: list[int] = []

    def reply(_request: Request) -> Reply:
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND state LIKE 'idle in transaction%%' AND pid <> pg_backend_pid()"
                )
                found.append(cursor.fetchone()[0])
        finally:
            connection.close()
        return Reply()

    hook.reply = reply
    send_waiting(network=hook.network)
    assert found == [0]

"""`Idempotency-Key`: nothing happens twice, whatever is repeated and however fast."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Account, JournalEvent
from alignment.people.idempotency import TRY_LOCK, purge
from alignment.people.models import ApiKey, IdempotentReply
from tests import cast as make
from tests.api.conftest import Api, problem
from tests.cast import Cast, api_key, make_cast

ACCOUNT = {"name": "Once", "external_id": "once-1"}


@pytest.mark.django_db
def test_the_same_request_gets_the_same_reply(api: Api, cast: Cast) -> None:
    first = api.post("accounts/", ACCOUNT, **{"Idempotency-Key": "k1"})
    again = api.post("accounts/", ACCOUNT, **{"Idempotency-Key": "k1"})
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert Account.objects.in_program(cast.program).count() == 1


@pytest.mark.django_db
def test_the_same_key_for_another_request_is_refused(api: Api) -> None:
    api.post("accounts/", ACCOUNT, **{"Idempotency-Key": "k1"})
    problem(api.post("accounts/", {"name": "Other"}, **{"Idempotency-Key": "k1"}), 422)
    problem(api.post("stakeholders/", ACCOUNT, **{"Idempotency-Key": "k1"}), 422)


@pytest.mark.django_db
def test_a_refused_request_keeps_nothing_and_may_be_corrected(api: Api) -> None:
    problem(api.post("accounts/", {"name": 1}, **{"Idempotency-Key": "k1"}), 422)
    assert not IdempotentReply.objects.exists()
    assert api.post("accounts/", ACCOUNT, **{"Idempotency-Key": "k1"}).status_code == 201


@pytest.mark.django_db
def test_what_the_crm_shows_is_told_once(api: Api, cast: Cast) -> None:
    """Two events of it would read as two changes there; the reply has no body to keep."""
    lead = make.lead(cast.program)
    path = f"leads/{lead.pk}/crm-updated/"
    first, again = (api.post(path, **{"Idempotency-Key": "crm-1"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (204, 204)
    assert again["Idempotent-Replayed"] == "true"
    events = JournalEvent.objects.in_program(cast.program).filter(kind="crm_updated")
    assert events.count() == 1


@pytest.mark.django_db
def test_keys_belong_to_the_api_key_that_sent_them(
    api: Api, cast: Cast, client_with: Callable[[str], Api]
) -> None:
    other = client_with(api_key(cast.program, cast.owner))
    assert api.post("accounts/", {"name": "A"}, **{"Idempotency-Key": "k"}).status_code == 201
    assert other.post("accounts/", {"name": "B"}, **{"Idempotency-Key": "k"}).status_code == 201


@pytest.mark.django_db
def test_names_are_short_and_visible(api: Api) -> None:
    for name in ("", "x" * 256, "two words"):
        problem(api.post("accounts/", ACCOUNT, **{"Idempotency-Key": name}), 400)


@pytest.mark.django_db
def test_replies_are_forgotten_after_a_day(api: Api, cast: Cast) -> None:
    api.post("accounts/", ACCOUNT, **{"Idempotency-Key": "k1"})
    yesterday = timezone.now() - timedelta(hours=25)
    IdempotentReply.objects.update(created_at=yesterday)
    # Not purged yet, but too old to count.
    renewed = api.post("accounts/", {"name": "New"}, **{"Idempotency-Key": "k1"})
    assert renewed.status_code == 201
    IdempotentReply.objects.update(created_at=yesterday)
    assert purge() == 1


@pytest.mark.django_db(transaction=True)
def test_while_the_first_is_running_the_second_is_told_so(
    client_with: Callable[[str], Api],
) -> None:
    cast = make_cast()
    api = client_with(api_key(cast.program, cast.owner))
    key = ApiKey.objects.in_program(cast.program).get()
    running, finish = threading.Event(), threading.Event()

    def first() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(TRY_LOCK, [f"{key.pk}:k1"])
            running.set()
            finish.wait(10)
        connection.close()

    holder = threading.Thread(target=first)
    holder.start()
    running.wait(10)
    reply = api.post("accounts/", ACCOUNT, **{"Idempotency-Key": "k1"})
    problem(reply, 409)
    assert reply["Retry-After"] == "1"
    finish.set()
    holder.join()
    assert api.post("accounts/", ACCOUNT, **{"Idempotency-Key": "k1"}).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_many_at_once_do_it_once(client_with: Callable[[str], Api]) -> None:
    cast = make_cast()
    secret = api_key(cast.program, cast.owner)
    start = threading.Barrier(6)
    replies: list[Any] = []

    def send() -> None:
        api = client_with(secret)
        start.wait(10)
        body = {"items": [{"name": f"Row {i}", "domain": f"row{i}.example"} for i in range(50)]}
        replies.append(api.post("accounts/", body, **{"Idempotency-Key": "crowd"}))
        connection.close()

    crowd = [threading.Thread(target=send) for _ in range(6)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    statuses = sorted(reply.status_code for reply in replies)
    assert set(statuses) <= {200, 409}
    done = [reply.json() for reply in replies if reply.status_code == 200]
    assert all(body == done[0] for body in done)
    assert done[0]["created"] == 50
    assert IdempotentReply.objects.count() == 1

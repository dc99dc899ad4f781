"""The journal over HTTP: a reader that continues from its cursor misses nothing."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Account, JournalEvent, JournalKind
from alignment.core.rest.pages import read_cursor
from tests import cast as make
from tests.api.conftest import Api
from tests.cast import Cast, api_key, make_cast


def note(account: Account, text: str) -> None:
    JournalEvent.objects.create(
        program_id=account.program_id,
        account=account,
        kind=JournalKind.NOTE,
        at=timezone.now(),
        detail={"text": text},
    )


def read_on(api: Api, cursor: str | None = None, **query: Any) -> tuple[list[dict[str, Any]], str]:
    """Everything from `cursor` on, read in pages."""
    found: list[dict[str, Any]] = []
    more = True
    while more:
        given = {"cursor": cursor} if cursor else {}
        page = api.get("events/", limit=2, **given, **query).json()
        found += page["items"]
        cursor, more = page["cursor"], page["more"]
    assert cursor
    return found, cursor


@pytest.mark.django_db(transaction=True)
def test_a_late_commit_is_not_missed(client_with: Callable[[str], Api]) -> None:
    cast = make_cast()
    company = make.account(cast.program)
    api = client_with(api_key(cast.program, cast.owner))
    _old, cursor = read_on(api)
    written, commit = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with transaction.atomic():
            note(company, "slow")
            written.set()
            commit.wait(20)
        connection.close()

    slow = threading.Thread(target=slow_writer)
    slow.start()
    written.wait(10)
    note(company, "quick")  # a higher id, committed first
    seen, cursor = read_on(api, cursor)
    assert seen == []  # held back: an older transaction is still open
    commit.set()
    slow.join()
    seen, cursor = read_on(api, cursor)
    assert [event["detail"]["text"] for event in seen] == ["slow", "quick"]
    nothing_new, _cursor = read_on(api, cursor)
    assert nothing_new == []


@pytest.mark.django_db(transaction=True)
def test_a_reader_of_a_rare_kind_goes_on_behind_all_others(
    client_with: Callable[[str], Api],
) -> None:
    cast = make_cast()
    company = make.account(cast.program)
    api = client_with(api_key(cast.program, cast.owner))
    note(company, "first")
    seen, cursor = read_on(api, kind="account_merged")
    assert seen == []
    (of_all,) = [event for event in read_on(api)[0] if event["kind"] == "note"]
    row = JournalEvent.objects.in_program(cast.program).get(pk=of_all["id"])
    with connection.cursor() as sql:
        sql.execute("SELECT txid::text FROM accounts_journalevent WHERE id = %s", [row.pk])
        written_by = int(sql.fetchone()[0])
    assert read_cursor(cursor, int, int) > [written_by, row.pk]
    note(company, "second")
    assert [event["detail"]["text"] for event in read_on(api, cursor)[0]] == ["second"]


@pytest.mark.django_db(transaction=True)
def test_many_writers_one_reader_each_event_once(client_with: Callable[[str], Api]) -> None:
    cast = make_cast()
    company = make.account(cast.program)
    api = client_with(api_key(cast.program, cast.owner))
    _old, cursor = read_on(api)

    def writer(name: int) -> None:
        for i in range(10):
            with transaction.atomic():
                note(company, f"{name}-{i}-a")
                note(company, f"{name}-{i}-b")
        connection.close()

    writers = [threading.Thread(target=writer, args=(name,)) for name in range(4)]
    seen: list[dict[str, Any]] = []
    for one in writers:
        one.start()
    while any(one.is_alive() for one in writers):
        found, cursor = read_on(api, cursor)
        seen += found
    found, cursor = read_on(api, cursor)
    seen += found
    texts = [event["detail"]["text"] for event in seen]
    assert len(texts) == len(set(texts)) == 80


@pytest.mark.django_db(transaction=True)
def test_events_can_be_narrowed(client_with: Callable[[str], Api]) -> None:
    cast = make_cast()
    api = client_with(api_key(cast.program, cast.owner))
    lead = make.lead(cast.program)
    make.lead(cast.program)
    make.engage(lead.stakeholder, "pricing_page_view")
    opened, _cursor = read_on(api, kind="lead_opened")
    assert len(opened) == 2
    of_lead, _cursor = read_on(api, lead_id=lead.pk)
    assert [event["kind"] for event in of_lead] == ["lead_opened", "became_engaged"]
    both, _cursor = read_on(api, lead_id=lead.pk, kind=["lead_opened", "became_mql"])
    assert [event["lead_id"] for event in both] == [lead.pk]
    of_account, _cursor = read_on(api, account_id=lead.account_id)
    assert of_account[0]["kind"] == "account_created"
    assert not read_on(api, stakeholder_id=10**6)[0]


@pytest.mark.django_db(transaction=True)
def test_another_programs_journal_is_not_readable(
    client_with: Callable[[str], Api],
) -> None:
    cast: Cast = make_cast()
    make.lead(cast.other_program)
    api = client_with(api_key(cast.program, cast.owner))
    seen, _cursor = read_on(api)
    ours = set(JournalEvent.objects.in_program(cast.program).values_list("id", flat=True))
    assert {event["id"] for event in seen} == ours

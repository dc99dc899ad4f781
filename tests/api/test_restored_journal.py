"""A journal that a dump brought to another server, which counts its transactions from the beginning."""

from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import Account
from accounts.queries.horizon import next_one
from alignment.core.rest.pages import write_cursor
from alignment.scoring.account_score.actions import follow_engagements
from alignment.scoring.account_score.models import EngagementMark
from tests import cast as make
from tests.api.conftest import Api
from tests.api.test_events import note, read_on
from tests.cast import Cast, api_key, make_cast

FORMER_SERVER = 10**12
"""Transactions that the server of before had counted more than this one."""


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def company(cast: Cast) -> Account:
    return make.account(cast.program)


@pytest.fixture(autouse=True)
def counting_from_the_beginning(transactional_db: None) -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION transactions_before() RETURNS bigint"
            " LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 0"
        )


def move_to_another_server() -> str:
    """The rows as a dump brings them; returns the cursor of a reader who had read them all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_journalevent SET txid = (txid::text::bigint + %s)::text::xid8",
            [FORMER_SERVER],
        )
    return write_cursor(next_one() + FORMER_SERVER, 0)


def texts(events: list[dict[str, object]]) -> list[object]:
    return [event["detail"]["text"] for event in events if event["kind"] == "note"]  # type: ignore[index]


def test_a_reader_goes_on_behind_what_was_restored(
    cast: Cast, company: Account, client_with: Callable[[str], Api]
) -> None:
    api = client_with(api_key(cast.program, cast.owner))
    note(company, "before")
    cursor = move_to_another_server()
    call_command("after_restore", if_needed=True)
    note(company, "since")
    assert texts(read_on(api, cursor)[0]) == ["since"]
    assert texts(read_on(api)[0]) == ["before", "since"]


def test_a_second_move_is_a_restore_like_the_first(
    cast: Cast, company: Account, client_with: Callable[[str], Api]
) -> None:
    api = client_with(api_key(cast.program, cast.owner))
    for text in ("first", "second"):
        note(company, text)
        cursor = move_to_another_server()
        call_command("after_restore", if_needed=True)
    note(company, "third")
    assert texts(read_on(api, cursor)[0]) == ["third"]
    assert texts(read_on(api)[0]) == ["first", "second", "third"]


def test_nothing_is_arranged_where_the_journal_was_written_here(company: Account) -> None:
    note(company, "here")
    before = next_one()
    call_command("after_restore", if_needed=True)
    assert next_one() - before < 100


def test_what_went_back_to_an_earlier_hour_says_nothing_twice(
    cast: Cast, company: Account, client_with: Callable[[str], Api]
) -> None:
    """The reader had read on to transactions that are gone; their numbers are given out again."""
    api = client_with(api_key(cast.program, cast.owner))
    note(company, "kept")
    ahead_of_us = write_cursor(next_one() + 10_000, 0)
    call_command("after_restore")
    note(company, "since")
    assert texts(read_on(api, ahead_of_us)[0]) == ["since"]


def test_engagements_are_followed_on(cast: Cast) -> None:
    lead = make.lead(cast.program)
    make.engage(lead.stakeholder, "pricing_page_view")
    follow_engagements()
    move_to_another_server()
    mark = EngagementMark.objects.get()
    mark.ahead_xid += FORMER_SERVER
    mark.save()
    call_command("after_restore", if_needed=True)
    follow_engagements()
    assert EngagementMark.objects.get().read == mark.ahead

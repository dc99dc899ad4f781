"""What is removed is told by the journal, because no list shows it any more."""

from collections.abc import Callable

import pytest

from accounts.duplicates.actions.merging import merge
from accounts.field.actions.people import (
    hand_over_relationship,
    set_competitor,
    set_relationship,
)
from accounts.intent.actions.standing import today_utc
from accounts.models import Account, JournalEvent, JournalKind, Removed
from campaigns.insights.actions.notes import remove_note, write_note
from tests import cast as make
from tests.api.conftest import Api
from tests.cast import Cast, api_key, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(cast: Cast) -> Account:
    return make.account(cast.program)


def told(cast: Cast) -> list[JournalEvent]:
    rows = JournalEvent.objects.in_program(cast.program).filter(kind=JournalKind.REMOVED)
    return list(rows.order_by("pk"))


@pytest.mark.django_db(transaction=True)
def test_a_reader_of_the_journal_learns_of_it(client_with: Callable[[str], Api]) -> None:
    cast = make_cast()
    company = make.account(cast.program)
    note = write_note(account=company, by=cast.rep, kind="call", text="Hello")
    api = client_with(api_key(cast.program, cast.owner))
    assert api.send("DELETE", f"notes/{note.pk}/", b"").status_code == 204
    (event,) = api.get("events/", kind="removed").json()["items"]
    assert event["detail"] == {"what": "note", "id": note.pk}
    assert (event["account_id"], event["actor_id"]) == (company.pk, cast.owner.pk)


def test_a_removed_note_is_told(api: Api, cast: Cast, company: Account) -> None:
    by_api, by_page = (
        write_note(account=company, by=cast.rep, kind="call", text="Hello") for _ in range(2)
    )
    numbers = [by_api.pk, by_page.pk]
    assert api.send("DELETE", f"notes/{by_api.pk}/", b"").status_code == 204
    remove_note(note=by_page, by=cast.rep)
    assert [event.detail for event in told(cast)] == [
        {"what": "note", "id": number} for number in numbers
    ]
    assert [event.actor_id for event in told(cast)] == [cast.owner.pk, cast.rep.pk]
    assert {event.account_id for event in told(cast)} == {company.pk}


def test_a_removed_competitor_and_relationship_are_told(
    api: Api, cast: Cast, company: Account
) -> None:
    person = make.stakeholder(cast.program, company)
    rival = set_competitor(account=company, name="Rival", strength=2, by=cast.rep)
    known, knows = (
        set_relationship(stakeholder=person, user=user, strength=3, by=cast.owner)
        for user in (cast.rep, cast.sales_manager)
    )
    numbers = [rival.pk, known.pk]
    assert api.send("DELETE", f"competitors/{rival.pk}/", b"").status_code == 204
    # Whoever takes over already knows the person: one of the two rows goes.
    assert (
        hand_over_relationship(relationship=known, user=cast.sales_manager, by=cast.owner) == knows
    )
    api.send("DELETE", f"relationships/{knows.pk}/", b"")
    assert [event.detail for event in told(cast)] == [
        {"what": "competitor", "id": numbers[0]},
        {"what": "relationship", "id": numbers[1]},
        {"what": "relationship", "id": knows.pk},
    ]
    assert [event.stakeholder_id for event in told(cast)] == [None, person.pk, person.pk]


def test_what_gives_way_in_a_merge_is_told(api: Api, cast: Cast, company: Account) -> None:
    goes, week = make.account(cast.program), today_utc().isoformat()
    rivals = [
        set_competitor(account=account, name="Rival", strength=2, by=cast.rep).pk
        for account in (company, goes)
    ]
    only = set_competitor(account=goes, name="Other", strength=2, by=cast.rep)
    for account in (company, goes):
        surge = {"source": "bombora", "topic": "ERP", "week": week, "strength": 70}
        api.post("intent/surges/", {"items": [surge | {"domain": account.domain}]})
    surges = api.get("intent/surges/", account_id=goes.pk).json()["items"]
    merge(survivor=company, gone=goes, take=(), by=cast.rep)
    assert [event.detail for event in told(cast)] == [
        {"what": "competitor", "id": rivals[1]},
        {"what": "surge", "id": surges[0]["id"]},
    ]
    assert {event.account_id for event in told(cast)} == {company.pk}
    assert api.get(f"competitors/{only.pk}/").json()["account_id"] == company.pk


def test_the_timeline_says_what_was_removed(cast: Cast, api: Api, company: Account) -> None:
    note = write_note(account=company, by=cast.rep, kind="call", text="Hello")
    remove_note(note=note, by=cast.rep)
    page = cast.client("rep").get(f"/p/{cast.program.slug}/accounts/{company.pk}/")
    assert page.status_code == 200
    assert str(Removed.NOTE.label) in page.content.decode()

"""Notes, tags and topics over the API."""

from typing import Any

import pytest

from accounts.models import Account
from campaigns.insights.models import Note, Tag
from tests import cast as make
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SAID = "Good call. The price is too high."


@pytest.fixture
def company(cast: Cast) -> Account:
    return make.account(cast.program)


def written(api: Api, company: Account, **more: Any) -> dict[str, Any]:
    body = {"account_id": company.pk, "kind": "transcript", "text": SAID} | more
    reply = api.post("notes/", body)
    assert reply.status_code in (200, 201), reply.content
    note: dict[str, Any] = reply.json()
    return note


def topic(api: Api, **more: Any) -> dict[str, Any]:
    body = {"kind": "objection", "name": "Price", "phrases": ["price"]} | more
    reply = api.post("insight-topics/", body)
    assert reply.status_code == 201, reply.content
    made: dict[str, Any] = reply.json()
    return made


def test_from_a_recorded_call_to_an_answered_objection(
    api: Api, cast: Cast, company: Account
) -> None:
    price = topic(api)
    sent = {"source": "recorder", "external_id": "call-1", "who_id": cast.rep.pk}
    person = make.stakeholder(cast.program, company)
    note = written(api, company, stakeholder_ids=[person.pk], **sent)
    assert written(api, company, stakeholder_ids=[person.pk], **sent)["id"] == note["id"]
    assert (note["text"], note["stakeholder_ids"]) == (SAID, [person.pk])
    (tag,) = api.get("insight-tags/", note_id=note["id"], state="suggested").json()["items"]
    assert (tag["quote"], tag["topic_name"]) == ("The price is too high.", "Price")
    assert api.post(f"insight-tags/{tag['id']}/accept/").json()["state"] == "accepted"
    (gap,) = api.get("insight-topics/", is_gap="true").json()["items"]
    assert gap["id"] == price["id"]
    (numbers,) = api.get("insight-topics/numbers/").json()["items"]
    assert (numbers["conversations"], numbers["opportunities"], numbers["won"]) == (1, 0, 0)
    answered = api.put(f"insight-topics/{price['id']}/answer/", {"answer": "It pays back."})
    assert (answered.json()["answer"], answered.json()["gap_since"]) == ("It pays back.", None)
    assert api.post(f"insight-tags/{tag['id']}/dismiss/").json()["state"] == "dismissed"
    assert api.get("insight-topics/numbers/").json()["items"][0]["conversations"] == 0


def test_lists_search_and_leave_texts_out(api: Api, company: Account) -> None:
    note = written(api, company, text="They worry about pricing. " * 50)
    written(api, company, text="Nothing")
    (row,) = api.get("notes/", q="price").json()["items"]
    assert row["id"] == note["id"]
    assert "text" not in row
    assert len(row["opening"]) == 240
    assert len(api.get("notes/", account_id=company.pk).json()["items"]) == 2


def test_a_note_is_changed_marked_and_removed(api: Api, company: Account) -> None:
    note, price = written(api, company), topic(api, phrases=[])
    path = f"notes/{note['id']}/"
    assert api.patch(path, {"kind": "call"}).json()["kind"] == "call"
    marked = api.post(f"{path}tags/", {"quote": "The price", "topic_id": price["id"]})
    assert (marked.status_code, marked.json()["start"]) == (201, 11)
    step = api.post(f"{path}tags/", {"quote": "Good call.", "kind": "next_step"}).json()
    assert len(api.get(f"{path}tags/").json()["items"]) == 2
    assert step["topic_id"] is None
    assert api.send("DELETE", path, b"").status_code == 204
    assert not Note.objects.across_programs().exists()
    assert not Tag.objects.across_programs().exists()


CALL: dict[str, Any] = {"source": "recorder", "external_id": "call-1"}


def test_a_note_sent_again_keeps_who_was_there(api: Api, cast: Cast, company: Account) -> None:
    person = make.stakeholder(cast.program, company)
    note = written(api, company, stakeholder_ids=[person.pk], **CALL)
    again = written(api, company, **CALL)
    assert again == note
    changed = written(api, company, stakeholder_ids=[], **CALL)
    assert (changed["id"], changed["stakeholder_ids"]) == (note["id"], [])
    assert changed["updated_at"] > note["updated_at"]


def test_a_note_gets_the_id_that_a_tool_made_for_it(api: Api, company: Account) -> None:
    note = written(api, company)
    path = f"notes/{note['id']}/"
    assert pointers(problem(api.patch(path, {"external_id": "call-1"}), 422)) == ["/source"]
    known = api.patch(path, CALL).json()
    assert (known["source"], known["external_id"]) == ("recorder", "call-1")
    assert api.patch(path, CALL).json() == known == written(api, company, **CALL)
    other = written(api, company)
    reply = api.patch(f"notes/{other['id']}/", CALL)
    assert pointers(problem(reply, 422)) == ["/external_id"]
    assert api.patch(f"notes/{other['id']}/", CALL | {"source": "crm"}).status_code == 200


def test_notes_that_changed_come_by_their_change(api: Api, company: Account) -> None:
    first, second = written(api, company), written(api, company)
    api.patch(f"notes/{first['id']}/", {"kind": "call"})

    def ids(**query: Any) -> list[int]:
        rows = api.get("notes/", order="-updated_at", **query).json()["items"]
        return [row["id"] for row in rows]

    assert ids() == [first["id"], second["id"]]
    assert ids(updated_since=second["updated_at"]) == [first["id"], second["id"]]
    assert ids(updated_since=api.get(f"notes/{first['id']}/").json()["updated_at"]) == [first["id"]]


def test_what_is_wrong_is_pointed_at(api: Api, cast: Cast, company: Account) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"opportunity_id": 10**9}, "/opportunity_id"),
        ({"who_id": cast.stranger.pk}, "/who_id"),
        ({"stakeholder_ids": [10**9]}, "/stakeholder_ids/0"),
        ({"external_id": "x"}, "/source"),
        ({"at": "2999-01-01T00:00:00Z"}, "/at"),
        ({"text": "x" * 200_001}, "/text"),
        ({"account_id": 10**9}, "/account_id"),
    ]
    for more, pointer in wrong:
        body = {"account_id": company.pk, "kind": "call", "text": "x"} | more
        assert pointers(problem(api.post("notes/", body), 422)) == [pointer], more
    note = written(api, company)
    bad = api.post(f"notes/{note['id']}/tags/", {"quote": "never said", "kind": "next_step"})
    assert pointers(problem(bad, 422)) == ["/quote"]
    bad = api.post(f"notes/{note['id']}/tags/", {"quote": "Good", "kind": "pain"})
    assert pointers(problem(bad, 422)) == ["/topic_id"]
    problem(api.get("insight-topics/numbers/", sector="1"), 400)


def test_a_topic_in_letters_whose_capitals_differ(api: Api) -> None:
    """Their small letters are the same, and by these the database keeps names unique."""
    assert api.post("insight-topics/", {"kind": "objection", "name": "Straße"}).status_code == 201
    refused = problem(api.post("insight-topics/", {"kind": "objection", "name": "STRAẞE"}), 422)
    assert [error["pointer"] for error in refused["errors"]] == ["/name"]


def test_another_program_has_none_of_it(
    api: Api, stranger_api: Api, cast: Cast, company: Account
) -> None:
    price, note = topic(api), written(api, company)
    (tag,) = api.get("insight-tags/").json()["items"]
    for path in ("notes/", "insight-tags/", "insight-topics/"):
        assert stranger_api.get(path).json()["items"] == []
    problem(stranger_api.get(f"notes/{note['id']}/"), 404)
    problem(stranger_api.post(f"insight-tags/{tag['id']}/accept/"), 404)
    problem(stranger_api.put(f"insight-topics/{price['id']}/answer/", {"answer": "x"}), 404)

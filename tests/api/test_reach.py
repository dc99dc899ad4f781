"""E-mail addresses and phones of a person, removed over REST."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions.contacts import change_contacts
from accounts.models import JournalEvent, JournalKind, Stakeholder
from accounts.rules.facts import FactsRejected
from tests import cast as make
from tests.api.conftest import Api, pointers, problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db

OLD, NEW = "jane@old.example", "jane@new.example"


@pytest.fixture
def jane(cast: Cast) -> Stakeholder:
    said = {"channel": "email", "granted": True, "source": "form"}
    given: dict[str, Any] = {"consents": [said], "phones": ["+1 555 0100", "+1 555 0101"]}
    return make.stakeholder(cast.program, emails=[OLD, "jane@home.example"], **given)


@pytest.mark.parametrize("method", ["PATCH", "PUT", "POST"])
def test_one_address_takes_the_place_of_another(
    api: Api, cast: Cast, jane: Stakeholder, method: str
) -> None:
    path = "stakeholders/" if method == "POST" else f"stakeholders/{jane.pk}/"
    known = ["jane@home.example", NEW] if method == "POST" else [NEW]
    body = {"emails": known, "remove_emails": [OLD.upper()], "remove_phones": ["+1 555 0100"]}
    for _again in range(2):
        reply = api.send(method, path, body)
        assert reply.status_code == 200, reply.content
        got = reply.json()
        assert got["emails"] == [
            {"address": "jane@home.example", "is_primary": True},
            {"address": NEW, "is_primary": False},
        ]
        assert got["phones"] == [{"number": "+1 555 0101", "is_primary": True}]
        assert got["consents"][0]["granted"] is True
    events = JournalEvent.objects.in_program(cast.program).filter(kind=JournalKind.PERSON_CHANGED)
    (detail,) = events.values_list("detail", flat=True)
    assert detail["changes"]["emails"] == [[OLD], [NEW]]
    # The address may be given to somebody else now.
    assert make.stakeholder(cast.program, email=OLD).pk != jane.pk


def test_within_one_batch_an_address_changes_hands(api: Api, cast: Cast, jane: Stakeholder) -> None:
    Stakeholder.objects.in_program(cast.program).filter(pk=jane.pk).update(external_id="crm-1")
    rows = [
        {"external_id": "crm-1", "remove_emails": [OLD, "jane@home.example"], "emails": [NEW]},
        {"external_id": "crm-2", "emails": [OLD]},
    ]
    found = api.post("stakeholders/", {"items": rows}).json()["results"]
    assert [row["outcome"] for row in found] == ["updated", "created"]
    primary = jane.emails.values_list("address", "is_primary")
    assert list(primary) == [(NEW, True)]


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({"remove_emails": [OLD, "jane@home.example"]}, "/remove_emails"),
        ({"remove_emails": [OLD], "emails": [OLD]}, "/remove_emails/0"),
        ({"remove_emails": [OLD, "no address"]}, "/remove_emails/1"),
        ({"remove_phones": "+1 555 0100"}, "/remove_phones"),
    ],
)
def test_what_cannot_go_is_pointed_at(
    api: Api, jane: Stakeholder, body: dict[str, object], at: str
) -> None:
    assert pointers(problem(api.patch(f"stakeholders/{jane.pk}/", body), 422)) == [at]
    assert jane.emails.count() == 2


def test_nobody_is_left_without_a_key(api: Api, cast: Cast) -> None:
    known = api.post("stakeholders/", {"external_id": "crm-1"}).json()
    body = problem(api.patch(f"stakeholders/{known['id']}/", {"external_id": None}), 422)
    assert pointers(body) == ["/external_id"]


@pytest.mark.parametrize("barred", ["do not contact", "refused e-mail"])
def test_who_must_not_be_contacted_cannot_come_back_as_somebody_new(
    api: Api, cast: Cast, jane: Stakeholder, barred: str
) -> None:
    path = f"stakeholders/{jane.pk}/"
    later = (timezone.now() + timedelta(minutes=1)).isoformat()
    no = {"channel": "email", "granted": False, "source": "call", "given_at": later}
    refusal = {"do_not_contact": True} if barred == "do not contact" else {"consents": [no]}
    removal = {"remove_emails": [OLD], "emails": [NEW]}
    assert pointers(problem(api.patch(path, {**refusal, **removal}), 422)) == ["/remove_emails"]
    assert api.patch(path, refusal).status_code == 200
    assert pointers(problem(api.patch(path, removal), 422)) == ["/remove_emails"]
    assert api.patch(path, {"remove_phones": ["+1 555 0100"]}).status_code == 200
    jane.refresh_from_db()
    row = jane.emails.get(address=OLD)
    with pytest.raises(FactsRejected):
        change_contacts(stakeholder=jane, removed_emails=[row.pk], by=cast.rep)
    assert jane.emails.count() == 2

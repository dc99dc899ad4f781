"""Removing addresses and phones of a person, and choosing the primary one."""

import pytest

from accounts.models import EmailAddress, JournalEvent, JournalKind, Phone, Stakeholder
from alignment.core.models import AuditEntry
from tests import cast as make
from tests.cast import Cast

from .pages import address, text

FIRST, SECOND = "bo@acme.example", "bo@home.example"


@pytest.fixture
def bo(cast: Cast) -> Stakeholder:
    return make.stakeholder(
        cast.program,
        make.account(cast.program, "Acme", domain="acme.example"),
        first_name="Bo",
        emails=[FIRST, SECOND],
        phones=["+1 555 0100", "+1 555 0101"],
    )


def email(person: Stakeholder, text: str) -> EmailAddress:
    return person.emails.get(address=text)


def primary(person: Stakeholder) -> list[str]:
    return list(person.emails.filter(is_primary=True).values_list("address", flat=True))


def sent(person: Stakeholder, **changes: object) -> dict[str, object]:
    phone = Phone.objects.in_program(person.program_id).filter(stakeholder=person, is_primary=True)
    return {
        "primary_email": email(person, FIRST).pk,
        "primary_phone": phone.values_list("pk", flat=True).first() or "",
    } | changes


def test_another_address_becomes_the_primary_one(cast: Cast, bo: Stakeholder) -> None:
    url = address(cast, f"people/{bo.pk}/reach/")
    assert "Primary e-mail address" in text(cast, "rep", f"people/{bo.pk}/reach/")
    body = sent(bo, primary_email=email(bo, SECOND).pk)
    assert cast.client("rep").post(url, body).status_code == 302
    assert primary(bo) == [SECOND]
    event = (
        JournalEvent.objects.in_program(cast.program).filter(kind=JournalKind.PERSON_CHANGED).get()
    )
    assert event.detail == {"changes": {"primary_email": [FIRST, SECOND]}}
    assert event.actor == cast.rep
    assert AuditEntry.objects.filter(action="stakeholder.contacts").count() == 1
    assert "primary e-mail address" in text(cast, "rep", f"people/{bo.pk}/")


def test_what_is_removed_is_gone_and_the_next_one_is_primary(cast: Cast, bo: Stakeholder) -> None:
    url = address(cast, f"people/{bo.pk}/reach/")
    phones = list(bo.phones.values_list("pk", flat=True))
    body = sent(bo, removed_emails=[email(bo, FIRST).pk], removed_phones=phones)
    assert cast.client("rep").post(url, body).status_code == 302
    assert list(bo.emails.values_list("address", "is_primary")) == [(SECOND, True)]
    assert not bo.phones.exists()
    # A removed address may be given to somebody else.
    assert make.stakeholder(cast.program, email=FIRST).pk != bo.pk


def test_the_last_address_stays_unless_an_external_id_is_known(cast: Cast, bo: Stakeholder) -> None:
    url = address(cast, f"people/{bo.pk}/reach/")
    both = [email(bo, FIRST).pk, email(bo, SECOND).pk]
    reply = cast.client("rep").post(url, sent(bo, removed_emails=both))
    assert reply.status_code == 422
    assert "removed_emails" in reply.context["form"].errors
    assert bo.emails.count() == 2
    Stakeholder.objects.in_program(cast.program).filter(pk=bo.pk).update(external_id="crm-7")
    assert cast.client("rep").post(url, sent(bo, removed_emails=both)).status_code == 302
    assert not bo.emails.exists()


def test_saving_it_unchanged_tells_of_nothing(cast: Cast, bo: Stakeholder) -> None:
    cast.client("rep").post(address(cast, f"people/{bo.pk}/reach/"), sent(bo))
    assert not AuditEntry.objects.filter(action="stakeholder.contacts").exists()


def test_somebody_elses_address_is_no_choice(cast: Cast, bo: Stakeholder) -> None:
    other = make.stakeholder(cast.program)
    theirs = other.emails.get().pk
    url = address(cast, f"people/{bo.pk}/reach/")
    for body in (sent(bo, removed_emails=[theirs]), sent(bo, primary_email=theirs)):
        assert cast.client("rep").post(url, body).status_code == 422
    assert other.emails.exists()

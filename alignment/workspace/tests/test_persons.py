"""The list of people, the page of one, consent and the ban on contact."""

from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Consent, EmailAddress, Lead, Stakeholder
from alignment.sla.models import Attempt
from tests import cast as make
from tests.cast import Cast

from .pages import address, lines, queries, text


@pytest.fixture
def anna(cast: Cast) -> Stakeholder:
    account = make.account(cast.program, "Acme", domain="acme.example")
    person = make.stakeholder(
        cast.program,
        account,
        "anna.smith@acme.example",
        first_name="Anna",
        last_name="Smith",
        role="champion",
        consents=[{"channel": "email", "granted": True, "source": "a form"}],
    )
    make.lead(cast.program, person)
    return person


def test_the_list_costs_the_same_for_one_row_and_three(cast: Cast, anna: Stakeholder) -> None:
    one = queries(cast, "rep", "people/")
    make.lead(cast.program)
    make.lead(cast.program)
    assert queries(cast, "rep", "people/") == one
    assert one <= 17


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=smith", True),
        ("q=anna smi", True),
        ("q=an", True),
        ("q=anna.smith@", True),
        ("q=jones", False),
        ("role=champion", True),
        ("role=blocker", False),
        ("stage=new", True),
        ("stage=mql", False),
        ("contact=email", True),
        ("contact=phone", False),
        ("contact=never", False),
        ("account=999999999999999999999", True),
        ("account=1x", True),
        ("sort=newest", True),
    ],
)
def test_filters(cast: Cast, anna: Stakeholder, asked: str, found: bool) -> None:
    assert (">Anna Smith</a>" in text(cast, "rep", f"people/?{asked}")) is found


def test_people_of_one_account(cast: Cast, anna: Stakeholder) -> None:
    make.stakeholder(cast.program, make.account(cast.program), first_name="Other")
    page = text(cast, "rep", f"people/?account={anna.account_id}")
    assert "Anna Smith" in page
    assert "Other" not in page.partition("<tbody")[2]


def test_the_file(cast: Cast, anna: Stakeholder) -> None:
    head, *rows = lines(cast.client("observer").get(address(cast, "people/export/")))
    assert head.startswith("First name,Last name")
    assert rows[0].startswith("Anna,Smith,,Champion,anna.smith@acme.example,Acme,acme.example")


def test_the_page_of_a_person(cast: Cast, anna: Stakeholder) -> None:
    make.engage(anna, "pricing_page_view")
    page = text(cast, "rep", f"people/{anna.pk}/")
    assert "anna.smith@acme.example" in page
    assert "a form" in page
    assert "Not asked" in page
    assert "Pricing page" in page
    assert "Champion" in page


def test_a_call_to_a_person_is_logged_on_their_lead(cast: Cast, anna: Stakeholder) -> None:
    lead = Lead.objects.in_program(cast.program).get(stakeholder=anna)
    here = address(cast, f"people/{anna.pk}/")
    form = address(cast, f"leads/{lead.pk}/attempt/?next={here}")
    assert f'href="{form}"' in text(cast, "rep", f"people/{anna.pk}/")
    given = {
        "channel": "call",
        "outcome": "reached",
        "at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
    }
    reply = cast.client("rep").post(form, {**given, "form_key": str(uuid4())})
    assert (reply.status_code, reply["Location"]) == (302, here)
    assert Attempt.objects.in_program(cast.program).filter(lead=lead).count() == 1
    for who in ("marketer", "observer"):
        assert "/attempt/" not in text(cast, who, f"people/{anna.pk}/")
    Stakeholder.objects.in_program(cast.program).update(do_not_contact=True)
    assert "/attempt/" not in text(cast, "rep", f"people/{anna.pk}/")


def test_the_page_costs_the_same_for_one_event_and_many(cast: Cast, anna: Stakeholder) -> None:
    make.engage(anna, "webinar_attended")
    one = queries(cast, "rep", f"people/{anna.pk}/")
    for _ in range(3):
        make.engage(anna, "webinar_attended")
    assert queries(cast, "rep", f"people/{anna.pk}/") == one
    assert one <= 24


def test_a_new_person_at_an_account(cast: Cast) -> None:
    account = make.account(cast.program, "Acme", domain="acme.example")
    url = address(cast, f"people/new/?account={account.pk}")
    assert "acme.example" in cast.client("rep").get(url).content.decode()
    sent = {"first_name": "Bo", "last_name": "Li", "email": "bo@acme.example", "account": "Acme"}
    reply = cast.client("rep").post(url, sent, follow=True)
    assert "Bo Li" in reply.content.decode()
    person = Stakeholder.objects.in_program(cast.program).get(last_name="Li")
    assert person.account == account


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"email": ""}, "email"),
        ({"email": "no address"}, "email"),
        ({"email": "a@b.example", "account": "nobody.example"}, "account"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    cast: Cast, sent: dict[str, str], wrong: str
) -> None:
    reply = cast.client("rep").post(address(cast, "people/new/"), sent)
    assert reply.status_code == 422
    assert wrong in reply.context["form"].errors


def test_an_edit_adds_an_address(cast: Cast, anna: Stakeholder) -> None:
    sent = {
        "first_name": "Anne",
        "last_name": "Smith",
        "email": "anne@home.example",
        "account": "acme.example",
    }
    cast.client("marketer").post(address(cast, f"people/{anna.pk}/edit/"), sent)
    anna.refresh_from_db()
    assert anna.first_name == "Anne"
    assert anna.account is not None
    addresses = EmailAddress.objects.in_program(cast.program).filter(stakeholder=anna)
    assert addresses.count() == 2


def test_consent_is_recorded_with_source_and_day(cast: Cast, anna: Stakeholder) -> None:
    sent = {"channel": "phone", "granted": "no", "source": "call", "given_at": "2026-01-05"}
    cast.client("rep").post(address(cast, f"people/{anna.pk}/consent/"), sent)
    consent = Consent.objects.in_program(cast.program).get(stakeholder=anna, channel="phone")
    assert consent.granted is False
    assert consent.source == "call"
    assert consent.given_at.date().isoformat() == "2026-01-05"
    future = sent | {"given_at": "2999-01-01"}
    reply = cast.client("rep").post(address(cast, f"people/{anna.pk}/consent/"), future)
    assert reply.status_code == 422


def test_do_not_contact_takes_the_links_away(cast: Cast, anna: Stakeholder) -> None:
    sent = {"do_not_contact": "on", "reason": "Asked us to stop"}
    cast.client("rep").post(address(cast, f"people/{anna.pk}/contact/"), sent)
    page = text(cast, "rep", f"people/{anna.pk}/")
    assert "Do not contact this person" in page
    assert "Asked us to stop" in page
    assert "mailto:" not in page
    cast.client("rep").post(address(cast, f"people/{anna.pk}/contact/"), {})
    anna.refresh_from_db()
    assert not anna.do_not_contact


def test_a_lead_is_opened_once(cast: Cast) -> None:
    person = make.stakeholder(cast.program, make.account(cast.program))
    for _ in range(2):
        cast.client("rep").post(address(cast, f"people/{person.pk}/lead/"))
    assert Lead.objects.in_program(cast.program).filter(stakeholder=person).count() == 1


@pytest.mark.parametrize("part", ["edit", "consent", "contact", "reach", "lead"])
def test_observers_only_read(cast: Cast, anna: Stakeholder, part: str) -> None:
    url = address(cast, f"people/{anna.pk}/{part}/")
    assert cast.client("observer").post(url, {}).status_code == 403


@pytest.mark.parametrize("part", ["", "edit/", "consent/", "contact/", "reach/"])
def test_another_program_does_not_exist(cast: Cast, part: str) -> None:
    theirs = make.stakeholder(cast.other_program, make.account(cast.other_program))
    url = address(cast, f"people/{theirs.pk}/{part}")
    assert cast.client("owner").get(url).status_code == 404

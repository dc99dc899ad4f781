"""Two people with the same form open: no input is lost."""

from typing import Any

import pytest

from accounts.models import Account, Stakeholder
from tests import cast as make
from tests.cast import Cast

from .pages import address


def shown(cast: Cast, who: str, url: str) -> dict[str, Any]:
    """The data that a browser would submit from the form as `who` sees it now."""
    form = cast.client(who).get(url).context["form"]
    values = {name: form[name].value() for name in form.fields}
    values = {name: form.fields[name].prepare_value(value) for name, value in values.items()}
    sent = {name: "" if value is None else str(value) for name, value in values.items()}
    return sent | {form.add_initial_prefix(name): value for name, value in sent.items()}


@pytest.fixture
def acme(cast: Cast) -> Account:
    return make.account(
        cast.program,
        "Acme",
        domain="acme.example",
        city="Boston",
        state="MA",
        employees_low=10,
        employees_high=20,
        description="One\nTwo",
        owner_id=cast.rep.pk,
    )


@pytest.fixture
def anna(cast: Cast, acme: Account) -> Stakeholder:
    return make.stakeholder(cast.program, acme, first_name="Anna", last_name="Smith", title="CFO")


def test_an_account_keeps_what_another_wrote_meanwhile(cast: Cast, acme: Account) -> None:
    url = address(cast, f"accounts/{acme.pk}/edit/")
    first, second = shown(cast, "rep", url), shown(cast, "marketer", url)
    cast.client("rep").post(url, first | {"employees": "800-900"})
    reply = cast.client("marketer").post(url, second | {"revenue": "10M"})
    assert reply.status_code == 302
    acme.refresh_from_db()
    assert (acme.employees_low, acme.employees_high, acme.revenue_low) == (800, 900, 10_000_000)


def test_over_one_field_the_later_one_is_asked(cast: Cast, acme: Account) -> None:
    url = address(cast, f"accounts/{acme.pk}/edit/")
    first, second = shown(cast, "rep", url), shown(cast, "marketer", url)
    cast.client("rep").post(url, first | {"employees": "800-900", "zip": "02110"})
    reply = cast.client("marketer").post(url, second | {"employees": "70", "budget_usd": "5M"})
    assert reply.status_code == 409
    form = reply.context["form"]
    assert set(form.errors) == {"employees"}
    assert "800-900" in form.errors["employees"][0]
    assert (form["employees"].value(), form["budget_usd"].value()) == ("70", "5M")
    assert form["zip"].value() == "02110"
    acme.refresh_from_db()
    assert (acme.employees_low, acme.budget_usd) == (800, None)
    again = {name: form[name].value() for name in form.fields}
    again |= {f"initial-{name}": form.data[f"initial-{name}"] for name in form.fields}
    assert cast.client("marketer").post(url, again).status_code == 302
    acme.refresh_from_db()
    assert (acme.employees_low, acme.budget_usd, acme.zip) == (70, 5_000_000, "02110")


def test_the_owner_of_another_is_named(cast: Cast, acme: Account) -> None:
    url = address(cast, f"accounts/{acme.pk}/edit/")
    second = shown(cast, "marketer", url)
    Account.objects.in_program(cast.program).filter(pk=acme.pk).update(owner=cast.sales_manager)
    reply = cast.client("marketer").post(url, second | {"owner_id": ""})
    assert reply.status_code == 409
    assert str(cast.sales_manager) in reply.context["form"].errors["owner_id"][0]


def test_two_who_mean_the_same_are_not_asked(cast: Cast, acme: Account) -> None:
    url = address(cast, f"accounts/{acme.pk}/edit/")
    second = shown(cast, "marketer", url) | {"description": "One\r\nTwo\r\nThree"}
    for who in ("rep", "marketer"):
        assert cast.client(who).post(url, second).status_code == 302


def test_a_person_keeps_what_another_wrote_meanwhile(cast: Cast, anna: Stakeholder) -> None:
    url = address(cast, f"people/{anna.pk}/edit/")
    first, second = shown(cast, "rep", url), shown(cast, "marketer", url)
    cast.client("rep").post(url, first | {"title": "CEO", "account": ""})
    assert cast.client("marketer").post(url, second | {"first_name": "Anne"}).status_code == 302
    anna.refresh_from_db()
    assert (anna.first_name, anna.title, anna.account_id) == ("Anne", "CEO", None)
    reply = cast.client("marketer").post(url, second | {"title": "COO", "phone": "555 0100"})
    assert reply.status_code == 409
    assert "CEO" in reply.context["form"].errors["title"][0]
    assert reply.context["form"]["phone"].value() == "555 0100"
    anna.refresh_from_db()
    assert anna.title == "CEO"


def test_a_person_who_exists_is_shown_and_not_written(cast: Cast) -> None:
    known = make.stakeholder(
        cast.program, make.account(cast.program), "bo@acme.example", first_name="Bo"
    )
    sent = {"first_name": "Bob", "title": "CFO", "email": "BO@acme.example", "phone": "555 0100"}
    reply = cast.client("rep").post(address(cast, "people/new/"), sent)
    assert reply.status_code == 409
    page = reply.content.decode()
    assert "This person exists already" in page
    assert address(cast, f"people/{known.pk}/") in page
    assert 'value="Bob"' in page
    known.refresh_from_db()
    assert (known.first_name, known.title, known.phones.count()) == ("Bo", "", 0)

"""People without a name are shown by their primary address in every list."""

import pytest

from accounts.models import Lead
from tests import cast as make
from tests.cast import Cast

from .pages import queries, text


@pytest.fixture
def lead(cast: Cast) -> Lead:
    person = make.stakeholder(
        cast.program,
        make.account(cast.program, "Acme", domain="acme.example"),
        first_name="",
        last_name="",
        emails=["who@acme.example", "second@acme.example"],
    )
    opened = make.lead(cast.program, person, owner=cast.rep)
    for code in ("budget_confirmed", "decision_authority", "pricing_page_view"):
        make.engage(person, code)
    return opened


def test_wherever_they_are_listed(cast: Cast, lead: Lead) -> None:
    person = lead.stakeholder
    for page in (
        "",
        "people/",
        f"people/{person.pk}/",
        f"people/{person.pk}/edit/",
        "leads/",
        f"leads/{lead.pk}/",
        "queue/",
        f"accounts/{person.account_id}/",
        "search/?q=who@acme",
    ):
        shown = text(cast, "rep", page)
        assert "Unnamed person" not in shown, page
        assert "who@acme.example" in shown, page


@pytest.mark.parametrize("page", ["", "people/", "leads/", "queue/"])
def test_it_takes_one_query_however_many_there_are(cast: Cast, lead: Lead, page: str) -> None:
    one = queries(cast, "sales_manager", page)
    for _ in range(3):
        nameless = make.stakeholder(cast.program, lead.account, first_name="", last_name="")
        make.lead(cast.program, nameless)
        for code in ("budget_confirmed", "decision_authority", "pricing_page_view"):
            make.engage(nameless, code)
    assert queries(cast, "sales_manager", page) <= one + 1


def test_without_any_address_they_are_unnamed(cast: Cast) -> None:
    person = make.stakeholder(
        cast.program, first_name="", last_name="", emails=[], external_id="crm-1"
    )
    assert "Unnamed person" in text(cast, "rep", f"people/{person.pk}/")

"""Existing codes are accepted, also those of older editions and other countries."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.actions.accounts import update_account, upsert_accounts
from accounts.models import Account
from accounts.rules.facts import FactsRejected
from alignment.reference.models import NaicsCode
from alignment.reference.rules import is_naics
from tests import cast as make
from tests.cast import Cast


@pytest.mark.django_db
def test_the_rule_knows_every_code_of_the_table_and_begins_none_of_its_own() -> None:
    codes = set(NaicsCode.objects.values_list("code", flat=True))
    assert all(is_naics(code) for code in codes)
    begins = {code[:3] for code in codes if code.isdigit() and len(code) > 2}
    old = {"442", "443", "446", "447", "448", "451", "452", "453", "454", "511", "515"}
    assert {str(n) for n in range(1000) if is_naics(str(n)) and n > 99} == begins | old


@pytest.mark.parametrize(
    "facts",
    [
        {"naics": "511210"},
        {"naics": "31-33"},
        {"zip": "59101-1234"},
        {"zip": "SW1A 1AA", "country": "GB"},
        {"cbsa": "14460", "county_fips": "25025"},
        {"country": "fr"},
    ],
)
def test_what_exists_is_taken(cast: Cast, facts: dict[str, Any]) -> None:
    row: Any = {"name": "Acme", **facts}
    (result,) = upsert_accounts(program=cast.program, rows=[row], by=None, source="test")
    assert result.outcome == "created", result.errors


def test_a_code_kept_from_before_the_rule_hinders_no_other_edit(cast: Cast) -> None:
    account = make.account(cast.program, name="Acme")
    Account.objects.in_program(cast.program).filter(pk=account.pk).update(zip="abc")
    update_account(account=account, facts={"description": "Pumps"}, by=cast.rep)
    for facts in ({"zip": "ab"}, {"cbsa": "99999"}, {"county_fips": "00000"}):
        with pytest.raises(FactsRejected):
            update_account(account=account, facts=facts, by=cast.rep)  # type: ignore[arg-type]


def test_the_forms_say_it_at_the_field(cast: Cast) -> None:
    client = cast.client("rep")
    new = f"/p/{cast.program.slug}/accounts/new/"
    for name, value, words in (
        ("naics", "123456", "is not a NAICS code"),
        ("zip", "abc", "is not a US ZIP code"),
        ("country", "XX", "is not a country we know"),
    ):
        reply = client.post(new, {"name": "Acme", "country": "US", name: value})
        assert reply.status_code == 422
        assert words in reply.content.decode()
    person = make.stakeholder(cast.program)
    edit = f"/p/{cast.program.slug}/people/{person.pk}/edit/"
    reply = client.post(edit, {"first_name": "Ada", "last_name": "B", "phone": "abc"})
    assert (reply.status_code, "is not a phone number" in reply.content.decode()) == (422, True)
    assert not Account.objects.in_program(cast.program).filter(name="Acme").exists()

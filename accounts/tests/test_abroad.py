"""A company outside the US has no state, county or metropolitan area."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.actions.accounts import update_account, upsert_accounts
from accounts.models import Account, JournalEvent
from accounts.rules.facts import FactsRejected
from tests import cast as make
from tests.cast import Cast

PLACED = {"city": "Boston", "state": "MA", "cbsa": "14460", "county_fips": "25025"}


def placed(account: Account) -> tuple[str | None, str | None, str | None]:
    account.refresh_from_db()
    return account.state, account.county_fips, account.cbsa


@pytest.mark.parametrize(
    ("field", "value"), [("state", "TX"), ("cbsa", "14460"), ("county_fips", "25025")]
)
def test_a_fact_of_the_us_is_refused_at_its_field(cast: Cast, field: str, value: str) -> None:
    row: Any = {"name": "Acme", "country": "FR", field: value}
    (result,) = upsert_accounts(program=cast.program, rows=[row], by=None, source="test")
    ((error),) = result.errors
    assert (result.outcome, error.field) == ("rejected", field)
    assert error.message.startswith("A company outside of the United States has no US ")
    abroad = make.account(cast.program, country="FR")
    with pytest.raises(FactsRejected):
        update_account(account=abroad, facts={field: value}, by=cast.rep)  # type: ignore[misc]


def test_who_turns_out_to_be_abroad_leaves_its_state_behind(cast: Cast) -> None:
    account = make.account(cast.program, **PLACED)
    update_account(account=account, facts={"country": "CA"}, by=cast.rep)
    assert placed(account) == (None, None, None)
    rows = JournalEvent.objects.in_program(cast.program).filter(account=account)
    changes = rows.order_by("-id").values_list("detail", flat=True)[0]["changes"]
    assert (changes["state"], changes["cbsa"]) == (["MA", None], ["14460", None])
    update_account(account=account, facts={"country": "US", "state": "MA"}, by=cast.rep)
    assert placed(account) == ("MA", "25025", "14460")


def test_puerto_rico_is_a_state_with_a_country_of_its_own(cast: Cast) -> None:
    account = make.account(cast.program, country="PR", state="PR")
    assert placed(account) == ("PR", None, None)


def test_no_country_does_not_pass_for_the_us(cast: Cast) -> None:
    account = make.account(cast.program, country="FR")
    nowhere: tuple[Any, ...] = (None, "", " ")
    for value in nowhere:
        with pytest.raises(FactsRejected) as refused:
            update_account(account=account, facts={"country": value}, by=cast.rep)
        assert [(e.field, e.code) for e in refused.value.errors] == [("country", "missing")]


def test_the_database_holds_no_company_abroad_in_a_state(cast: Cast) -> None:
    account = make.account(cast.program, country="FR")
    rows = Account.objects.in_program(cast.program).filter(pk=account.pk)
    with pytest.raises(IntegrityError, match="us_places_in_the_us"), transaction.atomic():
        rows.update(state="TX")

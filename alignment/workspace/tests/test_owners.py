"""Only people who may work leads may own leads and accounts."""

from __future__ import annotations

import pytest

from accounts.actions.accounts import update_account
from accounts.rules.facts import FactsRejected
from alignment.people.models import Role
from alignment.scoring.actions.leads import LeadMoved, assign
from tests import cast as make
from tests.cast import Cast

from .pages import address


def test_observers_own_no_lead(cast: Cast) -> None:
    lead = make.lead(cast.program)
    client = cast.client("sales_manager")
    url = address(cast, f"leads/{lead.pk}/assign/")
    assert client.post(url, {"owner": cast.observer.pk}).status_code == 422
    with pytest.raises(LeadMoved, match="may not work leads"):
        assign(lead=lead, owner=cast.observer, by=cast.sales_manager)
    for path in (f"leads/{lead.pk}/assign/", "leads/", "accounts/", "accounts/new/"):
        page = client.get(address(cast, path)).content.decode()
        assert cast.rep.name in page, path
        assert cast.observer.name not in page, path
    lead.refresh_from_db()
    assert lead.owner is None


def test_observers_own_no_account(cast: Cast) -> None:
    account = make.account(cast.program, name="Acme")
    url, client = address(cast, f"accounts/{account.pk}/edit/"), cast.client("rep")
    form = {"name": "Acme", "country": "US"}
    assert client.post(url, {**form, "owner_id": cast.observer.pk}).status_code == 422
    with pytest.raises(FactsRejected):
        update_account(account=account, facts={"owner_email": cast.observer.email}, by=cast.rep)
    client.post(url, {**form, "owner_id": cast.rep.pk})
    account.refresh_from_db()
    assert account.owner == cast.rep


def test_an_owner_who_only_looks_on_by_now_stays_when_something_else_is_edited(cast: Cast) -> None:
    account = make.account(cast.program, name="Acme", owner_id=cast.rep.pk)
    rep = cast.membership("rep")
    rep.role, rep.team = Role.OBSERVER, None
    rep.save()
    url = address(cast, f"accounts/{account.pk}/edit/")
    edited = {"name": "Acme Robotics", "country": "US", "owner_id": cast.rep.pk}
    assert cast.client("marketer").post(url, edited).status_code == 302
    account.refresh_from_db()
    assert (account.name, account.owner) == ("Acme Robotics", cast.rep)

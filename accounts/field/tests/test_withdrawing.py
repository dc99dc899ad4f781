"""A finding taken back, and relationships of people who left."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.actions.accounts import update_account, upsert_accounts
from accounts.field.actions.findings import record_finding, withdraw_finding
from accounts.field.actions.people import hand_over_relationship, know
from accounts.field.models import CriterionFinding, HeldFact, Relationship
from accounts.field.queries.panels import field_of
from accounts.field.queries.refuted import refuted
from accounts.field.rules import Checked, facts_restored
from accounts.models import Account
from alignment.core.models import AuditEntry
from alignment.workspace.tests.pages import address, lines, text
from tests import cast as make
from tests.cast import Cast

EMPLOYEES = ("employees_low", "employees_high")
CHECKED = Checked("employees", "Employees: 200", EMPLOYEES, EMPLOYEES, EMPLOYEES)
facts = st.dictionaries(st.sampled_from("abc"), st.sampled_from([None, 1, 2]))


@given(facts, facts, facts)
def test_only_what_still_stands_is_restored(before: dict, after: dict, now: dict) -> None:
    restored = facts_restored(before, after, now)
    for name, value in restored.items():
        assert value == before[name] != after[name] == now.get(name)
    untouched = set(after) & set(before) - set(restored)
    assert all(before[n] == after[n] or now.get(n) != after[n] for n in untouched)


def found(account: Account, by: Any, **said: Any) -> CriterionFinding:
    values = {"outcome": "refuted", "seen": "A call", "values": None} | said
    return record_finding(account=account, checked=CHECKED, by=by, **values)


def listed(cast: Cast, account: Account, number: int) -> Account:
    row: Any = {"domain": account.domain, "employees_low": number, "employees_high": number}
    upsert_accounts(program=cast.program, rows=[row], by=None, source="list")
    account.refresh_from_db()
    return account


@pytest.fixture
def account(cast: Cast) -> Account:
    return make.account(cast.program, "Acme", employees_low=900, employees_high=900)


@pytest.mark.django_db
def test_the_fact_is_again_what_the_list_said(cast: Cast, account: Account) -> None:
    row = found(account, cast.rep)
    assert listed(cast, account, 5).employees_low is None
    withdraw_finding(finding=row, by=cast.rep)
    account.refresh_from_db()
    assert (account.employees_low, account.employees_high) == (900, 900)
    assert not HeldFact.objects.in_program(cast.program).exists()
    assert refuted(cast.program, {}).total == 0
    assert listed(cast, account, 5).employees_low == 5
    again = withdraw_finding(finding=row, by=cast.sales_manager)
    assert again.withdrawn_by == cast.rep
    assert AuditEntry.objects.filter(action="finding.withdraw").count() == 1
    assert field_of(account).newest == {}


@pytest.mark.django_db
def test_what_somebody_wrote_since_stays(cast: Cast, account: Account) -> None:
    row = found(account, cast.rep)
    update_account(account=account, facts={"employees_low": 7, "employees_high": 7}, by=cast.rep)
    withdraw_finding(finding=row, by=cast.rep)
    account.refresh_from_db()
    assert account.employees_low == 7


@pytest.mark.django_db
def test_an_earlier_finding_holds_on(cast: Cast, account: Account) -> None:
    first = found(account, cast.rep, outcome="confirmed")
    second = found(account, cast.rep, values={"employees_low": 80, "employees_high": 80})
    withdraw_finding(finding=second, by=cast.rep)
    account.refresh_from_db()
    assert account.employees_low == 900
    held = HeldFact.objects.in_program(cast.program)
    assert set(held.values_list("finding", flat=True)) == {first.pk}
    assert listed(cast, account, 5).employees_low == 900


@pytest.mark.django_db
def test_the_page_withdraws_and_the_file_holds_what_is_left(cast: Cast, account: Account) -> None:
    row = found(account, cast.rep, seen="=Their careers page")
    export = address(cast, "accounts/refuted/export/")
    head, line = lines(cast.client("observer").get(export))
    assert head.startswith("Account,Domain,Criterion")
    assert line.startswith("Acme,")
    assert "'=Their careers page" in line
    assert len(lines(cast.client("rep").get(f"{export}?criterion=industry"))) == 1
    where = address(cast, f"accounts/{account.pk}/findings/{row.pk}/withdraw/")
    assert where in text(cast, "rep", f"accounts/{account.pk}/")
    assert cast.client("observer").post(where).status_code == 403
    assert cast.client("rep").post(where).status_code == 302
    page = text(cast, "rep", f"accounts/{account.pk}/")
    assert "Withdrawn" in page
    assert where not in page
    assert len(lines(cast.client("rep").get(export))) == 1


@pytest.mark.django_db
def test_who_left_is_shown_and_hands_over(cast: Cast, account: Account) -> None:
    person = make.stakeholder(cast.program, account, first_name="Dana", last_name="Reed")
    said: dict[str, Any] = {"since": None, "note": "A fair", "by": None}
    row = know(stakeholder=person, user=cast.marketer, strength=4, **said)
    assert "Left the program" not in text(cast, "rep", f"accounts/{account.pk}/")
    cast.membership("marketer").delete()
    assert "Left the program" in text(cast, "rep", f"accounts/{account.pk}/")
    where = address(cast, f"accounts/{account.pk}/relationships/{row.pk}/hand-over/")
    assert "Dana Reed" in cast.client("rep").get(where).content.decode()
    assert cast.client("rep").post(where, {"user": cast.stranger.pk}).status_code == 422
    assert cast.client("rep").post(where, {"user": cast.rep.pk}).status_code == 302
    left = Relationship.objects.in_program(cast.program).get()
    assert (left.user, left.strength, left.note) == (cast.rep, 1, "A fair")
    with pytest.raises(ValidationError):
        hand_over_relationship(relationship=left, user=cast.stranger, by=None)


@pytest.mark.django_db
def test_who_knows_them_already_keeps_their_own_word(cast: Cast, account: Account) -> None:
    person = make.stakeholder(cast.program, account)
    said: dict[str, Any] = {"stakeholder": person, "since": None, "note": "", "by": None}
    row = know(user=cast.marketer, strength=4, **said)
    own = know(user=cast.rep, strength=2, **said)
    assert hand_over_relationship(relationship=row, user=cast.rep, by=cast.rep) == own
    assert Relationship.objects.in_program(cast.program).get().strength == 2

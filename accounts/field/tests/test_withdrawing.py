"""Withdrawn findings, and relationships of people who left."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.actions.accounts import update_account, upsert_accounts
from accounts.field.actions.findings import record_finding, withdraw_finding
from accounts.field.actions.people import hand_over_relationship, set_relationship
from accounts.field.models import CriterionFinding, HeldFact, Relationship
from accounts.field.queries.panels import field_of
from accounts.field.queries.refuted import refuted
from accounts.field.rules import Checked, Past, facts_restored
from accounts.models import Account
from alignment.core.models import AuditEntry
from alignment.workspace.tests.pages import address, lines, text
from tests import cast as make
from tests.cast import Cast
from tests.threads import beside, until_somebody_waits

EMPLOYEES = ("employees_low", "employees_high")
CHECKED = Checked("employees", "Employees: 200", EMPLOYEES, EMPLOYEES, EMPLOYEES)
START = datetime(2026, 3, 2, tzinfo=UTC)
facts = st.dictionaries(st.sampled_from("abc"), st.sampled_from([None, 1, 2]))
# The steps on one fact: a finding, an edit, or the withdrawal of a finding.
steps = st.lists(
    st.tuples(st.sampled_from(["find", "edit"]), st.sampled_from([None, 1, 2, 3]))
    | st.tuples(st.just("withdraw"), st.integers(0, 3)),
    max_size=14,
)


@given(facts, facts, facts)
def test_only_what_still_stands_is_restored(before: dict, after: dict, now: dict) -> None:
    found = Past(before, after, START, None)
    restored = facts_restored(found, earlier=[], later=[], now=now)
    for name, value in restored.items():
        assert value == before[name] != after[name] == now.get(name)
    untouched = set(after) & set(before) - set(restored)
    assert all(before[n] == after[n] or now.get(n) != after[n] for n in untouched)
    assert facts_restored(found, earlier=[], later=[found], now=now) == {}


class Story:
    """One fact and its findings, according to the rules."""

    def __init__(self) -> None:
        self.value: Any = 0
        self.past: list[Past] = []
        self.now = START

    def do(self, what: str, value: Any) -> None:
        self.now += timedelta(minutes=1)
        if what == "find":
            self.past.append(Past({"n": self.value}, {"n": value}, self.now, None))
            self.value = value
        elif what == "edit":
            self.value = value
        elif value < len(self.past) and self.past[value].withdrawn_at is None:
            self.withdraw(value)

    def withdraw(self, at: int) -> None:
        found = self.past[at] = replace(self.past[at], withdrawn_at=self.now)
        earlier, later = self.past[:at][::-1], self.past[at + 1 :][::-1]
        rest = facts_restored(found, earlier=earlier, later=later, now={"n": self.value})
        self.value = rest.get("n", self.value)


@given(steps)
def test_without_edits_the_newest_finding_that_stands_is_right(done: list) -> None:
    story = Story()
    for what, value in done:
        if what != "edit":
            story.do(what, value)
        standing = [past.after["n"] for past in story.past if past.withdrawn_at is None]
        assert story.value == (standing[-1] if standing else 0)


@given(steps, st.permutations(range(4)))
def test_an_edit_that_nothing_was_built_on_outlives_every_withdrawal(
    done: list, order: list
) -> None:
    story = Story()
    for what, value in [*done, ("edit", 9), *(("withdraw", at) for at in order)]:
        story.do(what, value)
    assert story.value == 9


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
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_findings_are_withdrawn_in_any_order(
    cast: Cast, account: Account, order: tuple[int, ...]
) -> None:
    numbers = [80, 70, 60]
    rows = [
        found(account, cast.rep, values={"employees_low": n, "employees_high": n}) for n in numbers
    ]
    standing = {0, 1, 2}
    for index in order:
        withdraw_finding(finding=rows[index], by=cast.rep)
        standing.discard(index)
        account.refresh_from_db()
        wanted = numbers[max(standing)] if standing else 900
        assert (account.employees_low, account.employees_high) == (wanted, wanted)
        held = HeldFact.objects.in_program(cast.program).values_list("finding", flat=True)
        assert set(held) == ({rows[max(standing)].pk} if standing else set())
    # What the list says now counts as its own, although a withdrawn finding said the same.
    listed(cast, account, 80)
    again = found(account, cast.rep)
    withdraw_finding(finding=again, by=cast.rep)
    account.refresh_from_db()
    assert account.employees_low == 80


@pytest.mark.django_db
def test_another_criterion_that_rests_on_the_fact_holds_it(cast: Cast, account: Account) -> None:
    first = found(account, cast.rep, values={"employees_low": 80, "employees_high": 80})
    other = Checked("size", "Employees: 50 or more", EMPLOYEES, EMPLOYEES, EMPLOYEES)
    said: Any = {"outcome": "confirmed", "seen": "Seen", "values": None, "by": cast.rep}
    second = record_finding(account=account, checked=other, **said)
    withdraw_finding(finding=first, by=cast.rep)
    account.refresh_from_db()
    assert account.employees_low == 80
    assert listed(cast, account, 5).employees_low == 80
    withdraw_finding(finding=second, by=cast.rep)
    account.refresh_from_db()
    assert account.employees_low == 900


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
    row = set_relationship(stakeholder=person, user=cast.marketer, strength=4, **said)
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
    row = set_relationship(user=cast.marketer, strength=4, **said)
    own = set_relationship(user=cast.rep, strength=2, **said)
    assert hand_over_relationship(relationship=row, user=cast.rep, by=cast.rep) == own
    assert Relationship.objects.in_program(cast.program).get().strength == 2


@pytest.mark.django_db(transaction=True)
def test_who_takes_over_what_they_record_at_that_moment_keeps_their_own(cast: Cast) -> None:
    person = make.stakeholder(cast.program)
    left = set_relationship(stakeholder=person, user=cast.sales_manager, strength=2, by=None)
    with transaction.atomic():
        own = set_relationship(stakeholder=person, user=cast.rep, strength=4, by=cast.rep)
        work = beside(lambda: hand_over_relationship(relationship=left, user=cast.rep, by=None))
        until_somebody_waits(unless=work)
    assert work.end() == []
    assert Relationship.objects.in_program(cast.program).get() == own

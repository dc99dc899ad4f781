"""Findings change facts, and what sales saw outranks a list."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.actions.accounts import update_account, upsert_accounts
from accounts.field.actions.findings import record_finding
from accounts.field.models import Competitor, CriterionFinding, HeldFact
from accounts.field.queries.refuted import refuted
from accounts.field.rules import Checked
from accounts.models import Account, AccountChange
from accounts.rules.facts import FactsRejected
from alignment.core.models import AuditEntry
from tests import cast as play
from tests.cast import Cast

pytestmark = pytest.mark.django_db

SIZE = Checked("employees", "Employees: 50 to 500", *[("employees_low", "employees_high")] * 3)
EXACTLY_90 = {"employees_low": 90, "employees_high": 90}
TRADE = Checked("industry", "Software", ("naics",), ("naics", "industry"), ("naics", "industry"))


def found(account: Account, who: Any, outcome: str = "refuted", **given: Any) -> CriterionFinding:
    given = {"checked": SIZE, "seen": "Asked the office manager", "values": None, **given}
    return record_finding(account=account, outcome=outcome, by=who, **given)


def listed(cast: Cast, source: str = "zoom.csv", **facts: Any) -> Account:
    rows: Any = [{"name": "Acme", "domain": "acme.example", **facts}]
    (row,) = upsert_accounts(program=cast.program, rows=rows, by=None, source=source)
    assert row.id, row.errors
    return Account.objects.in_program(cast.program).get(pk=row.id)


def test_a_value_is_written_and_judged_again(cast: Cast) -> None:
    account = listed(cast, employees_low=1000, employees_high=5000)
    AccountChange.objects.in_program(cast.program).delete()
    finding = found(account, cast.rep, values=EXACTLY_90)
    account.refresh_from_db()
    assert (account.employees_low, account.employees_high) == (90, 90)
    assert AccountChange.objects.in_program(cast.program).filter(account=account).exists()
    assert finding.before == {"employees_low": 1000, "employees_high": 5000}
    assert finding.after == EXACTLY_90
    assert (finding.by, finding.words, finding.criterion) == (cast.rep, SIZE.words, "employees")
    entry = AuditEntry.objects.get(action="finding.record")
    assert entry.target_id == finding.pk


def test_what_is_known_refutes_nothing(cast: Cast) -> None:
    account = listed(cast, employees_low=90, employees_high=90)
    with pytest.raises(ValidationError) as refused:
        found(account, cast.rep, values=EXACTLY_90)
    assert list(refused.value.message_dict) == ["value"]
    # A value inside a known range may still refute the criterion.
    wide = listed(cast, employees_low=50, employees_high=500)
    assert found(wide, cast.rep, values=EXACTLY_90).outcome == "refuted"


def test_refuted_without_a_value_is_unknown_and_stays_so(cast: Cast) -> None:
    account = listed(cast, industry="Software publishers")
    assert account.naics
    found(account, cast.rep, checked=TRADE)
    account.refresh_from_db()
    assert account.naics is None
    assert account.industry == ""
    listed(cast, industry="Software publishers", website="https://acme.example/about")
    account.refresh_from_db()
    assert account.naics is None
    assert account.website


def test_lists_do_not_overwrite_what_sales_saw_but_people_do(cast: Cast) -> None:
    account = listed(cast, employees_low=1000, employees_high=5000)
    found(account, cast.rep, values=EXACTLY_90)
    listed(cast, employees_low=2000, employees_high=2000, budget_usd=5)
    account.refresh_from_db()
    assert (account.employees_low, account.budget_usd) == (90, 5)
    facts: Any = {"employees_low": 120, "employees_high": 120}
    update_account(account=account, facts=facts, by=cast.marketer)
    assert account.employees_low == 120


def test_a_list_writes_again_nothing_that_was_confirmed(cast: Cast) -> None:
    account = listed(cast, employees_low=100, employees_high=100)
    found(account, cast.rep, "confirmed")
    found(account, cast.rep, "confirmed", seen="Once more")
    assert HeldFact.objects.in_program(cast.program).count() == 2
    listed(cast, employees_low=2000, employees_high=2000)
    account.refresh_from_db()
    assert account.employees_low == 100


def test_who_confirms_keeps_the_value(cast: Cast) -> None:
    account = listed(cast, employees_low=1355, employees_high=1355)
    twelve = {"employees_low": 12, "employees_high": 12}
    with pytest.raises(ValidationError) as refused:
        found(account, cast.rep, "confirmed", values=twelve)
    text = "You confirm 1,355, but wrote 12: choose Refuted if it is different."
    assert refused.value.message_dict == {"value": [text]}
    same = {"employees_low": 1355, "employees_high": 1355}
    finding = found(account, cast.rep, "confirmed", values=same)
    assert finding.before == finding.after == same
    refuting = found(account, cast.rep, "refuted", values=twelve)
    assert refuting.listed_by == "zoom.csv"


def test_a_value_inside_the_known_range_narrows_it(cast: Cast) -> None:
    account = listed(cast, employees_low=180, employees_high=5000)
    found(account, cast.rep, "confirmed", values={"employees_low": 1000, "employees_high": None})
    account.refresh_from_db()
    assert (account.employees_low, account.employees_high) == (1000, 5000)
    with pytest.raises(ValidationError, match="wrote 90"):
        found(account, cast.rep, "confirmed", values=EXACTLY_90)
    # The list's claim is refuted, not the narrower confirmation of it.
    assert found(account, cast.rep, values=EXACTLY_90).listed_by == "zoom.csv"
    assert found(account, cast.rep).listed_by == "edit"


def test_confirming_a_state_adds_a_city(cast: Cast) -> None:
    place = ("state", "city", "zip")
    where = Checked("metros", "Texas", place, ("state",), place)
    account = listed(cast, state="TX")
    found(account, cast.rep, "confirmed", checked=where, values={"city": "Dallas", "state": None})
    account.refresh_from_db()
    assert (account.city, account.state) == ("Dallas", "TX")
    with pytest.raises(ValidationError, match=r"confirm Dallas, Texas, but wrote Austin\b"):
        found(account, cast.rep, "confirmed", checked=where, values={"city": "Austin"})


def test_what_may_not_be_said(cast: Cast) -> None:
    account = listed(cast)
    cases: list[tuple[str, dict[str, Any], str]] = [
        ("confirmed", {}, "outcome"),
        ("filled", {}, "value"),
        ("filled", {"values": EXACTLY_90, "seen": "  "}, "seen"),
        ("filled", {"values": {"budget_usd": 3}}, "value"),
        ("guessed", {}, "outcome"),
    ]
    for outcome, given, field in cases:
        with pytest.raises(ValidationError) as refused:
            found(account, cast.rep, outcome, **given)
        assert list(refused.value.message_dict) == [field]
    with pytest.raises(FactsRejected):
        found(account, cast.rep, "filled", values={"employees_low": 9, "employees_high": 1})
    assert not CriterionFinding.objects.in_program(cast.program).exists()
    assert not HeldFact.objects.in_program(cast.program).exists()


def test_an_upsert_asks_once_whatever_is_held(cast: Cast) -> None:
    def statements(count: int) -> int:
        rows: Any = [{"name": f"N{n}", "domain": f"n{n}.example"} for n in range(count)]
        upsert_accounts(program=cast.program, rows=rows, by=None, source="a")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            upsert_accounts(program=cast.program, rows=rows, by=None, source="a")
        return sum("field_heldfact" in query["sql"] for query in seen)

    assert statements(1) == statements(3) == 1
    found(listed(cast, employees_low=1, employees_high=1), cast.rep)
    assert statements(3) == 1


def test_refuted_counts_accounts_by_criterion_source_and_list(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    account = listed(cast, employees_low=1000, employees_high=5000)
    listed(cast, source="linked.csv", employees_low=3000, employees_high=5000)
    found(account, cast.rep)
    found(account, cast.rep, "filled", values=EXACTLY_90)
    found(account, cast.rep, values={"employees_low": 80, "employees_high": 80})
    other = play.account(cast.program, naics="5112")
    found(other, cast.rep, checked=TRADE)
    found(play.account(cast.other_program, naics="5112"), cast.stranger, checked=TRADE)
    with django_assert_num_queries(5):
        page = refuted(cast.program, {})
    counts = {by: [(g.key, g.accounts) for g in groups] for by, groups in page.groups.items()}
    assert page.total == 2
    assert counts["criterion"] == [("employees", 1), ("industry", 1)]
    assert counts["source"] == [("test", 1), ("zoom.csv", 1)]
    # The first refutation was of the second list's claim, the next of sales' own.
    assert dict(counts["list"])["linked.csv"] == 1
    assert [row.account for row in page.rows] == [other, account, account]
    narrowed = refuted(cast.program, {"criterion": "industry", "source": "test"})
    assert [row.account for row in narrowed.rows] == [other]


def test_the_database_keeps_programs_apart(cast: Cast) -> None:
    theirs = play.account(cast.other_program)
    with transaction.atomic():
        Competitor.objects.create(program=cast.program, account=theirs, name="Rival", strength=3)
        with pytest.raises(IntegrityError, match="same_program"):
            connection.check_constraints()
        transaction.set_rollback(True)

"""A merged company stays merged when it is named by its former keys."""

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from accounts.actions.accounts import add_account, update_account, upsert_accounts
from accounts.actions.stakeholders import upsert_stakeholders
from accounts.duplicates.actions.merging import merge
from accounts.duplicates.models import Merge
from accounts.intent.actions.reports import SurgeIn, report_surges
from accounts.intent.models import Surge
from accounts.intent.queries.finding import Company
from accounts.models import Account, AccountAlias
from accounts.queries.finding import account_of_domain
from accounts.rules.facts import FactsRejected
from tests import cast as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
GONE = "acme-robotics.example"


@pytest.fixture
def acme(cast: Cast) -> Account:
    """Acme, into which Acme Robotics of Boston was merged."""
    stays = make.account(cast.program, "Acme", domain="acme.example", external_id="crm-1")
    goes = make.account(
        cast.program, "Acme Robotics", domain=GONE, external_id="crm-7", city="Boston", state="MA"
    )
    merge(survivor=stays, gone=goes, take=(), by=cast.rep)
    stays.refresh_from_db()
    return stays


def upsert(cast: Cast, *rows: Any, **how: Any) -> list[Any]:
    return upsert_accounts(program=cast.program, rows=list(rows), by=None, source="list", **how)


def keys(account: Account) -> set[tuple[str, str]]:
    rows = AccountAlias.objects.in_program(account.program_id).filter(account=account)
    return set(rows.values_list("kind", "value"))


def only(cast: Cast) -> Account:
    return Account.objects.in_program(cast.program).get()


@pytest.mark.parametrize("key", [{"domain": GONE}, {"external_id": "crm-7"}])
def test_a_list_that_still_has_it_means_the_survivor(
    cast: Cast, acme: Account, key: dict[str, str]
) -> None:
    assert keys(acme) == {("domain", GONE), ("external_id", "crm-7")}
    row = {"name": "Acme Robotics", "employees_low": 5, "employees_high": 9} | key
    for dry_run in (True, False):
        (result,) = upsert(cast, row, dry_run=dry_run)
        assert (result.id, result.outcome, result.errors) == (acme.pk, "updated", [])
    found = only(cast)
    assert (found.name, found.domain, found.external_id) == ("Acme", "acme.example", "crm-1")
    # Unknown facts are taken; known ones stay, because the person who merged chose them.
    assert found.employees_high == 9
    (result,) = upsert(cast, row | {"employees_low": 100, "employees_high": 200})
    assert (result.id, result.outcome) == (acme.pk, "unchanged")


def test_named_by_its_own_domain_as_well_all_of_the_row_counts(cast: Cast, acme: Account) -> None:
    row = {"domain": "acme.example", "external_id": "crm-7", "name": "Acme Inc"}
    (result,) = upsert(cast, row)
    assert (result.id, result.errors) == (acme.pk, [])
    assert (only(cast).name, only(cast).external_id) == ("Acme Inc", "crm-1")


def test_a_domain_that_was_replaced_in_the_merge_is_kept_too(cast: Cast) -> None:
    stays = make.account(cast.program, "Acme", domain="old.example")
    goes = make.account(cast.program, "Acme Robotics", domain=GONE)
    merge(survivor=stays, gone=goes, take=["domain"], by=cast.rep)
    stays.refresh_from_db()
    assert stays.domain == GONE
    assert keys(stays) == {("domain", "old.example")}
    assert [each.id for each in upsert(cast, {"domain": "old.example"}, {"domain": GONE})] == [
        stays.pk,
        stays.pk,
    ]


def test_merges_follow_merges(cast: Cast, acme: Account) -> None:
    last = make.account(cast.program, "Globex", domain="globex.example")
    merge(survivor=last, gone=acme, take=(), by=cast.rep)
    assert keys(last) == {
        ("domain", GONE),
        ("domain", "acme.example"),
        ("external_id", "crm-7"),
        ("external_id", "crm-1"),
    }
    assert upsert(cast, {"domain": GONE})[0].id == last.pk


def test_an_address_of_the_old_domain_is_of_somebody_at_the_survivor(
    cast: Cast, acme: Account
) -> None:
    rows: list[Any] = [
        {"emails": [f"dana@{GONE}"], "last_name": "Field"},
        {"emails": ["kim@free.example"], "account_domain": GONE},
        {"emails": ["lee@free.example"], "account_external_id": "crm-7"},
    ]
    results = upsert_stakeholders(program=cast.program, rows=rows, by=None, source="list")
    assert [result.errors for result in results] == [[], [], []]
    assert acme.stakeholders.count() == 3
    assert only(cast) == acme


def test_a_surge_of_the_old_domain_is_the_survivors(cast: Cast, acme: Account) -> None:
    row = SurgeIn(Company(domain=GONE), "provider", "robots", date(2026, 1, 5), 60)
    (result,) = report_surges(program=cast.program, rows=[row], by=None)
    assert result.errors == []
    assert Surge.objects.in_program(cast.program).get().account == acme
    assert account_of_domain(cast.program, GONE.upper()) == acme.pk
    assert account_of_domain(cast.program, "nobody.example") is None


def test_nobody_takes_the_old_domain_by_hand(cast: Cast, acme: Account) -> None:
    added = add_account(program=cast.program, facts={"domain": GONE}, by=cast.rep, source="page")
    assert (added.id, added.outcome) == (acme.pk, "unchanged")
    other = make.account(cast.program, "Globex")
    with pytest.raises(FactsRejected):
        update_account(account=other, facts={"domain": GONE}, by=cast.rep)
    # The survivor itself may take the key.
    assert update_account(account=acme, facts={"domain": GONE}, by=cast.rep).domain == GONE


def test_a_deleted_alias_lets_the_company_come_back(cast: Cast, acme: Account) -> None:
    AccountAlias.objects.in_program(cast.program).filter(account=acme).delete()
    (result,) = upsert(cast, {"domain": GONE, "name": "Acme Robotics"})
    assert (result.outcome, result.id == acme.pk) == ("created", False)


def test_another_program_knows_nothing_of_it(cast: Cast, acme: Account) -> None:
    row: Any = {"domain": GONE}
    (result,) = upsert_accounts(program=cast.other_program, rows=[row], by=None, source="list")
    assert result.outcome == "created"
    assert account_of_domain(cast.other_program, GONE) == result.id


def test_merges_from_before_are_remembered(cast: Cast, acme: Account) -> None:
    AccountAlias.objects.across_programs().delete()
    row = Merge.objects.in_program(cast.program).get()
    # Another account has taken the external id meanwhile, so it does not become the survivor's.
    make.account(cast.program, "Newcomer", external_id="crm-7")
    migration = import_module("accounts.duplicates.migrations.0003_keys_of_merged_accounts")
    with connection.cursor() as cursor:
        cursor.execute(migration.REMEMBER)
        cursor.execute(migration.REMEMBER)
    assert keys(row.survivor) == {("domain", GONE)}

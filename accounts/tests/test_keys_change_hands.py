"""Keys that move from one company or person to another, and people who would be left without
any."""

import pytest

from accounts.actions.accounts import upsert_accounts
from accounts.actions.contacts import change_contacts
from accounts.actions.stakeholders import update_stakeholder, upsert_stakeholders
from accounts.models import Account, Stakeholder
from accounts.rules.facts import AccountFacts
from tests.cast import Cast
from tests.threads import attempt

pytestmark = pytest.mark.django_db


def entered(cast: Cast, *rows: AccountFacts) -> list[str]:
    results = upsert_accounts(program=cast.program, by=None, source="s", rows=rows)
    return [result.outcome for result in results]


def test_domains_may_change_hands_within_one_list(cast: Cast) -> None:
    for name, domain in (("x", "d1.com"), ("y", "d2.com")):
        entered(cast, {"external_id": name, "name": f"Company {name}", "domain": domain})
    rows: list[AccountFacts] = [
        {"external_id": "y", "domain": "d3.com"},
        {"external_id": "x", "domain": "d2.com"},
    ]
    assert entered(cast, *rows) == ["updated", "updated"]
    found = Account.objects.in_program(cast.program).filter(external_id__in=["x", "y"])
    assert dict(found.values_list("external_id", "domain")) == {"x": "d2.com", "y": "d3.com"}


def test_names_may_change_hands_within_one_list(cast: Cast) -> None:
    for name in ("x", "y"):
        entered(cast, {"external_id": name, "name": f"Company {name}", "city": "Boston"})
    rows: list[AccountFacts] = [
        {"external_id": "y", "name": "Company z"},
        {"external_id": "x", "name": "Company y"},
    ]
    assert entered(cast, *rows) == ["updated", "updated"]
    found = Account.objects.in_program(cast.program).filter(external_id__in=["x", "y"])
    assert dict(found.values_list("external_id", "name_key")) == {
        "x": "company y",
        "y": "company z",
    }


def test_nobody_is_left_without_a_key(cast: Cast) -> None:
    rows = Stakeholder.objects.in_program(cast.program)
    upsert_stakeholders(
        program=cast.program,
        by=None,
        source="x",
        rows=[{"emails": ["jo@x.example"], "external_id": "7", "first_name": "Jo"}],
    )
    jo = rows.get(external_id="7")
    as_read_before = rows.get(pk=jo.pk)
    update_stakeholder(stakeholder=jo, facts={"external_id": None}, by=cast.owner)
    address = jo.emails.get().pk
    assert attempt(
        lambda: change_contacts(stakeholder=as_read_before, removed_emails=[address], by=cast.owner)
    )
    assert jo.emails.exists()

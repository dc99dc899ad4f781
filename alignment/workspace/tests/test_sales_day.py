"""The daily page of a salesperson: who engaged recently, in which order, and how many."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Account, Lead, Stage
from alignment.workspace.today import sales
from alignment.workspace.today.sales import sales_day
from tests import cast as make
from tests.cast import Cast


def engaged(account: Account, at: datetime, *, people: int = 1) -> list[Lead]:
    """Leads of the account whose last engagement was at that moment."""
    found = []
    for _number in range(people):
        person = make.stakeholder(account.program, account)
        make.lead(account.program, person, owner=account.owner)
        make.engage(person, "website_visit", at=at)
        found.append(Lead.objects.in_program(account.program).get(stakeholder=person))
    return found


def hours_ago(hours: int) -> datetime:
    return timezone.now() - timedelta(hours=hours)


def test_accounts_with_news_come_latest_first_with_how_many_people_engaged(cast: Cast) -> None:
    mine, other = {"owner_id": cast.rep.pk}, {"owner_id": cast.sales_manager.pk}
    quiet, late, early, stale, not_hers = (
        make.account(cast.program, name=name, **owner)
        for name, owner in (
            ("Quiet", mine),
            ("Late", mine),
            ("Early", mine),
            ("Stale", mine),
            ("Not hers", other),
        )
    )
    make.lead(cast.program, make.stakeholder(cast.program, quiet))
    engaged(early, hours_ago(30), people=2)
    engaged(late, hours_ago(2))
    engaged(stale, timezone.now() - sales.FRESH - timedelta(hours=1))
    engaged(not_hers, hours_ago(1))
    shown = sales_day(cast.membership("rep")).accounts
    assert [(each.account.name, each.people) for each in shown] == [("Late", 1), ("Early", 2)]
    assert shown[1].last_at < shown[0].last_at


def test_an_account_of_another_program_has_no_news_here(cast: Cast) -> None:
    theirs = make.account(cast.other_program, name="Theirs")
    engaged(theirs, hours_ago(1))
    # Accounts keep their owner when a person leaves their program.
    Account.objects.in_program(cast.other_program).update(owner=cast.rep)
    assert sales_day(cast.membership("rep")).accounts == []


def test_leads_that_engaged_come_latest_first_and_all_are_counted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sales, "SHOWN", 2)
    account = make.account(cast.program, owner_id=cast.rep.pk)
    leads = [engaged(account, hours_ago(hours))[0] for hours in (9, 3, 6)]
    engaged(account, timezone.now() - sales.FRESH - timedelta(hours=1))
    day = sales_day(cast.membership("rep"))
    assert [lead.pk for lead in day.active_leads] == [leads[1].pk, leads[2].pk]
    assert (day.active_count, day.open_count, day.sql_count) == (3, 4, 0)
    assert {lead.stage for lead in day.active_leads} == {Stage.ENGAGED}

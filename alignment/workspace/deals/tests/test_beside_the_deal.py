"""The page of a deal shows what both teams know of it: what is planned, and what the call said."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account, Lead, Stage
from alignment.scoring.actions.leads import record_validation_call
from alignment.workspace.tests.pages import queries, text
from campaigns.calendar.actions.planning import plan_touch
from campaigns.opportunities.actions.writing import open_opportunity
from tests import cast as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def planned(cast: Cast, account: Account, message: str = "Plant tour", *, in_days: int = 2) -> None:
    at = timezone.now() + timedelta(days=in_days)
    plan_touch(
        program=cast.program,
        account=account,
        people=[make.stakeholder(cast.program, account).pk],
        channel="content",
        starts_at=at,
        ends_at=at + timedelta(hours=1),
        message=message,
        by=cast.marketer,
        who=cast.marketer,
    )


def test_what_is_planned_at_the_account_stands_on_the_deal(cast: Cast) -> None:
    account, other = (make.account(cast.program, name) for name in ("Acme", "Bolt"))
    deal = open_opportunity(account=account, by=cast.rep, name="Rollout")
    planned(cast, account)
    planned(cast, other, "Elsewhere")
    address = f"opportunities/{deal.pk}/"
    shown = text(cast, "rep", address)
    assert "Plant tour" in shown
    assert "Elsewhere" not in shown
    plan = reverse("workspace:touch_plan", args=[cast.program.slug])
    assert f'href="{plan}?account={account.pk}"' in shown
    assert "Plan a touch" not in text(cast, "observer", address)


def test_what_the_validation_call_said_stands_beside_its_lead(cast: Cast) -> None:
    account = make.account(cast.program, "Acme")
    lead = make.lead(cast.program, make.stakeholder(cast.program, account))
    for days, said in ((3, "An old word"), (1, "Budget from January")):
        record_validation_call(
            lead=lead,
            by=cast.rep,
            called_at=timezone.now() - timedelta(days=days),
            outcome="validated",
            note=said,
        )
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(stage=Stage.SQL)
    deal = open_opportunity(account=account, by=cast.rep, name="Rollout", leads=[lead.pk])
    shown = text(cast, "marketer", f"opportunities/{deal.pk}/")
    assert "Budget from January" in shown
    assert "An old word" not in shown


def test_more_touches_need_no_more_statements(cast: Cast) -> None:
    account = make.account(cast.program, "Acme")
    deal = open_opportunity(account=account, by=cast.rep, name="Rollout")
    planned(cast, account)
    first = queries(cast, "rep", f"opportunities/{deal.pk}/")
    planned(cast, account, in_days=5)
    planned(cast, account, in_days=8)
    assert queries(cast, "rep", f"opportunities/{deal.pk}/") == first

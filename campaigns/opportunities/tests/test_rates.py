"""What history knows of amounts when a rate changes."""

from decimal import Decimal
from importlib import import_module

import pytest
from django.db import connection

from campaigns.opportunities.actions.pipeline import set_rate
from campaigns.opportunities.actions.writing import change_opportunity
from campaigns.opportunities.models import OpportunityStep
from tests.cast import Cast

from .test_actions import a_deal, steps

pytestmark = pytest.mark.django_db
KEPT = ("amount_before", "currency_before", "usd_before", "amount_after", "currency_after")


def rate(cast: Cast, usd: str) -> None:
    set_rate(program=cast.program, currency="EUR", usd=Decimal(usd), by=cast.owner)


def test_another_currency_is_a_step_even_if_it_is_worth_the_same(cast: Cast) -> None:
    rate(cast, "1")
    deal = a_deal(cast, amount=Decimal(100))
    change_opportunity(opportunity=deal, by=cast.rep, currency="EUR")
    assert steps(deal) == ["opened", "amount"]
    unknown = a_deal(cast)
    change_opportunity(opportunity=unknown, by=cast.rep, currency="EUR")
    assert steps(unknown) == ["opened"]


def test_steps_of_before_follow_the_next_rate_too(cast: Cast) -> None:
    rate(cast, "1.1")
    deal = a_deal(cast, amount=Decimal(100), currency="EUR")
    change_opportunity(opportunity=deal, by=cast.rep, amount=Decimal(110))
    rows = OpportunityStep.objects.in_program(cast.program).order_by("pk")
    known = list(rows.values_list(*KEPT))
    rows.update(amount_before=None, amount_after=None, currency_before="", currency_after="")
    migration = import_module("campaigns.opportunities.migrations.0003_steps_keep_amounts")
    with connection.cursor() as cursor:
        cursor.execute(migration.FILL)
    assert list(rows.values_list(*KEPT)) == known
    rate(cast, "2")
    dollars = [(step.usd_before, step.usd_after) for step in rows]
    assert dollars == [(None, Decimal(200)), (Decimal(200), Decimal(220))]

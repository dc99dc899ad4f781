"""Money, shares and decimals on French pages have one format everywhere."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from alignment.metrics.results.actions.costs import add_cost
from alignment.metrics.rules import Unit
from alignment.people.models import Side, User
from alignment.workspace.dashboard.words import value_words
from campaigns.opportunities.actions.pipeline import set_rate
from campaigns.opportunities.actions.writing import open_opportunity
from tests import cast as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def plain(text: str) -> str:
    """Replace no-break spaces by plain ones."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


@pytest.fixture
def reader(cast: Cast) -> Client:
    User.objects.filter(pk=cast.rep.pk).update(language="fr")
    return cast.client("rep")


def page(cast: Cast, reader: Client, name: str, *args: object) -> str:
    return plain(reader.get(reverse(f"workspace:{name}", args=[cast.program.slug, *args])).text)


def test_amounts_of_deals_and_rates(cast: Cast, reader: Client) -> None:
    set_rate(program=cast.program, currency="EUR", usd=Decimal("1.0825"), by=cast.owner)
    deal = open_opportunity(
        account=make.account(cast.program),
        by=cast.rep,
        name="Rollout",
        amount=Decimal("12500.50"),
        currency="EUR",
    )
    shown = page(cast, reader, "opportunity", deal.pk)
    assert "12 500,50 €" in shown
    assert "12500" not in shown.replace("12500,5", "")
    assert "1,0825 $" in page(cast, reader, "pipeline")
    assert "20 %" in page(cast, reader, "pipeline")


def test_costs_beside_results(cast: Cast, reader: Client) -> None:
    day = timezone.localdate() - timedelta(days=3)
    add_cost(
        program=cast.program,
        spent_on=day,
        amount_usd=12_500,
        what_for="Stand",
        side=Side.MARKETING,
        by=cast.owner,
    )
    assert "12 500 $" in page(cast, reader, "results")


@pytest.mark.parametrize(
    ("unit", "value", "english", "french"),
    [
        (Unit.DAYS, 1.5, "1.5 days", "1,5 jour"),
        (Unit.DAYS, 1, "1 day", "1 jour"),
        (Unit.DAYS, 1234.5, "1,234.5 days", "1 234,5 jours"),
        (Unit.SHARE, 12.345, "1,234%", "1 234 %"),
        (Unit.DOLLARS, 48_000, "$48K", "48 k$"),
        (Unit.COUNT, 1234, "1,234", "1 234"),
        (Unit.SECONDS, 86_400 * 1234, "1,234 d", "1 234 j"),
    ],
)
def test_numbers_of_the_dashboard(unit: Unit, value: float, english: str, french: str) -> None:
    for language, expected in (("en", english), ("fr", french)):
        with translation.override(language):
            assert plain(value_words(unit, value)) == expected

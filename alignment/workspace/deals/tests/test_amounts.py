"""Amounts as typed: with cents, in either language."""

from decimal import Decimal
from typing import Any

import pytest
from django.forms import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from alignment.workspace.amounts import MoneyField
from campaigns.opportunities.models import OpportunityStep
from tests.cast import Cast

from .test_pages import at, deal

cents = st.decimals(0, 10**12, places=2)


@pytest.mark.parametrize(
    ("language", "text", "amount"),
    [
        ("en", "150,000.75", "150000.75"),
        ("fr", "150 000,50", "150000.50"),
        ("fr", "150\u202f000,50", "150000.50"),
        ("en", "150 000,50", "150000.50"),
        ("en", "0.4", "0.40"),
        ("en", "$1.5M", "1500000"),
        ("fr", "1,5M", "1500000"),
        ("en", "2,000", "2000"),
    ],
)
def test_an_amount_is_read_exactly(language: str, text: str, amount: str) -> None:
    with translation.override(language):
        assert MoneyField().clean(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["abc", "-3", "10M-50M", "5M+", "0.005", "1e30"])
def test_what_is_no_amount_is_told_of_amounts_alone(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        MoneyField().clean(text)
    assert "range" not in refused.value.messages[0]
    assert "one amount" in refused.value.messages[0]


@pytest.mark.parametrize("language", ["en", "fr"])
@given(amount=cents)
def test_what_is_shown_is_read_back(language: str, amount: Decimal) -> None:
    field = MoneyField()
    with translation.override(language):
        assert field.clean(field.prepare_value(amount)) == amount


def sent(**said: Any) -> dict[str, Any]:
    return {"name": "Rollout", "currency": "USD", "close_on": "", "owner": "", "source": ""} | said


@pytest.mark.django_db
def test_the_form_keeps_cents(cast: Cast) -> None:
    row = deal(cast, amount=Decimal("139499.55"))
    url, client = at(cast, "opportunity_edit", row.pk), cast.client("rep")
    shown = client.get(url).context["form"]["amount"].value()
    assert shown == "139499.55"
    assert client.post(url, sent(amount=shown, next_step="Call")).status_code == 302
    row.refresh_from_db()
    assert (row.amount, row.next_step) == (Decimal("139499.55"), "Call")
    steps = OpportunityStep.objects.in_program(cast.program).filter(opportunity=row)
    assert not steps.filter(kind=OpportunityStep.Kind.AMOUNT).exists()
    page = client.get(at(cast, "opportunity", row.pk)).content.decode()
    assert "$139,499.55" in page


@pytest.mark.django_db
def test_another_currency_in_the_amount_is_asked_about(cast: Cast) -> None:
    row = deal(cast)
    url, client = at(cast, "opportunity_edit", row.pk), cast.client("rep")
    reply = client.post(url, sent(amount="€2,000"))
    assert reply.status_code == 422
    assert "EUR" in reply.context["form"].errors["amount"][0]
    assert client.post(url, sent(amount="$2,000")).status_code == 302


@pytest.mark.django_db
def test_an_amount_that_no_deal_comes_near_is_asked_about_once(cast: Cast) -> None:
    for amount in (20_000, 45_000, 80_000, 60_000):
        deal(cast, amount=Decimal(amount))
    changed, client = deal(cast, amount=Decimal(30_000)), cast.client("rep")
    page = at(cast, "opportunity_edit", changed.pk)
    body = sent(amount="1,000,000,000", **{"initial-amount": "30,000", "initial-currency": "USD"})
    # Four other deals are too few to call an amount unusual.
    assert client.post(page, body).status_code == 302
    changed.refresh_from_db()
    assert changed.amount == 10**9
    other = deal(cast, amount=Decimal(70_000))
    page = at(cast, "opportunity_edit", other.pk)
    body |= {"initial-amount": "70,000", "amount": "10,000,000,001"}
    asked = client.post(page, body)
    assert asked.status_code == 422
    assert "more than ten times your largest deal, $1,000,000,000" in asked.content.decode()
    other.refresh_from_db()
    assert other.amount == 70_000
    sure = asked.context["form"].data["sure_of"]
    # The confirmation covers only that amount, not the next one.
    assert (
        client.post(page, body | {"amount": "20,000,000,001", "sure_of": sure}).status_code == 422
    )
    assert client.post(page, body | {"sure_of": sure}).status_code == 302
    other.refresh_from_db()
    assert other.amount == 10_000_000_001
    # Changing another field does not ask again.
    kept = {"amount": "10,000,000,001", "initial-amount": "10,000,000,001", "next_step": "Call"}
    assert client.post(page, body | kept).status_code == 302
    other.refresh_from_db()
    assert other.next_step == "Call"


@pytest.mark.django_db
def test_a_new_deal_is_asked_about_too(cast: Cast) -> None:
    for _number in range(5):
        account = deal(cast, amount=Decimal(40_000)).account
    page, client = at(cast, "opportunity_new", account.pk), cast.client("rep")
    asked = client.post(page, sent(amount="48,000,000"))
    assert asked.status_code == 422
    assert "Save again if it is right" in asked.content.decode()
    assert 'name="sure_of" value="48000000 USD"' in asked.content.decode()
    assert client.post(page, sent(amount="400,000")).status_code == 302

"""Shipped signal names are shown in the reader's language; a program's own names don't change."""

from django.utils.translation import override

from accounts.rules.signals import DEFAULT_SIGNALS, shown_name


def test_each_shipped_name_has_a_french_one() -> None:
    with override("fr"):
        same = [
            each.name for each in DEFAULT_SIGNALS if shown_name(each.code, each.name) == each.name
        ]
    assert same == []


def test_a_name_of_the_programs_own_stays() -> None:
    with override("fr"):
        assert shown_name("pricing_page_view", "Prices read") == "Prices read"
        # "Call answered" is another signal's shipped name, and a text of the product.
        assert shown_name("our_calls", "Call answered") == "Call answered"

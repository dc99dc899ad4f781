"""Form fields for numbers as typed: 500, 1,450, 36.9 million, $1.2B, 50-200."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext

from alignment.core.figures import decimal_comma
from alignment.reference.numbers import (
    NotANumber,
    Whole,
    currency_of,
    parse_interval,
    parse_number,
    whole,
)

LARGEST = 10**15


class RangeField(forms.Field):
    """A range; an open end and an unknown value are None. Money is in whole US dollars."""

    def __init__(self, *, money: bool = False, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})
        self.money = money

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Whole):
            return value
        text, comma = str(value or "").strip(), decimal_comma()
        named = currency_of(text) if self.money else None
        if named and named != "USD":
            said = gettext("This is in %(currency)s. Write it in US dollars.")
            raise forms.ValidationError(said % {"currency": named})
        try:
            interval = parse_interval(text, decimal_comma=comma, counting=not self.money)
            found = whole(interval) if interval else Whole(None, None)
            if self.money and interval and found != tuple(interval):
                raise forms.ValidationError(gettext("Write whole dollars, without cents."))
        except NotANumber as error:
            raise forms.ValidationError(self._hint()) from error
        if any(end is not None and not 0 <= end <= LARGEST for end in found):
            raise forms.ValidationError(self._hint())
        return found

    def prepare_value(self, value: Any) -> Any:
        """The range formatted so that saving it again changes nothing."""
        if not isinstance(value, Whole):
            return value
        return _written(value, self.money)

    def _hint(self) -> str:
        if self.money:
            return gettext("Write an amount or a range: $36.9M, 10M-50M, 5M+.")
        return gettext("Write a number or a range: 500, 50-200, 1000+.")


class AmountField(RangeField):
    """One number, or None."""

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, int):
            return value
        found = super().to_python(value)
        if found.low != found.high:
            raise forms.ValidationError(gettext("Write one number, such as 500 or 10M."))
        return found.low

    def prepare_value(self, value: Any) -> Any:
        return _number(value, self.money) if isinstance(value, int) else value

    def _hint(self) -> str:
        if self.money:
            return gettext("Write one amount of 0 or more, such as 500 or 10M.")
        return gettext("Write one number of 0 or more, such as 500 or 1,450.")


class MoneyField(forms.Field):
    """An amount in any currency, with cents, or None. More decimals are an error, not rounded."""

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            found = parse_number(str(value).strip(), decimal_comma=decimal_comma())
        except NotANumber as error:
            raise forms.ValidationError(_no_amount()) from error
        if found is None:
            return None
        if not 0 <= found <= LARGEST or found * 100 % 1:
            raise forms.ValidationError(_no_amount())
        return found

    def prepare_value(self, value: Any) -> Any:
        """The amount formatted so that saving it again changes nothing."""
        if not isinstance(value, Decimal):
            return value
        if value == int(value):
            return _number(int(value), money=True)
        digits = f"{value:.2f}"
        return digits.replace(".", ",") if decimal_comma() else digits


def _no_amount() -> str:
    return gettext("Write one amount of 0 or more, to the cent: 48,000, 1,250.50 or 1.5M.")


def _written(value: Whole, money: bool) -> str:
    low, high = ("" if end is None else _number(end, money) for end in value)
    # In "1-12K" both ends are read as thousands, so a suffix on one end alone would change the
    # other.
    if low and high and low.isdigit() != high.isdigit():
        low, high = str(value.low), str(value.high)
    if not high:
        return f"{low}+" if low else ""
    if not low:
        return f"< {high}"
    return low if low == high else f"{low}-{high}"


def _number(number: int, money: bool) -> str:
    """Abbreviated only if no digit is lost: 36900000 becomes 36.9M, or 36,9M."""
    for size, letter in ((10**9, "B"), (10**6, "M"), (10**3, "K")) if money else ():
        if number >= size and number * 100 % size == 0:
            digits = f"{number / size:.2f}".rstrip("0").rstrip(".")
            return (digits.replace(".", ",") if decimal_comma() else digits) + letter
    return str(number)

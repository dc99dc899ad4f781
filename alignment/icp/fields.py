"""Fields of criteria: amounts as people write them, codes from a picker, priorities of places."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alignment.core.figures import decimal_comma, whole
from alignment.reference.numbers import NotANumber, parse_number

LARGEST_AMOUNT = 10**15
PRIORITY = "priority_"
PRIORITY_NUMBERS = ("1", "2", "3")


class AmountField(forms.CharField):
    """A whole number as people write it in their language: 500, 1,450, 20M, $1.2B."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "amount": gettext_lazy("Write a number, such as 500, 1,450 or 20M."),
        "whole": gettext_lazy("Write a whole number."),
    }

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        try:
            number = parse_number(text or "", decimal_comma=decimal_comma(), counting=True)
        except NotANumber as error:
            raise ValidationError(self.error_messages["amount"]) from error
        if number is None and text:
            raise ValidationError(self.error_messages["amount"])
        if number is None:
            return None
        if number != int(number):
            raise ValidationError(self.error_messages["whole"])
        if not 0 <= number <= LARGEST_AMOUNT:
            raise ValidationError(self.error_messages["amount"])
        return int(number)

    def prepare_value(self, value: Any) -> Any:
        return whole(value) if isinstance(value, int) else value


class CodesField(forms.MultipleChoiceField):
    def valid_value(self, value: str) -> bool:
        return len(value) <= 10


def ranks_in(data: Any) -> dict[str, Any]:
    """Place -> priority, as a form sends them."""
    return {key[len(PRIORITY) :]: data[key] for key in data if key.startswith(PRIORITY)}


class PrioritiesInput(forms.Widget):
    """A small select beside each place: `priority_TX=2`."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any]:
        return ranks_in(data)


class PrioritiesField(forms.Field):
    """Place -> priority; the default priority 1 is left out."""

    def clean(self, value: Any) -> dict[str, int]:
        if any(number not in PRIORITY_NUMBERS for number in value.values()):
            raise ValidationError(_("A priority is 1, 2 or 3."))
        return {place: int(number) for place, number in value.items() if number != "1"}

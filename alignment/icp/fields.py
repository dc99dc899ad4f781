"""Fields of criteria: amounts as people write them, codes from a picker, priorities of places."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

AMOUNT = re.compile(
    r"\$?\s*(\d[\d,. \u00a0\u202f]*)\s*([kmb]|thousand|million|billion)?", re.IGNORECASE
)
SIZES = {"k": 10**3, "t": 10**3, "m": 10**6, "b": 10**9}
LARGEST_AMOUNT = 10**15
PRIORITY = "priority_"
PRIORITY_NUMBERS = ("1", "2", "3")


class AmountField(forms.CharField):
    """A whole number as people write it: 500, 1,450, 20M, $1.2B."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "amount": gettext_lazy("Write a number, such as 500, 1,450 or 20M.")
    }

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        match = AMOUNT.fullmatch(text.strip())
        if match is None:
            raise ValidationError(self.error_messages["amount"])
        size = SIZES[match[2][0].lower()] if match[2] else 1
        number = int(_decimal(match[1], scaled=size > 1) * size)
        if number > LARGEST_AMOUNT:
            raise ValidationError(self.error_messages["amount"])
        return number

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}" if isinstance(value, int) else value


def _decimal(digits: str, *, scaled: bool) -> Decimal:
    """Separators group thousands, except a last one before one or two digits of "1.2B"."""
    plain = re.sub(r"[ \u00a0\u202f]", "", digits).rstrip(".,")
    whole, point, part = plain.rpartition("." if "." in plain else ",")
    if point and scaled and len(part) < 3:
        return Decimal(f"{re.sub('[.,]', '', whole)}.{part}")
    return Decimal(re.sub("[.,]", "", plain))


class CodesField(forms.MultipleChoiceField):
    def valid_value(self, value: str) -> bool:
        return len(value) <= 10


def ranks_in(data: Any) -> dict[str, Any]:
    """Place -> priority, as a form sends them."""
    return {key[len(PRIORITY) :]: data[key] for key in data if key.startswith(PRIORITY)}


class PrioritiesInput(forms.Widget):
    """One small list beside each place: `priority_TX=2`."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any]:
        return ranks_in(data)


class PrioritiesField(forms.Field):
    """Place -> priority; the first, which a place has by itself, is left out."""

    def clean(self, value: Any) -> dict[str, int]:
        if any(number not in PRIORITY_NUMBERS for number in value.values()):
            raise ValidationError(_("A priority is 1, 2 or 3."))
        return {place: int(number) for place, number in value.items() if number != "1"}

"""What a form says of a text that is too long or a number out of bounds.

Django's own messages show the limit without thousands separators and speak of "values".
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core import validators
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop

from alignment.core import figures


class Limit:
    """A validator's message. Forms and the API fill it in with `%`."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __mod__(self, params: dict[str, Any]) -> str:
        shown = {name: _shown(params[name]) for name in ("limit_value", "show_value")}
        return gettext(self.text) % shown

    def __str__(self) -> str:
        return gettext(self.text)


def _shown(value: Any) -> str:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return figures.number(value, 2)
    return str(date_format(value)) if isinstance(value, date) else str(value)


def say_limits() -> None:
    """Replace the messages of Django's validators with these."""
    words: dict[type[validators.BaseValidator], str] = {
        validators.MaxLengthValidator: gettext_noop(
            "Too long: at most %(limit_value)s characters fit (it has %(show_value)s)."
        ),
        validators.MinLengthValidator: gettext_noop(
            "Too short: write %(limit_value)s characters or more (it has %(show_value)s)."
        ),
        validators.MaxValueValidator: gettext_noop("At most %(limit_value)s."),
        validators.MinValueValidator: gettext_noop("At least %(limit_value)s."),
    }
    for validator, text in words.items():
        message: Any = Limit(text)
        validator.message = message

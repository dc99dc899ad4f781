"""Names that people type: something must be seen of them, and nothing unseen tells two apart."""

from __future__ import annotations

from typing import Any
from unicodedata import category

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SPACES = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
# Takes no room, or looks like a space. Inside a name they may join letters or emoji, and stay.
ZERO_WIDTH = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c"
    "\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u2800\u3164\ufeff\uffa0"
)
_UNSEEN = frozenset(SPACES + ZERO_WIDTH)


def trimmed(text: str) -> str:
    """Without spaces and zero-width characters at the ends."""
    return text.strip(SPACES + ZERO_WIDTH)


def is_visible(text: str) -> bool:
    """Whether a reader sees any character of it."""
    return any(char not in _UNSEEN and category(char)[0] not in "CZM" for char in text)


def named(text: str, *, field: str = "name") -> str:
    """The trimmed name. Raises `ValidationError` for `field` if nothing is seen of it; an empty one
    is left to whoever demands names.
    """
    if text.strip() and not is_visible(text):
        raise ValidationError({field: _invisible()})
    return trimmed(text)


class NameField(forms.CharField):
    """A text of which something is seen."""

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        if text and not is_visible(text):
            raise ValidationError(_invisible(), code="invisible")
        return trimmed(text)


def _invisible() -> str:
    return _("Nothing can be seen of this name. Give it a letter or a digit.")

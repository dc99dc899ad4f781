"""Fields that the drafts of all agreements share."""

from __future__ import annotations

from typing import Any

from django import forms

from .handlers import kept_reason, shown_reason


class ReasonField(forms.CharField):
    """Why both sides want it. A shipped reason is edited in the reader's language, and is stored as
    the shipped one unless it is changed.
    """

    def prepare_value(self, value: Any) -> Any:
        return shown_reason(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        return kept_reason(super().clean(value))

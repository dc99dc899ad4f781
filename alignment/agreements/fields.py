"""Fields that the drafts of all agreements have."""

from __future__ import annotations

from typing import Any

from django import forms

from .rooms import kept_reason, shown_reason


class ReasonField(forms.CharField):
    """Why both sides want it. A shipped reason is edited in the reader's language, and stays the
    shipped one while nobody changes it."""

    def prepare_value(self, value: Any) -> Any:
        return shown_reason(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        return kept_reason(super().clean(value))

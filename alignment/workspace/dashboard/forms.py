"""Assumptions as an owner writes them down."""

from __future__ import annotations

from typing import Any

from django import forms

from alignment.metrics.actions.assumptions import FIELDS
from alignment.metrics.models import Assumptions


class AssumptionsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Assumptions
        fields = FIELDS

    def _post_clean(self) -> None:
        """The action checks: the form alone would look for twins outside of the program."""

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data

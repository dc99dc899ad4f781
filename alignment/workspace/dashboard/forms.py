"""The form of assumptions, for owners."""

from __future__ import annotations

from typing import Any

from django import forms

from alignment.metrics.actions.assumptions import FIELDS
from alignment.metrics.models import Assumptions


class AssumptionsForm(forms.Form):
    """The fields of the model, with its labels and limits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in FIELDS:
            field: Any = Assumptions._meta.get_field(name)
            self.fields[name] = field.formfield()

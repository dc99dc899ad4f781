"""The form of assumptions, for owners."""

from __future__ import annotations

from typing import Any

from alignment.core.changed_fields import ChangedFieldsForm
from alignment.metrics.actions.assumptions import FIELDS
from alignment.metrics.models import Assumptions


class AssumptionsForm(ChangedFieldsForm):
    """The fields of the model, with its labels and limits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in FIELDS:
            field: Any = Assumptions._meta.get_field(name)
            self.fields[name] = field.formfield()
        self.carry_initial()

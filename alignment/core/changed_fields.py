"""Forms that know what their person touched, so that only that is written.

The form carries the values it was rendered with (`initial-…`, hidden): what somebody else changed
meanwhile is not mistaken for a change of this person's.
"""

from __future__ import annotations

from typing import Any

from django import forms


class ChangedFieldsForm(forms.Form):
    def carry_initial(self) -> None:
        """Submit the rendered values along with the input. Data without them is compared with the
        stored values. Call it once all fields are there.

        An empty list submits nothing: it counts as rendered if any other initial value was
        submitted.
        """
        sends = any(self.add_initial_prefix(name) in self.data for name in self.fields)
        for field in self.fields.values():
            is_sent = not field.disabled and not isinstance(field, forms.FileField)
            field.show_hidden_initial = is_sent and (not self.is_bound or sends)

    def touched(self) -> set[str]:
        """Names of the fields to be written."""
        return set(self.changed_data)

    def changes(self) -> dict[str, Any]:
        """The values of the touched fields."""
        return {name: self.cleaned_data[name] for name in self.touched()}

"""Forms of the admin that write only what their person changed.

Like those of the pages, they carry the values they were rendered with: what two people change of one
row at once is kept, and who changes what somebody else has just changed is asked.
"""

import json
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput
from django.utils.text import Truncator
from django.utils.translation import gettext

from .changed_fields import ChangedFieldsForm

LONGEST_SHOWN = 200


class EditedForm(ChangedFieldsForm, forms.ModelForm):  # type: ignore[type-arg]
    """`refused` is what the action said of these values, when the form is shown once more."""

    refused: ClassVar[ValidationError | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.carry_initial()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk:
            self._ask_about_overtaken()
            self._keep_untouched()
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        for name, errors in _by_field(self.refused).items():
            self.add_error(name if name in self.fields else None, errors)

    def _keep_untouched(self) -> None:
        """What was not touched stays as it is stored by now."""
        columns = {field.name for field in self.instance._meta.concrete_fields}
        for name in (self.cleaned_data.keys() & columns) - self.touched():
            self.cleaned_data[name] = getattr(self.instance, name)

    def _ask_about_overtaken(self) -> None:
        """Saving again replaces what somebody else wrote: the form then carries that."""
        for name in self.cleaned_data.keys() & self.touched():
            field, stored = self.fields[name], self.initial.get(name)
            if not field.show_hidden_initial or not self._is_overtaken(name, field, stored):
                continue
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            now = field.prepare_value(stored)
            data[self.add_initial_prefix(name)] = "" if now is None else now
            self.data = data
            text = gettext(
                "Somebody else meanwhile wrote “%(value)s”. Save again to replace it with yours."
            )
            self.add_error(name, text % {"value": self._words(name)})

    def _is_overtaken(self, name: str, field: forms.Field, stored: Any) -> bool:
        """Whether what is stored is neither what was shown nor what is wanted."""
        shown = field.hidden_widget().value_from_datadict(
            self.data, self.files, self.add_initial_prefix(name)
        )
        return field.has_changed(stored, shown) and field.has_changed(stored, self[name].data)

    def _words(self, name: str) -> str:
        value = getattr(self.instance, name)
        if isinstance(value, bool):
            return gettext("Yes") if value else gettext("No")
        label = getattr(self.instance, f"get_{name}_display", None)
        text = str(label() if label else value) if value not in (None, "") else gettext("Unknown")
        return Truncator(text).chars(LONGEST_SHOWN)


def _by_field(refused: ValidationError | None) -> dict[str, list[ValidationError]]:
    """The errors of each field; those of none are below the empty name."""
    if refused is None:
        return {}
    return getattr(refused, "error_dict", None) or {"": refused.error_list}


class JsonField(forms.JSONField):
    """Takes only what the database can store, and is shown again as it was typed."""

    def to_python(self, value: Any) -> Any:
        try:
            found = super().to_python(value)
            stored = json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
        except (RecursionError, ValueError) as wrong:
            raise self._invalid() from wrong
        if b"\\u0000" in stored:
            raise self._invalid()
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial if self.disabled else InvalidJSONInput(data or "")

    def _invalid(self) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages["invalid"], code="invalid")

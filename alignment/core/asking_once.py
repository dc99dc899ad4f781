"""Forms that ask once about input that is allowed but hardly meant; sending it again confirms it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from .changed_fields import ChangedFieldsForm

if TYPE_CHECKING:
    from django.http import QueryDict


class AsksOnce(ChangedFieldsForm):
    # What the person was already asked about.
    sure_of = forms.CharField(required=False, widget=forms.HiddenInput)

    def carry_initial(self) -> None:
        super().carry_initial()
        self.fields["sure_of"].show_hidden_initial = False

    def touched(self) -> set[str]:
        return super().touched() - {"sure_of"}

    def is_sure_of(self, what: str) -> bool:
        return self.cleaned_data.get("sure_of") == what

    def ask(self, name: str | None, what: str, text: str) -> None:
        """Refuse with `text` at the field `name` until the form is sent again with the same
        `what`."""
        if not self.is_sure_of(what):
            data: QueryDict = self.data.copy()  # type: ignore[attr-defined]
            data[self.add_prefix("sure_of")] = what
            self.data = data
            self.add_error(name, text)

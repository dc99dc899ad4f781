"""Fields of forms that people fill in on the run: what they typed is neither cut nor sent twice."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from uuid import UUID


class LongText(forms.CharField):
    """Text with a limit. Browsers would cut what is pasted beyond it without a word, so they are
    not told of the limit: the form refuses, and names it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea({"rows": options.pop("rows", 2)}), **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs: dict[str, Any] = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class FormKey(forms.UUIDField):
    """Names one showing of a form, so that sending it twice does the work once. A key that cannot
    be read is none."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean(self, value: Any) -> UUID | None:
        try:
            key: UUID | None = super().clean(value)
        except ValidationError:
            return None
        return key


class NeededForNo(forms.MultipleChoiceField):
    """Choices that a no needs and a yes has none of: never optional, asked for by the form."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class Seen(forms.IntegerField):
    """The newest word that this form was shown beside; 0: none yet."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, initial=0)

    def clean(self, value: Any) -> int:
        try:
            return int(super().clean(value) or 0)
        except ValidationError:
            return 0

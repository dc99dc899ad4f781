"""Form fields that guard against truncated input and double submission."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from uuid import UUID


class LongText(forms.CharField):
    """Text with a limit. Browsers silently truncate pasted text to `maxlength`, so that attribute
    is omitted: the form refuses longer text with a message.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea({"rows": options.pop("rows", 2)}), **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs: dict[str, Any] = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class FormKey(forms.UUIDField):
    """Identifies one rendering of a form, so that a second submission does nothing. An invalid key
    counts as none.
    """

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean(self, value: Any) -> UUID | None:
        try:
            key: UUID | None = super().clean(value)
        except ValidationError:
            return None
        return key


class NeededForNo(forms.MultipleChoiceField):
    """Choices that a no requires and a yes does not have, as checked by the form."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class Seen(forms.IntegerField):
    """The id of the newest feedback when the form was rendered; 0 if there was none."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, initial=0)

    def clean(self, value: Any) -> int:
        try:
            return int(super().clean(value) or 0)
        except ValidationError:
            return 0

"""Forms about a broken promise."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from alignment.sla.actions.answers import LONGEST

from ..leads.form_fields import LongText


class AnswerForm(forms.Form):
    """A manager's answer: what will be done about it."""

    answer = LongText(
        label=_("What will be done"),
        max_length=LONGEST,
        error_messages={"required": _("Say what will be done.")},
    )


class ExcuseForm(forms.Form):
    reason = LongText(
        label=_("Why it could not be kept"),
        max_length=LONGEST,
        rows=3,
        error_messages={"required": _("Give the reason: the other side decides by it.")},
    )


class VerdictForm(forms.Form):
    """The decision about an excuse; it needs a reason either way."""

    granted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Excused")), ("no", _("Not excused"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    answer = LongText(
        label=_("Your answer"),
        max_length=LONGEST,
        error_messages={"required": _("Say why.")},
    )

"""Opening a workshop, setting a topic aside, closing the workshop."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from ..models import LONGEST_WORKSHOP, SHORTEST_WORKSHOP

LONGEST_NOTE = 1_000


class WorkshopForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    planned_minutes = forms.IntegerField(
        label=gettext_lazy("Planned minutes"),
        min_value=SHORTEST_WORKSHOP,
        max_value=LONGEST_WORKSHOP,
        initial=240,
        help_text=gettext_lazy("Half a day is 240."),
    )


class AsideForm(forms.Form):
    """Why a topic is parked or left out; recorded in the minutes."""

    note = forms.CharField(label=gettext_lazy("Why"), max_length=LONGEST_NOTE)
    leave_out = forms.BooleanField(required=False)


class AgreeForm(forms.Form):
    """The proposal to accept, in the revision that was read."""

    on = forms.ChoiceField(choices=[("marketing", ""), ("sales", "")])
    revision = forms.IntegerField(min_value=1)


class CloseForm(forms.Form):
    note = forms.CharField(required=False, max_length=2_000)

"""Terms of a proposal, and comments on it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alignment.people.models import Program

from .actions.comments import LONGEST
from .models import MOVES_LEADS, Kind


class TermsForm(forms.Form):
    """From when it counts (a day in the program's time zone), and whether leads are handed over."""

    counts_from = forms.DateField(
        label=gettext_lazy("Counts from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Leave empty: it rules as soon as both sides have signed."),
    )
    hands_over = forms.BooleanField(
        label=gettext_lazy("Hand over the leads that rise because of this version"),
        required=False,
        help_text=gettext_lazy(
            "Otherwise they become MQL without a hand-off: no owner is told, no clock starts."
        ),
    )

    def __init__(self, *args: Any, program: Program, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(program.time_zone)
        if kind not in MOVES_LEADS:
            del self.fields["hands_over"]

    def clean_counts_from(self) -> datetime | None:
        day = self.cleaned_data["counts_from"]
        if day is None:
            return None
        if day <= timezone.now().astimezone(self.zone).date():
            raise ValidationError(_("Choose a day after today, or leave it empty."))
        if day.year > timezone.now().year + 2:
            raise ValidationError(_("Choose a day within the next two years."))
        return datetime.combine(day, time(), self.zone)


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("What has to change"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CommentForm(forms.Form):
    clause = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    parent = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Comment"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2})
    )

"""What people tell us about a lead."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ValidationCall

from .queries import member_of

if TYPE_CHECKING:
    from datetime import datetime

    from alignment.people.models import Membership, Program, User

LONGEST_NOTE = 4_000
MOST_CHOSEN = 500
CLOCK_SKEW = timedelta(minutes=5)


class CallForm(forms.Form):
    """The validation call without which no lead becomes SQL."""

    called_at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        help_text=_("In your own time zone."),
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=ValidationCall.Outcome.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("What you learned"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Need, timing, who else decides. Both teams read it."),
    )

    def clean_called_at(self) -> datetime:
        called_at: datetime = self.cleaned_data["called_at"]
        if called_at > timezone.now() + CLOCK_SKEW:
            raise ValidationError(_("This is in the future. Record the call once it has happened."))
        if called_at < timezone.now() - timedelta(days=366):
            raise ValidationError(_("This is more than a year ago."))
        return called_at


class ReasonForm(forms.Form):
    """Why a lead goes back or out."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence that the other team can act on."),
    )


class OwnerForm(forms.Form):
    """Who works the lead: a member of the program, or nobody."""

    owner = forms.ChoiceField(label=_("Owner"), required=False)

    def __init__(self, *args: Any, program: Program, members: list[Membership], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.program = program
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Unassigned")), *_by_team(members)]

    def clean_owner(self) -> User | None:
        chosen = self.cleaned_data["owner"]
        return member_of(program=self.program, user_id=int(chosen)) if chosen else None


def _by_team(members: list[Membership]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for membership in members:
        team = membership.team.name if membership.team else membership.get_role_display()
        groups.setdefault(team, []).append((str(membership.user_id), str(membership.user)))
    return list(groups.items())


def chosen_ids(values: list[str]) -> list[int]:
    """The ids ticked in a list; whatever is no id is left out."""
    ids = [int(value) for value in values if value.isascii() and value.isdigit()]
    return [number for number in ids if number < 2**63][:MOST_CHOSEN]

"""Forms for reasons, for who works a target, and for the settings of the selection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alignment.core.changed_fields import ChangedFieldsForm
from alignment.people.models import Membership, Side, User
from campaigns.library.models import Play
from campaigns.selection.actions.listing import Work
from campaigns.selection.models import Choice, Target
from campaigns.selection.models.targets import MOST_TARGETS, Tier
from campaigns.selection.queries.slate import MOST_PROPOSED
from campaigns.selection.rules.reasons import LONGEST_REASON

People = Mapping[str, Sequence[Membership]]


class VoteForm(forms.Form):
    choice = forms.ChoiceField(choices=Choice.choices)
    reason = forms.CharField(max_length=LONGEST_REASON)


class ReasonForm(forms.Form):
    """Why an account leaves the list, or why it should be added to it."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_REASON}),
        help_text=_("The other team reads it."),
    )


class DiscardForm(ReasonForm):
    """Why a session was a mistake."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _(
            "The other team reads it. All votes cast so far are deleted, unread; nominations wait"
            " for the next session."
        )


class WorkForm(forms.Form):
    """The tier, an owner on each side, and the play."""

    tier = forms.TypedChoiceField(label=_("Tier"), coerce=int, choices=Tier.choices, initial=2)
    marketing_owner = forms.TypedChoiceField(
        label=_("Owner in marketing"), coerce=int, empty_value=None, required=False
    )
    sales_owner = forms.TypedChoiceField(
        label=_("Owner in sales"), coerce=int, empty_value=None, required=False
    )
    play = forms.TypedChoiceField(label=_("Play"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, people: People, plays: Sequence[Play], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._users = {m.user_id: m.user for side in people.values() for m in side}
        self._plays = {play.pk: play for play in plays}
        for field in self.fields.values():
            field.widget.attrs["class"] = "select"
        nobody = [("", _("Nobody yet"))]
        for name, side in (("marketing_owner", Side.MARKETING), ("sales_owner", Side.SALES)):
            owners: Any = self.fields[name]
            owners.choices = nobody + [(m.user_id, str(m.user)) for m in people[side]]
        choices: Any = self.fields["play"]
        choices.choices = [("", _("No play yet")), *((p.pk, p.name) for p in plays)]

    def work(self) -> Work:
        return Work(tier=self.cleaned_data["tier"], **self.given())

    def given(self) -> dict[str, Any]:
        """Owners and play by field name; None if nothing was chosen."""
        said = self.cleaned_data
        return {
            "marketing_owner": self._user(said["marketing_owner"]),
            "sales_owner": self._user(said["sales_owner"]),
            "play": self._plays[said["play"]] if said["play"] else None,
        }

    def _user(self, pk: int | None) -> User | None:
        return self._users[pk] if pk else None


class FillForm(WorkForm):
    """The values for accounts without an owner or a play."""

    tier = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            choosing: Any = field
            choosing.choices = [("", field.label), *choosing.choices[1:]]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not any(said.values()) and not self.errors:
            raise forms.ValidationError(_("Choose what they get."))
        return said


def work_of(target: Target) -> dict[str, Any]:
    """The initial values of the form."""
    return {
        "tier": target.tier,
        "marketing_owner": target.marketing_owner_id,
        "sales_owner": target.sales_owner_id,
        "play": target.play_id,
    }


class SettingsForm(ChangedFieldsForm):
    capacity = forms.IntegerField(
        label=_("Places on the list"), min_value=1, max_value=MOST_TARGETS
    )
    proposed = forms.IntegerField(
        label=_("Accounts that the ranking proposes"),
        min_value=0,
        max_value=MOST_PROPOSED,
        help_text=_("More, if more places are free."),
    )
    quiet_days = forms.IntegerField(
        label=_("Days without engagement until an account is quiet"), min_value=1, max_value=365
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.carry_initial()

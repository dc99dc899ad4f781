"""The form of a saved view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alignment.core.names import NameField
from alignment.workspace.models import LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.exceptions import ValidationError

    from alignment.people.models import Team


class ViewForm(forms.Form):
    """`query` is a hidden field; a person without a team can save views only for themselves."""

    name = NameField(label=_("Name"), max_length=LONGEST_NAME)
    team = forms.TypedChoiceField(
        label=_("Who sees it"), required=False, coerce=int, empty_value=None
    )
    is_default = forms.BooleanField(
        label=_("Opens first"),
        required=False,
        help_text=_("The list of accounts starts with it, for everybody who sees it."),
    )
    query = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, teams: Sequence[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = {team.pk: team for team in teams}
        shared: Any = self.fields["team"]
        shared.choices = [("", _("Only me")), *((pk, str(t)) for pk, t in self.teams.items())]
        if not self.teams:
            del self.fields["team"]

    def arguments(self) -> dict[str, Any]:
        """The arguments for the actions."""
        said = dict(self.cleaned_data)
        said["team"] = self.teams.get(said.get("team") or 0)
        return said

    def refuse(self, refused: ValidationError) -> None:
        for name, texts in refused.message_dict.items():
            shown = name in self.fields and name != "query"
            for text in texts:
                self.add_error(name if shown else None, text)

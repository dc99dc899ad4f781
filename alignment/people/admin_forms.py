"""Forms of accounts in the admin, which demand what the pages demand."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _

from alignment.core.admin_edits import EditedForm
from alignment.core.names import NameField
from alignment.reference.time_zones import time_zones

from .actions.accounts import demand_other_owners
from .models import User


class ZoneForm(EditedForm):
    """Asks for a time zone as the pages do: the current one stays, even under a former name."""

    time_zone = forms.ChoiceField(label=_("time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "time_zone" in self.fields:
            now = str(self.instance.time_zone)
            self.fields["time_zone"].choices = time_zones(now)  # type: ignore[attr-defined]


class AccountForm(ZoneForm, UserChangeForm):  # type: ignore[type-arg]
    name = NameField(label=_("name"), max_length=120)

    def clean_is_active(self) -> bool:
        """The admin saves in this transaction, so the owners found here stay until then."""
        active: bool = self.cleaned_data["is_active"]
        if not active and self.initial.get("is_active"):
            try:
                demand_other_owners(self.instance)
            except forms.ValidationError as alone:
                raise forms.ValidationError(alone.messages) from alone
        return active


class NewAccountForm(EditedForm, AdminUserCreationForm):  # type: ignore[type-arg]
    name = NameField(label=_("name"), max_length=120)

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("email", "name")

"""allauth's forms with our words for their fields, and what its forms do where ours do more."""

from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account.forms import (
    AddEmailForm,
    ChangePasswordForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from allauth.socialaccount.forms import DisconnectForm
from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from alignment.core.hints import hint

from .actions.passwords import ask_for_reset
from .rules import check_address_length
from .tasks import send_sign_in_mail

TWICE = {"password1": _("New password"), "password2": _("New password, once more")}


class Labelled(forms.Form):
    """Says `labels` above the fields, and nothing a second time inside of them."""

    labels: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)


class OwnPasswordForm(Labelled, ChangePasswordForm):
    labels = {"oldpassword": _("Current password"), **TWICE}


class FirstPasswordForm(Labelled, SetPasswordForm):
    labels = TWICE


class NewPasswordForm(Labelled, ResetPasswordKeyForm):
    labels = TWICE


class NewAddressForm(Labelled, AddEmailForm):
    labels = {"email": _("New address")}


class PasskeyForm(Labelled, AddWebAuthnForm):
    labels = {"name": _("Name"), "passwordless": _("Sign in with it alone, without a password")}


class PasskeyNameForm(Labelled, EditWebAuthnForm):
    labels = {"name": _("Name")}


class ForgottenPasswordForm(Labelled, ResetPasswordForm):
    """Does the same for every address, so that nobody learns which ones are known."""

    labels = {"email": _("E-mail")}

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        check_address_length(email)
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        ask_for_reset(email=email)
        hint(send_sign_in_mail)
        return email


class DisconnectAccountForm(DisconnectForm):
    @transaction.atomic
    def save(self) -> None:
        """Together with its row in the audit trail, which the adapter writes."""
        super().save()

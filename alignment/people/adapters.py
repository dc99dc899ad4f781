"""The allauth adapters: there is no open sign-up, people come by invitation."""

import logging
from collections.abc import Iterable
from functools import partial
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import qrcode  # type: ignore[import-untyped]
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage  # type: ignore[import-untyped]

from alignment.core.hints import hint

from .actions.addresses import ask_to_confirm, confirm_address
from .actions.connected_accounts import record_connected, record_disconnected
from .actions.passwords import set_own_password
from .actions.sessions import end_sessions
from .models import User
from .queries import is_invited, zone_of_invited
from .rules import check_address_length
from .tasks import send_sign_in_mail

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        # allauth asked for the current password and got a wrong one.
        "enter_current_password": _("This is not your current password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """By the address alone: allauth adds the host of the request, which its sender chooses, so
        that with each port guesses would be counted anew.
        """
        return str(credentials.get("email", "")).lower()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The host of a request is its sender's word, and the mail goes to somebody else."""
        host = urlsplit(settings.SITE_ADDRESS).netloc
        site = SimpleNamespace(name=host, domain=host)
        words = {**context, "email": email, "current_site": site}
        self.render_mail(template_prefix, email, words).send()

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """The change that it tells of is made, whether or not the mail server takes it."""
        try:
            super().send_notification_mail(*args, **kwargs)
        except OSError as error:
            log.warning("notification of a changed sign-in not sent: %s", error)

    def send_confirmation_mail(
        self, request: HttpRequest, emailconfirmation: Any, signup: bool
    ) -> None:
        """A worker sends it, so that it waits for nothing here and is not lost."""
        ask_to_confirm(emailconfirmation.email_address)
        hint(send_sign_in_mail)

    def set_password(self, user: User, password: str) -> None:
        signed_in = self.request is not None and self.request.user.is_authenticated
        set_own_password(user=user, password=password, signed_in=signed_in)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Whoever opens the link may be signed in as nobody; it was sent for this person."""
        return confirm_address(
            user=email_address.user,
            confirm=partial(super().confirm_email, request, email_address),
        )

    def clean_email(self, email: str) -> str:
        """allauth's form takes more characters than its own column."""
        check_address_length(email)
        return email


# The mail that tells of a change -> what records it.
_CONNECTIONS = {
    "socialaccount/email/account_connected": record_connected,
    "socialaccount/email/account_disconnected": record_disconnected,
}


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Open to invited addresses that the provider has verified."""
        return any(
            address.verified and is_invited(address.email)
            for address in sociallogin.email_addresses
        )

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        """Not while it is only somebody's new address, which waits to be confirmed."""
        addresses = EmailAddress.objects.filter(email=email.lower(), verified=True)
        return addresses.exists() and bool(super().can_authenticate_by_email(login, email))

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        user.time_zone = zone_of_invited(user.email) or user.time_zone
        user.name = (data.get("name") or " ".join(part for part in parts if part))[:120]
        return user

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> User:
        """Somebody invited joins with an account elsewhere."""
        user: User = super().save_user(request, sociallogin, form)
        record_connected(user=user, account=sociallogin.account)
        return user

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, **more: Any
    ) -> None:
        """allauth tells an adapter only here that an account was connected or disconnected."""
        record = _CONNECTIONS.get(template_prefix)
        if record is not None and context is not None:
            record(user=user, account=context["account"])
        super().send_notification_mail(template_prefix, user, context, **more)


class UserSessionsAdapter(DefaultUserSessionsAdapter):
    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """allauth lets people end only sessions of their own."""
        sessions = list(sessions)
        if sessions:
            end_sessions(sessions=sessions, by=sessions[0].user)


class MfaAdapter(DefaultMFAAdapter):
    def build_totp_svg(self, url: str) -> str:
        """Black on white, so that phones can scan it in the dark theme too."""
        picture = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(picture)
        return picture.getvalue().decode()

"""E-mails sent on behalf of people and programs."""

from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from alignment.core.addresses import full_url

from .actions.invitations import Invited
from .models import User

if TYPE_CHECKING:
    from allauth.account.models import EmailAddress


def invitation_link(invited: Invited) -> str:
    return full_url(reverse("people:invitation", args=[invited.secret]))


def send_invitation(invited: Invited) -> None:
    """Send the link, in the reader's language, or that of who invites them where it is not known.
    Raises OSError when the mail server refuses.
    """
    invitation = invited.invitation
    reader = User.objects.filter(email=invitation.email).first()
    words = {"invitation": invitation, "link": invitation_link(invited)}
    with translation.override((reader or invitation.invited_by).language):
        subject = render_to_string("people/mail/invitation_subject.txt", words)
        body = render_to_string("people/mail/invitation.txt", words)
    message = EmailMessage(" ".join(subject.split()), body, to=[invitation.email])
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    message.send()


def send_confirmation(address: "EmailAddress") -> None:
    """Send the link that makes it the person's address, in their language. Raises OSError when the
    mail server refuses.
    """
    # Not at module level: allauth's models refer to ours.
    from allauth.account.models import EmailConfirmationHMAC

    key = EmailConfirmationHMAC.create(address).key
    link = full_url(reverse("account_confirm_email", args=[key]))
    words = {"user": address.user, "activate_url": link}
    with translation.override(address.user.language):
        get_adapter().send_mail("account/email/email_confirmation", address.email, words)


def send_reset(user: User) -> None:
    """Send the link to choose a new password, in the person's language. Raises OSError when the
    mail server refuses.
    """
    # Not at module level: allauth's forms load its models, which refer to ours.
    from allauth.account.forms import default_token_generator

    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    link = full_url(reverse("account_reset_password_from_key", kwargs=key))
    words = {"user": user, "password_reset_url": link}
    with translation.override(user.language):
        get_adapter().send_mail("account/email/password_reset_key", user.email, words)


def reaches_people() -> bool:
    """False on a machine that prints its mail to the terminal."""
    return not settings.EMAIL_BACKEND.endswith("console.EmailBackend")

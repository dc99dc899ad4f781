"""E-mails sent on behalf of people and programs."""

import logging

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

log = logging.getLogger(__name__)


def invitation_link(invited: Invited) -> str:
    return full_url(reverse("people:invitation", args=[invited.secret]))


def send_invitation(invited: Invited) -> bool:
    """Send the link, in the reader's language if known; False when the mail server refuses.

    It is sent from the request, not by a worker, because the secret must not travel through the
    broker.
    """
    invitation = invited.invitation
    reader = User.objects.filter(email=invitation.email).first()
    words = {"invitation": invitation, "link": invitation_link(invited)}
    with translation.override(reader.language if reader else translation.get_language()):
        subject = render_to_string("people/mail/invitation_subject.txt", words)
        body = render_to_string("people/mail/invitation.txt", words)
    message = EmailMessage(" ".join(subject.split()), body, to=[invitation.email])
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    try:
        return message.send() == 1
    except OSError as error:  # refused, unreachable, or a certificate that does not match
        log.warning("invitation %s not sent: %s", invitation.pk, error)
        return False


def send_reset(user: User, email: str) -> None:
    """Send the link to choose a new password, in the person's language. Raises OSError when the
    mail server refuses.
    """
    # Not at module level: allauth's forms load its models, which refer to ours.
    from allauth.account.forms import default_token_generator

    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    link = full_url(reverse("account_reset_password_from_key", kwargs=key))
    words = {"user": user, "password_reset_url": link}
    with translation.override(user.language):
        get_adapter().send_mail("account/email/password_reset_key", email, words)


def reaches_people() -> bool:
    """False on a machine that prints its mail to the terminal."""
    return not settings.EMAIL_BACKEND.endswith("console.EmailBackend")

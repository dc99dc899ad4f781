"""E-mails of notices: one, several together, or the daily digest, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from alignment.core.addresses import full_url
from alignment.people.models import Program, User

from .models import Notice, NoticeKind

# Further notices are counted, not listed: the page has the full list.
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Group:
    """Notices of one kind."""

    label: str
    notices: list[Notice]


def compose(
    *,
    user: User,
    program: Program,
    notices: Sequence[Notice],
    is_digest: bool,
    number: int,
    connection: BaseEmailBackend | None = None,
) -> EmailMessage:
    """The message to `user`. `number` determines its Message-ID, so a retry has the same one."""
    choices = full_url(reverse("notices:choices", args=[program.slug]))
    shown = list(notices[:MOST_LISTED])
    with translation.override(user.language):
        words = {
            "program": program,
            "groups": _groups(shown),
            "first": shown[0],
            "number": len(notices),
            "more": len(notices) - len(shown),
            "is_digest": is_digest,
            "site": full_url(""),
            "list_address": full_url(reverse("notices:list", args=[program.slug])),
            "choices_address": choices,
        }
        subject = render_to_string("notifications/mail/subject.txt", words)
        body = render_to_string("notifications/mail/body.txt", words)
    message = EmailMessage(
        " ".join(subject.split()), body.strip() + "\n", to=[user.email], connection=connection
    )
    message.extra_headers = {
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{choices}>",
        "Message-ID": f"<entente-{number}@{_domain()}>",
    }
    return message


def _groups(notices: Sequence[Notice]) -> list[Group]:
    """Groups in the order of `NoticeKind`, which puts kinds that need an answer first."""
    groups = []
    for kind in NoticeKind:
        same = [notice for notice in notices if notice.kind == kind]
        if same:
            groups.append(Group(str(kind.label), same))
    return groups


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"

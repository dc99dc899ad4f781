"""What people do with their own notices. It concerns nobody else, so there are no audit rows."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from alignment.core.live import bus
from alignment.people.models import Program, User

from ..models import Mailing, Notice, NoticeChoice, NoticeKind


@transaction.atomic
def mark_read(
    *, program: Program, user: User, pk: int | None = None, up_to: int | None = None, kind: str = ""
) -> int:
    """Mark as read: one notice, those of a kind, or all; returns how many were unread.

    `up_to` excludes newer ids, so that notices written after the page was opened stay unread.
    Notices that were read need no digest.
    """
    rows = Notice.objects.in_program(program).filter(user=user, read_at__isnull=True)
    if pk is not None:
        rows = rows.filter(pk=pk)
    if up_to is not None:
        rows = rows.filter(pk__lte=up_to)
    if kind:
        rows = rows.filter(kind=kind)
    read = rows.update(read_at=Now(), in_digest=False)
    if read:
        bus.publish(program.pk, f"notices-{user.pk}")
    return read


@transaction.atomic
def choose_mail(*, program: Program, user: User, choices: Mapping[str, str]) -> None:
    """Set by which e-mail `user` gets each kind of notice. Raises ValidationError by kind.

    Notices already waiting for a digest stay in the next one, unless the person now wants no e-mail
    for that kind.
    """
    wrong = {
        kind: _("Choose one of the three.")
        for kind, mail in choices.items()
        if kind not in NoticeKind or mail not in Mailing
    }
    if wrong:
        raise ValidationError(wrong)
    rows = [
        NoticeChoice(program=program, user=user, kind=kind, mail=mail)
        for kind, mail in choices.items()
    ]
    NoticeChoice.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["program", "user", "kind"],
        update_fields=["mail"],
    )
    never = [kind for kind, mail in choices.items() if mail == Mailing.NEVER]
    waiting = Notice.objects.in_program(program).filter(user=user, in_digest=True)
    waiting.filter(kind__in=never).update(in_digest=False)

"""What a person does with their own notices. Nobody else is concerned, so there is no audit row."""

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
    """Mark as read: one, those of a kind, or all; returns how many were unread.

    `up_to`: none newer than that id, so that what came after the page was opened stays unread.
    What was read needs no digest.
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
    """How `user` wants to be told of each kind named. Raises ValidationError by kind.

    What waits for a digest goes with the next one, unless the person now wants none of it.
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

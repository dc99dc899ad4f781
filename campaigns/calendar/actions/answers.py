"""Reconciling answers and contacts: a prospect's answer may be known before the touch that it
answers."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Engagement
from alignment.core.audit import record
from alignment.people.models import User

from ..models import Occurrence, Touch
from ..rules.matching import ANSWERS_WITHIN, CLOCKS_DIFFER, SIGNALS, done_by_answer
from .planning import publish_touch, side_of
from .refusals import TouchRefused
from .rest import move_rest
from .slips import notify_slips

log = logging.getLogger(__name__)
# Enough: nobody opens more mails of one channel before their sending is reported.
MOST = 200


def wake_answers(touch: Touch) -> None:
    """Queue earlier answers to a touch that is now known to be done, to be matched again."""
    assert touch.done_at is not None
    codes = [
        code for code, said in SIGNALS.items() if said.is_answer and said.channel == touch.channel
    ]
    if not codes:
        return
    around = (touch.done_at - CLOCKS_DIFFER, touch.done_at + ANSWERS_WITHIN)
    answers = Engagement.objects.in_program(touch.program_id).filter(
        stakeholder__in=touch.people.values("stakeholder"),
        signal__code__in=codes,
        occurred_at__range=around,
    )
    ids = answers.order_by("-occurred_at").values_list("pk", flat=True)[:MOST]
    Occurrence.objects.in_program(touch.program_id).filter(
        source=Occurrence.ENGAGEMENT,
        external_id__in=[str(pk) for pk in ids],
        touch=None,
        waits=False,
    ).update(waits=True)


def correct(touch: Touch, *, at: datetime, by: User | None) -> None:
    """Set the real time of a touch that only an answer had shown to be done; a time given by a
    person stays."""
    if touch.done_at == at or touch.done_at not in _guesses(touch):
        return
    touch.done_at = at
    touch.save(update_fields=["done_at", "updated_at"])
    record(by=by, action="touch.corrected", target=touch, program_id=touch.program_id)
    try:
        # The last ones move first: if an earlier one finds no room, they stay as well.
        with transaction.atomic():
            slips = move_rest(touch=touch, before=touch.starts_at, now=at, by=by)
            notify_slips(touch=touch, slips=slips, at=at, by=by)
    except TouchRefused:
        log.info("touch %s was done late; what follows it has no room to move", touch.pk)
    publish_touch(touch)


def credit(touch: Touch, who: User | None) -> None:
    """Name who did a touch that was planned for nobody in particular, unless a colleague holds that
    slot."""
    if who is None or touch.who_id is not None:
        return
    side = side_of(touch.program, who, given=touch.side, by=None)
    try:
        with transaction.atomic():
            Touch.objects.in_program(touch.program_id).filter(pk=touch.pk).update(
                who=who, side=side, updated_at=timezone.now()
            )
    except IntegrityError:
        log.info("touch %s was done by %s, whose slot it cannot be", touch.pk, who.pk)
        return
    touch.who, touch.side = who, side


def _guesses(touch: Touch) -> set[datetime]:
    told = Occurrence.objects.in_program(touch.program_id).filter(
        touch=touch, source=Occurrence.ENGAGEMENT, is_answer=True
    )
    answers = Engagement.objects.in_program(touch.program_id).filter(pk__in=told.values("row_id"))
    times = answers.values_list("occurred_at", flat=True)
    return {done_by_answer(planned=touch.starts_at, answered=at) for at in times}

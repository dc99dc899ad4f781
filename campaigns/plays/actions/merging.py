"""Two accounts are merged: a play that runs on both continues only once."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account
from alignment.core.audit import record
from alignment.people.models import User
from campaigns.calendar.actions.locks import lock_calendars
from campaigns.calendar.actions.outcome import skip_touch
from campaigns.calendar.models import Touch

from ..models import PlayRun
from ..queries import running_of

LONGEST_REASON = 300


def lock_merge(survivor: Account, gone: Account) -> None:
    """Lock the calendars of both accounts."""
    lock_calendars([survivor.pk, gone.pk])


def settle_merge(survivor: Account, gone: Account, by: User | None) -> None:
    """Must run in the transaction that merges `gone` into `survivor`, which takes over its runs.

    Where a play runs on both, the run of `gone` ends and its planned touches are skipped.
    """
    there = running_of(survivor).filter(play=OuterRef("play"))
    for run in running_of(gone).filter(Exists(there)).select_related("play"):
        _stop(run, survivor, by)
    runs = PlayRun.objects.in_program(gone.program_id).filter(account=gone, known_as="")
    runs.update(known_as=gone.name)


def _stop(run: PlayRun, survivor: Account, by: User | None) -> None:
    text = _("Merged into %(account)s, where “%(play)s” runs already")
    because = (text % {"account": survivor.name, "play": run.play.name})[:LONGEST_REASON]
    run.stopped_at, run.stopped_because = timezone.now(), because
    run.save(update_fields=["stopped_at", "stopped_because", "updated_at"])
    record(by=by, action="play.stopped", target=run, program_id=run.program_id, reason=because)
    planned = Touch.objects.in_program(run.program_id).filter(
        of_run__run=run, state=Touch.State.PLANNED
    )
    for touch in planned.order_by("pk"):
        skip_touch(touch=touch, by=by, because=because)

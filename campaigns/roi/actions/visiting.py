"""Visits of prospects to their pages: stored by day, and passed on to scoring or the timeline."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from accounts.models import JournalEvent, JournalKind, Signal
from alignment.core.live import bus
from alignment.scoring.ingest import EngagementIn, ingest

from ..models import RoiShare, RoiVisit
from .visit_notices import live_names, notify_visit

SOURCE = "roi"


@transaction.atomic
def note_visit(
    *, share: RoiShare, kind: RoiVisit.Kind, at: datetime, values: dict[str, float] | None = None
) -> RoiVisit:
    """Record a visit at `at`; `values` are the numbers typed. The first visit of its kind on a day
    of the program becomes an engagement, and the sender of the page and the owner of its deal are
    notified; later ones only raise the count.
    """
    day = at.astimezone(ZoneInfo(share.program.time_zone)).date()
    rows = RoiVisit.objects.in_program(share.program_id)
    fresh = {"program": share.program, "first_at": at, "last_at": at, "values": values or {}}
    visit, is_first = rows.get_or_create(share=share, kind=kind, day=day, defaults=fresh)
    if is_first:
        _count(share, kind, at, day)
        notify_visit(share, visit)
    else:
        rows.filter(pk=visit.pk).update(times=F("times") + 1, last_at=at, values=values or {})
    bus.publish(share.program_id, *live_names(share))
    return visit


def _count(share: RoiShare, kind: RoiVisit.Kind, at: datetime, day: date) -> None:
    """Record an engagement of the person the page was sent to. Without a named person or a signal
    it becomes a line in the account's timeline, since somebody else may have visited.
    """
    code = f"roi_{kind.value}"
    about = {"calculator": share.version.calculator.name, "share": share.pk}
    signal = Signal.objects.in_program(share.program_id).filter(code=code).first()
    if share.stakeholder_id and signal:
        event = EngagementIn(
            stakeholder_id=share.stakeholder_id,
            signal_id=signal.pk,
            occurred_at=at,
            source=SOURCE,
            external_id=f"{share.pk}:{kind.value}:{day}",
            properties=about,
        )
        ingest(program=share.program, events=[event])
        return
    JournalEvent.objects.create(
        program_id=share.program_id,
        kind=JournalKind.NOTE,
        at=at,
        account_id=share.account_id,
        stakeholder_id=share.stakeholder_id,
        detail={"roi": kind.value, **about},
    )

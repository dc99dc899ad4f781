"""The intake: processes journal events in order.

There is one consumer at a time, and events are processed in the order in which they were written:
see docs/adr/0018. Every trigger (a hint on commit, the sweep every 2 s, the guard) finds the same
rows.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db import InterfaceError, OperationalError, transaction

from accounts.models import JournalEvent, JournalKind
from accounts.models.journal import FOLLOWED
from alignment.core import locks
from alignment.core.live import bus
from alignment.core.locks import Turn
from alignment.core.moments import database_now

from ..rules.events import lead_event
from .calendar_lock import lock_calendars_shared
from .clocks import Followed, settle_clocks, start_clocks
from .following import follow_leads
from .handoffs import compose
from .transaction_limits import limit_transaction

log = logging.getLogger(__name__)

BATCH = 500
# Above this many leads, pages only learn that clocks moved, not whose.
NAMED_AT_MOST = 50
_CHANGES_HANDS = (JournalKind.OWNER_CHANGED, JournalKind.HANDED_OFF)


def take_events() -> int:
    """Process all waiting events; returns how many.

    A caller that finds another consumer at work waits for it and then looks again, so that no hint
    reaches a consumer that has just stopped looking. An event that can't be processed is logged and
    left for the next call; it does not hold up the others.
    """
    taken, left = 0, set[int]()
    while found := _take(left):
        taken += found
    return taken


@transaction.atomic
def _take(left: set[int]) -> int:
    limit_transaction()
    locks.hold(Turn.TAKING_EVENTS)
    events = _waiting(left)
    if not events:
        return 0
    before = len(left)
    now = database_now()
    for program_id, theirs in groupby(events, key=attrgetter("program_id")):
        _carry_on(program_id, list(theirs), now, left)
    done = [event.pk for event in events if event.pk not in left]
    JournalEvent.objects.across_programs().filter(pk__in=done).update(is_followed=True)
    if len(left) > before:
        log.error("%d events could not be carried on and wait", len(left) - before)
    return len(events)


def _waiting(left: set[int]) -> list[JournalEvent]:
    """The oldest unprocessed events, by program, each program's in order."""
    rows = JournalEvent.objects.across_programs().filter(is_followed=False, kind__in=FOLLOWED)
    found = rows.exclude(pk__in=left).order_by("pk")[:BATCH]
    return sorted(found, key=lambda event: (event.program_id, event.pk))


def _carry_on(
    program_id: int, events: Sequence[JournalEvent], now: datetime, left: set[int]
) -> None:
    """Process all events at once; if that fails, each by itself, so only the failing ones stay."""
    try:
        with transaction.atomic():
            _follow(program_id, events, now)
    except (OperationalError, InterfaceError):
        # The database failed, not the event.
        raise
    except Exception:
        if len(events) == 1:
            log.exception("event %s of the journal could not be carried on", events[0].pk)
            left.add(events[0].pk)
            return
        for event in events:
            _carry_on(program_id, [event], now, left)


def _follow(program_id: int, events: Sequence[JournalEvent], now: datetime) -> None:
    """The number of statements does not grow with the events. The calendar lock is taken before any
    row is locked, because a calendar change takes it before it locks clocks."""
    lock_calendars_shared(program_id)
    became = [e.pk for e in events if e.kind == JournalKind.BECAME_MQL and not _is_quiet(e)]
    if became:
        compose(program_id=program_id, event_ids=became)
    lead_ids = {event.lead_id for event in events if event.lead_id}
    followed = [_followed(event) for event in events if event.lead_id]
    start_clocks(program_id=program_id, events=followed, now=now)
    follow_leads(
        program_id=program_id,
        back={each.lead_id for each in followed if "returned" in each.event.names},
        moved={e.lead_id: e for e in events if e.lead_id and e.kind in _CHANGES_HANDS},
        now=now,
    )
    settle_clocks(program_id=program_id, lead_ids=lead_ids, now=now)
    names = sorted(f"lead-{lead_id}" for lead_id in lead_ids)[:NAMED_AT_MOST]
    bus.publish(program_id, "clocks", *names)


def _is_quiet(event: JournalEvent) -> bool:
    """The model changed, not the person's behaviour: nothing is handed over, no promise begins."""
    return event.cause.get("hands_over") is False


def _followed(event: JournalEvent) -> Followed:
    known = lead_event(event.pk, event.kind, event.detail, event.at, event.recorded_at)
    return Followed(known, event.lead_id or 0, starts_nothing=_is_quiet(event))

"""What followed from the demo's calls: half a year in which the price came up, an answer that
changed because of it, and the briefings of the last weeks.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Least
from django.utils import timezone

from alignment.notifications.models import Delivery, Notice, NoticeKind
from alignment.people.models import Program, User
from campaigns.insights.actions.briefings import mark_read, write_one
from campaigns.insights.actions.changes import record_change
from campaigns.insights.actions.notes import write_note
from campaigns.insights.actions.tags import accept, mark
from campaigns.insights.models import (
    Briefing,
    BriefingRead,
    BriefingRhythm,
    InsightTopic,
    MessageChange,
    Note,
    Tag,
    TagKind,
)
from campaigns.insights.queries.briefings import usual_rhythm
from campaigns.opportunities.models import Opportunity

WEEKS = 5
# How long ago the answer to the price changed: some deals closed before, some began after.
CHANGED = timedelta(days=75)
SAID_BEFORE = "Our price is that of the market, and support is in it."
WHY = "In nearly every call of the summer the price came before the return did."
SAID = (
    "The plant manager likes it. Finance says it is too expensive for one site.",
    "They want to know how long the security review takes, and who does it on our side.",
    "They asked for the price again, and what it replaces.",
    "Each plant has a spreadsheet of its own, and nobody trusts the other one.",
    "Two spreadsheets and a budget that starts in January; the price decides.",
)
PROMISE = "She will send us the figures of both plants by Friday."


def brief(program: Program, people: dict[str, User], dice: random.Random) -> None:
    """Calls of half a year, one changed message, and a briefing for each of the last weeks."""
    now = timezone.now()
    topics = InsightTopic.objects.in_program(program)
    price = topics.get(name="Price", kind=TagKind.OBJECTION)
    _calls(program, people["lea"], dice)
    change = record_change(
        topic=price,
        by=people["lea"],
        said_before=SAID_BEFORE,
        says_now=price.answer,
        why=WHY,
        since=now - CHANGED,
    )
    _settle(program, change)
    last = _write(program, now)
    _read(program, people, last)


def _calls(program: Program, marketer: User, dice: random.Random) -> None:
    """A call some days after each deal began, in which the price came up."""
    rows = Opportunity.objects.in_program(program).select_related("account", "owner")
    for number, deal in enumerate(rows.order_by("opened_at", "pk")):
        until = min(deal.closed_at or timezone.now(), timezone.now())
        at = deal.opened_at + (until - deal.opened_at) * dice.uniform(0.1, 0.5)
        promise = f"\n{PROMISE}" if number % 4 == 0 else ""
        note = write_note(
            account=deal.account,
            opportunity=deal,
            by=deal.owner,
            who=deal.owner,
            kind="call",
            at=at,
            text=SAID[number % len(SAID)] + promise,
        )
        for tag in Tag.objects.in_program(program).filter(note=note):
            accept(tag=tag, by=marketer)
        if promise:
            mark(note=note, by=deal.owner, quote=PROMISE, kind=TagKind.COMMITMENT)


def _settle(program: Program, change: MessageChange) -> None:
    """Backdate decisions, answers and records to when they would have happened."""
    note_at = Note.objects.in_program(program).filter(pk=OuterRef("note")).values("at")[:1]
    tags = Tag.objects.in_program(program)
    decided = Least(Subquery(note_at) + timedelta(hours=3), Value(timezone.now()))
    tags.exclude(state=Tag.State.SUGGESTED).update(decided_at=decided)
    MessageChange.objects.in_program(program).filter(pk=change.pk).update(made_at=F("since"))
    topics = InsightTopic.objects.in_program(program)
    topics.filter(pk=change.topic_id).update(answered_at=change.since)
    for gap in topics.filter(gap_since__isnull=False):
        first = tags.filter(topic=gap, state=Tag.State.ACCEPTED).order_by("decided_at").first()
        if first is not None:
            topics.filter(pk=gap.pk).update(gap_since=first.decided_at)


def _write(program: Program, now: datetime) -> Briefing:
    """Write the briefings week by week; only the newest keeps its notices."""
    # On the program's clock: the weeks of the demo may hold a change to or from summer time.
    local = now.astimezone(ZoneInfo(program.time_zone))
    row = usual_rhythm(program, local - timedelta(days=7 * WEEKS))
    row.save()
    while row.next_at <= now:
        write_one(rhythm=row, now=row.next_at)
        row = BriefingRhythm.objects.in_program(program).select_related("program").get()
    written = Briefing.objects.in_program(program)
    written.update(written_at=F("ends_at"))
    last = written.latest("ends_at")
    kinds = [NoticeKind.BRIEFING, NoticeKind.GAP]
    told = Notice.objects.in_program(program).filter(kind__in=kinds)
    told.exclude(cause=f"briefing-{last.pk}").delete()
    Delivery.objects.in_program(program).filter(event__in=kinds).delete()
    return last


def _read(program: Program, people: dict[str, User], last: Briefing) -> None:
    """Marketing has read the earlier ones; the newest was read by one person only."""
    for briefing in Briefing.objects.in_program(program).order_by("ends_at"):
        early = [people["lea"]] if briefing == last else [people["lea"], people["hugo"]]
        for person in early:
            mark_read(briefing=briefing, by=person)
    ended = Briefing.objects.in_program(program).filter(pk=OuterRef("briefing")).values("ends_at")
    BriefingRead.objects.in_program(program).update(
        read_at=Subquery(ended[:1]) + timedelta(hours=1)
    )

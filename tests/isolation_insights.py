"""The stranger's notes and topics: see isolation_world."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import Account, Lead, Stakeholder
from campaigns.calendar.models import Touch
from campaigns.insights.models import (
    Briefing,
    BriefingRead,
    BriefingRhythm,
    InsightTopic,
    MessageChange,
    Note,
    NotePerson,
    SupportRequest,
    Tag,
)
from campaigns.insights.queries.briefing_content import Period, content_of
from campaigns.insights.rules.rhythm import week_of
from campaigns.library.models import Asset
from campaigns.opportunities.models import Opportunity

from .cast import Cast


def hers_insights(cast: Cast, number: int) -> None:
    """Rows with that primary key and her MARK in every text."""
    hers, stella, now = cast.other_program, cast.stranger, timezone.now()
    row: dict[str, Any] = {"pk": number, "program": hers}
    deal = Opportunity.objects.in_program(hers).get(pk=number)
    note = Note.objects.create(
        **row,
        account=Account.objects.in_program(hers).get(pk=number),
        opportunity=deal,
        stage=deal.stage,
        touch=Touch.objects.in_program(hers).get(pk=number),
        lead=Lead.objects.in_program(hers).get(pk=number),
        kind="call",
        at=now,
        who=stella,
        text="Zanzibar price is too high",
        source="zanzibar",
        external_id="zanzibar",
    )
    person = Stakeholder.objects.in_program(hers).get(pk=number)
    NotePerson.objects.create(**row, note=note, stakeholder=person)
    topic = InsightTopic.objects.create(
        **row,
        kind="objection",
        name="Zanzibar price",
        phrases=["zanzibar price"],
        answer="Zanzibar answer",
        answered_at=now,
        answered_by=stella,
        asset=Asset.objects.in_program(hers).get(pk=number),
    )
    Tag.objects.create(
        **row,
        note=note,
        topic=topic,
        kind="objection",
        start=0,
        end=14,
        quote="Zanzibar price",
        state="accepted",
        decided_by=stella,
        decided_at=now,
    )
    SupportRequest.objects.create(
        **row,
        account=note.account,
        opportunity=deal,
        what="Zanzibar case study",
        due_at=now,
        asked_by=stella,
        owner=stella,
        asset=topic.asset,
        overdue_at=now,
    )
    _hers_briefing(cast, row, topic)


def _hers_briefing(cast: Cast, row: dict[str, Any], topic: InsightTopic) -> None:
    hers, stella, now = cast.other_program, cast.stranger, timezone.now()
    zone = hers.time_zone
    # Due in the future, so that a sweep during the walk writes nothing.
    BriefingRhythm.objects.create(**row, zone=zone, next_at=now + timedelta(days=7))
    end, zoned = now - timedelta(hours=1), ZoneInfo(zone)
    period = Period(now - timedelta(days=7), end, now, zoned)
    briefing = Briefing.objects.create(
        **row,
        week=week_of(end, zoned),
        starts_at=period.start,
        ends_at=end,
        content=content_of(hers, period),
        written_by=stella,
    )
    BriefingRead.objects.create(**row, briefing=briefing, user=stella)
    MessageChange.objects.create(
        **row,
        topic=topic,
        said_before="Zanzibar message before",
        says_now="Zanzibar message now",
        asset=topic.asset,
        why="Zanzibar reason",
        since=now - timedelta(days=3),
        briefing=briefing,
        made_by=stella,
    )

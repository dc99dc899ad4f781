"""The stranger's notes and topics: see isolation_world."""

from typing import Any

from django.utils import timezone

from accounts.models import Account, Lead, Stakeholder
from campaigns.calendar.models import Touch
from campaigns.insights.models import InsightTopic, Note, NotePerson, SupportRequest, Tag
from campaigns.library.models import Asset
from campaigns.opportunities.models import Opportunity

from .cast import Cast


def hers_insights(cast: Cast, number: int) -> None:
    """Rows with that number and her word in every text."""
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

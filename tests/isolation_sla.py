"""The stranger's promises, hand-offs and notices: see isolation_world."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import JournalEvent, Lead
from alignment.agreements.models import Kind, Version
from alignment.notifications.models import Delivery, Endpoint, Notice, NoticeChoice
from alignment.people.models import Membership, Team
from alignment.people.tokens import hash_secret
from alignment.sla.models import (
    Attempt,
    CalendarFeed,
    Clock,
    Closure,
    Dispute,
    Escalation,
    Feedback,
    HandOff,
    Leave,
    NextActionRule,
    ReasonCode,
    Routing,
    Seat,
    SlaSettings,
    Territory,
    WorkingHours,
)

from .cast import Cast


def hers_promises(cast: Cast, number: int) -> None:
    """Rows with that primary key and her MARK in every text."""
    hers, stella, now = cast.other_program, cast.stranger, timezone.now()
    row: dict[str, Any] = {"pk": number, "program": hers}
    team = Team.objects.in_program(hers).get(pk=number)
    member = Membership.objects.in_program(hers).get(pk=number)
    lead = Lead.objects.in_program(hers).get(pk=number)
    event = JournalEvent.objects.in_program(hers).get(pk=number)
    WorkingHours.objects.create(
        **row, team=team, time_zone="America/Chicago", week=[[[540, 1020]]] * 5 + [[], []]
    )
    days = {"first_day": date(2026, 12, 24), "last_day": date(2026, 12, 26)}
    Closure.objects.create(**row, **days, team=team, name="Zanzibar day")
    Leave.objects.create(**row, **days, user=stella, note="Zanzibar leave")
    Territory.objects.create(**row, state="TX", team=team)
    Routing.objects.create(**row, covers_hours=True)
    Seat.objects.create(**row, membership=member, weight=3)
    SlaSettings.objects.create(**row, outside_crm=True)
    reason = ReasonCode.objects.create(
        **row, use="feedback", code="zanzibar", name="Zanzibar reason", position=99
    )
    NextActionRule.objects.create(
        **row, position=99, action="Zanzibar action", talking_point="Zanzibar point"
    )
    HandOff.objects.create(
        **row,
        lead=lead,
        event=event,
        owner=stella,
        route="rotation",
        brief={"who": {"name": "Zanzibar who"}, "promise": {"text": "Zanzibar promise"}},
        next_action={"action": "Zanzibar action"},
        became_mql_at=now,
        handed_at=now,
        # Already seen, so that opening it during the walk changes nothing.
        seen_at=now,
    )
    Attempt.objects.create(
        **row, lead=lead, by=stella, channel="call", outcome="reached", note="Zanzibar", at=now
    )
    Feedback.objects.create(**row, lead=lead, by=stella, fits=False, note="Zanzibar").reasons.add(
        reason
    )
    contract = Version.objects.create(
        program=hers,
        kind=Kind.SLA,
        number=number,
        state="retired",
        in_force_at=now,
        retired_at=now,
        note="Zanzibar note",
        digest="3" * 64,
        content={"clauses": []},
    )
    clock = Clock.objects.create(
        **row,
        version=contract,
        clause="zanzibar",
        side="sales",
        lead=lead,
        event=event,
        owner=stella,
        team=team,
        state="broken",
        started_at=now - timedelta(hours=2),
        due_at=now - timedelta(hours=1),
        ended_at=now,
    )
    Escalation.objects.create(
        **row, clock=clock, level=1, to="manager", due_at=now, answer="Zanzibar answer"
    )
    CalendarFeed.objects.create(
        **row, user=stella, secret_hash=hash_secret(f"zanzibar-feed-{number}")
    )
    Dispute.objects.create(**row, clock=clock, reason="Zanzibar excuse", asked_by=stella)
    _hers_notices(cast, row)


def _hers_notices(cast: Cast, row: dict[str, Any]) -> None:
    stella = cast.stranger
    Notice.objects.create(
        **row, user=stella, kind="breach", title="Zanzibar notice", cause="zanzibar"
    )
    NoticeChoice.objects.create(**row, user=stella, kind="breach", mail="never")
    endpoint = Endpoint.objects.create(
        **row,
        kind="webhook",
        name="Zanzibar endpoint",
        url="https://zanzibar.example/hook",
        secret="whsec_emFuemliYXI=",
        events=["handed_off"],
    )
    Delivery.objects.create(
        **row,
        channel="webhook",
        endpoint=endpoint,
        event="handed_off",
        payload={"text": "Zanzibar"},
        cause="zanzibar",
        next_try_at=None,
        problem="Zanzibar problem",
    )

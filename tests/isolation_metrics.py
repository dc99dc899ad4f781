"""The stranger's metrics: see isolation_world."""

from datetime import UTC, date, datetime
from typing import Any

from alignment.metrics.models import (
    Answer,
    Assumptions,
    Snapshot,
    StageStep,
    StaleCredit,
    StaleLead,
    TouchCredit,
)
from campaigns.opportunities.models import Opportunity

from .cast import Cast


def hers_metrics(cast: Cast, number: int) -> None:
    """Rows with that primary key and her MARK in every text."""
    row: dict[str, Any] = {"pk": number, "program": cast.other_program}
    Assumptions.objects.create(**row, lead_value_usd=number)
    Snapshot.objects.create(
        **row, metric="zanzibar", day=date(2026, 11, 1), value=number, latest_value=number
    )
    deal = Opportunity.objects.in_program(cast.other_program).get(pk=number)
    TouchCredit.objects.create(
        **row,
        opportunity=deal,
        until="opened",
        channel="zanzibar",
        touches=7,
        is_first=True,
        is_last=True,
        even_cents=number,
    )
    StaleCredit.objects.create(**row, account_id=number)
    StageStep.objects.create(
        **row,
        lead_id=number,
        kind="zanzibar",
        source="zanzibar",
        at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    Answer.objects.create(
        **row,
        lead_id=number,
        at=datetime(2026, 11, 1, tzinfo=UTC),
        points=number,
        sql_at=None,
        source="zanzibar",
    )
    StaleLead.objects.create(**row, lead_id=number)

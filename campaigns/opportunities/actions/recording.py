"""The records that follow every change of a deal: a history step, an audit row, a line in the
account's timeline, and the live update.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import JournalEvent, JournalKind
from alignment.core import audit
from alignment.core.live import bus
from alignment.people.models import User

from ..models import Opportunity, OpportunityStep

LIVE = "opportunities"


def record_step(
    deal: Opportunity, kind: OpportunityStep.Kind, at: datetime, by: User | None, **pair: Any
) -> None:
    """Add a row of history. `pair` holds the old and the new value."""
    OpportunityStep.objects.create(
        program_id=deal.program_id, opportunity=deal, kind=kind, at=at, by=by, **pair
    )


def record_change(deal: Opportunity, action: str, by: User | None, **detail: Any) -> None:
    audit.record(
        by=by,
        action=f"opportunity.{action}",
        target=deal,
        program_id=deal.program_id,
        account=deal.account_id,
        **detail,
    )
    bus.publish(deal.program_id, LIVE, f"opportunity-{deal.pk}", f"account-{deal.account_id}")


def journal(
    deal: Opportunity, kind: JournalKind, at: datetime, by: User | None, **detail: Any
) -> None:
    JournalEvent.objects.create(
        program_id=deal.program_id,
        kind=kind,
        at=at,
        account_id=deal.account_id,
        actor=by,
        detail={"opportunity": deal.pk, "name": deal.name, **detail},
    )

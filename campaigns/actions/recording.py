"""The audit row and the live update that follow every change of a campaign."""

from collections.abc import Collection
from typing import Any

from django.db.models import Model
from django.utils import timezone

from alignment.core import audit
from alignment.core.live import bus
from alignment.people.models import User

from ..models import Campaign


def record_change(
    target: Model, action: str, by: User | None, *, campaign: int, **detail: Any
) -> None:
    """`target` belongs to a program; `campaign` is the id of the campaign whose page shows it."""
    program: int = target.program_id  # type: ignore[attr-defined]
    audit.record(
        by=by, action=action, target=target, program_id=program, campaign=campaign, **detail
    )
    bus.publish(program, "campaigns", f"campaign-{campaign}")


def note_change(program_id: int, campaigns: Collection[int]) -> None:
    """Say that something that belongs to these campaigns changed: their audience or their costs."""
    rows = Campaign.objects.in_program(program_id).filter(pk__in=campaigns)
    rows.update(updated_at=timezone.now())

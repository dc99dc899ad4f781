"""Changing the assumptions behind dollar figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from alignment.core import audit
from alignment.core.live import bus

from ..models import Assumptions

if TYPE_CHECKING:
    from alignment.people.models import Program, User

LIVE = "metrics"
FIELDS = ("lead_value_usd", "untreated_after_days", "late_usd", "late_after_minutes")


@transaction.atomic
def set_assumptions(*, program: Program, by: User | None, **said: int) -> Assumptions:
    """Change the given ones. Raises `ValidationError` by field; the audit log keeps the old
    values."""
    Assumptions.objects.bulk_create([Assumptions(program=program)], ignore_conflicts=True)
    row = Assumptions.objects.in_program(program).select_for_update().get()
    changed = {
        name: [getattr(row, name), value]
        for name, value in said.items()
        if name in FIELDS and getattr(row, name) != value
    }
    if not changed:
        return row
    for name, (_before, value) in changed.items():
        setattr(row, name, value)
    row.full_clean(exclude=["program"])
    row.save()
    audit.record(by=by, action="metrics.assume", target=row, program_id=program.pk, changed=changed)
    bus.publish(program.pk, LIVE)
    return row

"""What every change of a campaign leaves behind: an audit row, and a word to open pages."""

from typing import Any

from django.db.models import Model

from alignment.core import audit
from alignment.core.live import bus
from alignment.people.models import User


def told(target: Model, action: str, by: User | None, *, campaign: int, **detail: Any) -> None:
    """`target` is of a program; `campaign` is the id whose page shows it."""
    program: int = target.program_id  # type: ignore[attr-defined]
    audit.record(
        by=by, action=action, target=target, program_id=program, campaign=campaign, **detail
    )
    bus.publish(program, "campaigns", f"campaign-{campaign}")

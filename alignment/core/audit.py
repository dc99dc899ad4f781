"""Writing the audit trail."""

from typing import Any, Protocol

from django.db import models

from .models import AuditEntry


class Actor(Protocol):
    """The person who acts; None stands for the system."""

    @property
    def pk(self) -> Any: ...


def record(
    *,
    by: Actor | None,
    action: str,
    target: models.Model,
    program_id: int | None,
    **detail: Any,
) -> AuditEntry:
    """Write one audit row. Call it inside the transaction of the change it records."""
    return AuditEntry.objects.create(
        program_id=program_id,
        actor_id=by.pk if by else None,
        actor=str(by) if by else "entente",
        action=action,
        target=target._meta.label_lower,
        target_id=target.pk,
        detail=detail,
    )

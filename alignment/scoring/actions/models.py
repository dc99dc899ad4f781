"""Drafts of the scoring model."""

from datetime import datetime
from typing import Any

from accounts.models import Signal
from alignment.agreements.actions import drafts
from alignment.agreements.models import Version
from alignment.people.models import User

from ..rules import parse_model


def signal_codes(program_id: int) -> set[str]:
    return set(Signal.objects.in_program(program_id).values_list("code", flat=True))


def save_draft(
    *,
    version: Version,
    content: dict[str, Any],
    note: str,
    by: User,
    seen: datetime | None = None,
) -> Version:
    """Keep a draft model. Raises InvalidModel (nothing is kept then), NotADraft, DraftChanged."""
    parse_model(content, signal_codes(version.program_id))
    return drafts.save_draft(version=version, content=content, note=note, by=by, seen=seen)

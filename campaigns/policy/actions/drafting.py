"""Drafts of the policy."""

from datetime import datetime
from typing import Any

from alignment.agreements.actions import drafts
from alignment.agreements.models import Version
from alignment.people.models import User

from ..rules import parse_policy


def save_draft(
    *,
    version: Version,
    content: dict[str, Any],
    note: str,
    by: User,
    seen: datetime | None = None,
) -> Version:
    """Keep a draft. Raises InvalidPolicy (nothing is kept then), NotADraft, DraftChanged."""
    parse_policy(content)
    return drafts.save_draft(version=version, content=content, note=note, by=by, seen=seen)

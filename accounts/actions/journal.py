"""Appending to the journal, many events at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from accounts.actions.writing import copy_rows
from accounts.models import JournalKind, Removed
from alignment.core.arrays import id_array
from alignment.people.models import User

_COLUMNS = (
    "program_id",
    "kind",
    "at",
    "account_id",
    "stakeholder_id",
    "lead_id",
    "actor_id",
    "cause",
    "detail",
)


def owner_change(before: User | None, after: User | None) -> dict[str, Any]:
    """The detail of `owner_changed`: names as they are now, for people, and ids, for systems."""
    return {
        "from": str(before or ""),
        "from_id": before.pk if before else None,
        "to": str(after or ""),
        "to_id": after.pk if after else None,
    }


class JournalRow(NamedTuple):
    """One event about a company, a person or a lead."""

    kind: str
    account_id: int | None = None
    stakeholder_id: int | None = None
    detail: Mapping[str, Any] = {}
    lead_id: int | None = None


def write_journal(
    *,
    program_id: int,
    at: datetime,
    by: User | None,
    cause: Mapping[str, Any],
    rows: Iterable[JournalRow],
) -> None:
    """Append events, in the transaction of what they report. A `None` actor is the system."""
    actor = by.pk if by else None
    why = json.dumps(cause)
    copy_rows(
        "accounts_journalevent",
        _COLUMNS,
        (
            (
                program_id,
                row.kind,
                at,
                row.account_id,
                row.stakeholder_id,
                row.lead_id,
                actor,
                why,
                json.dumps(row.detail) if row.detail else "{}",
            )
            for row in rows
        ),
    )


def write_for_accounts(
    *,
    kind: str,
    account_ids: Sequence[int | None],
    program_id: int,
    at: datetime,
    by: User | None,
    cause: Mapping[str, Any],
) -> None:
    """Append the same event for many accounts."""
    if not account_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_journalevent (program_id, kind, at, account_id, actor_id, cause)"
            " SELECT %s, %s, %s, unnest(%s::bigint[]), %s, %s::jsonb",
            [program_id, kind, at, id_array(account_ids), by.pk if by else None, json.dumps(cause)],
        )


def write_removals(
    *,
    program_id: int,
    what: Removed,
    ids: Iterable[int],
    account_id: int | None,
    by: User | None,
    stakeholder_id: int | None = None,
    cause: Mapping[str, Any] = {},
) -> None:
    """Append that rows are gone, in the transaction that removes them: whoever keeps a copy reads
    it here, because a list cannot show what is no longer in it."""
    rows = [
        JournalRow(JournalKind.REMOVED, account_id, stakeholder_id, {"what": str(what), "id": pk})
        for pk in ids
    ]
    if rows:
        write_journal(program_id=program_id, at=timezone.now(), by=by, cause=cause, rows=rows)

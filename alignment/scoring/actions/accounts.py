"""Judging accounts, and applying their verdicts to the scores of their leads."""

from collections.abc import Sequence

from django.db import connection, transaction

from accounts.actions.scores import queue_for_score
from accounts.models import AccountChange
from alignment.agreements.actions.ruling import lock_versions_shared
from alignment.core.live import bus
from alignment.icp import actions as icp

from ..engine import leave_account, sync_icp
from ..queries import ruling
from .promotion import NAMED_AT_MOST, promote

CLAIM_LIMIT = 5_000

# The rows are the queue: the transaction that deletes them judges their accounts.
_CLAIM = """
    DELETE FROM accounts_accountchange WHERE id IN (
        SELECT id FROM accounts_accountchange WHERE program_id = %s
        ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING account_id, lead_id"""
_JOURNAL = """
    INSERT INTO accounts_journalevent (program_id, kind, at, account_id, detail)
    SELECT %s, 'verdict_changed', now(), f.id, jsonb_build_object('from', f.was, 'to', f.now)
    FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS f(id, was, now)"""


@transaction.atomic
def judge_accounts(*, program_id: int, account_ids: Sequence[int]) -> int:
    """Judge these accounts and re-score their leads; returns how many verdicts changed."""
    flips = icp.judge_ids(program_id=program_id, account_ids=account_ids)
    _record_flips(program_id, flips)
    # A lead may have moved to an account whose verdict is unchanged, so every account is compared.
    _sync(program_id, account_ids, {"why": "facts"})
    queue_for_score(program_id=program_id, account_ids=account_ids)
    return len(flips)


def settle_flips(
    *,
    program_id: int,
    flips: Sequence[icp.Flip],
    cause: dict[str, object],
    hands_over: bool,
) -> None:
    """Journal changed verdicts, re-score the affected leads and notify open pages."""
    _record_flips(program_id, flips)
    touched = [f.account_id for f in flips if "yes" in (f.was, f.now)]
    if touched:
        _sync(program_id, touched, cause, hands_over=hands_over)


def _record_flips(program_id: int, flips: Sequence[icp.Flip]) -> None:
    changed = [f for f in flips if f.was is not None]
    if changed:
        with connection.cursor() as cursor:
            columns = ([f.account_id for f in changed], [f.was for f in changed])
            cursor.execute(_JOURNAL, [program_id, *columns, [f.now for f in changed]])
    if flips:
        names = [f"account-{f.account_id}" for f in flips[:NAMED_AT_MOST]]
        bus.publish(program_id, "accounts", *names)


def _sync(
    program_id: int,
    account_ids: Sequence[int],
    cause: dict[str, object],
    *,
    hands_over: bool = True,
) -> None:
    written = sync_icp(ruling(program_id), account_ids)
    promote(program_id=program_id, crossings=written.crossings, cause=cause, hands_over=hands_over)


@transaction.atomic
def judge_waiting(*, program_id: int) -> int:
    """Judge accounts whose facts changed, oldest change first, and score leads that left their
    account; returns how many rows were claimed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [program_id, CLAIM_LIMIT])
        rows = cursor.fetchall()
    ids = sorted({account_id for account_id, _lead in rows if account_id})
    left = sorted({lead_id for _account, lead_id in rows if lead_id})
    if ids:
        judge_accounts(program_id=program_id, account_ids=ids)
    if left:
        lock_versions_shared(program_id)
        leave_account(ruling(program_id), left)
        bus.publish(program_id, "leads", *(f"lead-{lead_id}" for lead_id in left[:NAMED_AT_MOST]))
    return len(ids) + len(left)


def programs_waiting() -> list[int]:
    """Programs with accounts waiting to be judged."""
    rows = AccountChange.objects.across_programs().order_by()
    return list(rows.values_list("program_id", flat=True).distinct())

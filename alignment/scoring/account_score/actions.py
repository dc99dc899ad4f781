"""Scoring waiting accounts: those in the queue, and those whose people have new engagements.

Ingest stores engagements at full speed: it takes no lock for scores and queues nothing. Instead, a
sweep reads the engagements after its mark and scores the accounts of their leads. Every other input
of a score is queued (`accounts/actions/scores.py`) in the transaction that changes it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from accounts.models import AccountToScore
from accounts.queries.horizon import next_one, oldest_open
from alignment.core import locks
from alignment.core.live import bus
from alignment.core.locks import Turn

from ..actions.promotion import NAMED_AT_MOST
from .models import EngagementMark
from .statement import write_scores, write_span

CLAIM_LIMIT = 5_000
SPAN = 20_000
READ_LIMIT = 50_000
_CLAIM = """
    DELETE FROM accounts_accounttoscore WHERE id IN (
        SELECT id FROM accounts_accounttoscore WHERE program_id = %s AND account_id IS NOT NULL
        ORDER BY id LIMIT %s)
    RETURNING account_id"""
_CLAIM_SPANS = """
    DELETE FROM accounts_accounttoscore WHERE program_id = %s AND account_id IS NULL
    RETURNING after, until"""
_END_OF_PIECE = """
    SELECT id FROM accounts_account WHERE program_id = %s AND id > %s AND id < %s
    ORDER BY id OFFSET %s LIMIT 1"""
_AGAIN = "INSERT INTO accounts_accounttoscore (program_id, after, until) VALUES (%s, %s, %s)"
_NEWER = """
    WITH newer AS (
        SELECT id, lead_id FROM accounts_engagement WHERE id > %s ORDER BY id LIMIT %s
    ), moved AS (
        SELECT DISTINCT l.program_id, l.account_id
        FROM (SELECT DISTINCT lead_id FROM newer) n JOIN accounts_lead l ON l.id = n.lead_id
        WHERE l.account_id IS NOT NULL
    ), queued AS (
        INSERT INTO accounts_accounttoscore (program_id, account_id)
        SELECT program_id, account_id FROM moved
    )
    SELECT max(id), count(*) FROM newer"""


@transaction.atomic
def score_waiting(*, program_id: int) -> int:
    """Score the waiting accounts of a program; returns the number of queue rows handled.

    One call at a time per program: the second sees everything that the first saw, so no score from
    older evidence overwrites a newer one.
    """
    locks.hold(Turn.SCORING_ACCOUNTS, program_id)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [program_id, CLAIM_LIMIT])
        ids = {account_id for (account_id,) in cursor.fetchall()}
        cursor.execute(_CLAIM_SPANS, [program_id])
        asked = cursor.fetchall()
    changed = write_scores(program_id, sorted(ids)) if ids else []
    if asked:
        changed += _score_piece(program_id, joined(asked))
    if changed:
        named = changed if len(changed) <= NAMED_AT_MOST else []
        bus.publish(program_id, "accounts", *(f"account-{pk}" for pk in named))
    return len(ids) + len(asked)


def joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans (after, until], merged where they overlap or adjoin."""
    found: list[tuple[int, int]] = []
    for after, until in sorted(spans):
        if found and after <= found[-1][1]:
            found[-1] = (found[-1][0], max(until, found[-1][1]))
        else:
            found.append((after, until))
    return found


def _score_piece(program_id: int, spans: list[tuple[int, int]]) -> list[int]:
    """Score the next accounts of the first span; put the rest back into the queue."""
    (after, until), *left = spans
    with connection.cursor() as cursor:
        cursor.execute(_END_OF_PIECE, [program_id, after, until, SPAN - 1])
        if row := cursor.fetchone():
            left.insert(0, (row[0], until))
            until = row[0]
        cursor.executemany(_AGAIN, [(program_id, *span) for span in left])
    return write_span(program_id, after, until)


def programs_waiting() -> list[int]:
    """Programs with accounts waiting for their score."""
    rows = AccountToScore.objects.across_programs().order_by()
    return list(rows.values_list("program_id", flat=True).distinct())


@transaction.atomic
def follow_engagements() -> bool:
    """Queue the accounts of people with engagements after the mark; True if more are left.

    Ids are drawn before their transaction commits. The mark therefore moves up to the highest id
    seen only once every transaction open at that time has ended. Until then everything after the
    mark is read again; scoring unchanged accounts again writes nothing.
    """
    if not locks.attempt(Turn.FOLLOWING):
        return False
    with connection.cursor() as cursor:
        # Before the read, so that the read sees every transaction that has ended by then.
        horizon = oldest_open()
        mark = EngagementMark.objects.order_by("pk").first() or EngagementMark()
        cursor.execute(_NEWER, [mark.read, READ_LIMIT])
        top, number = cursor.fetchone()
    if horizon < mark.ahead_xid:
        return False
    mark.ahead_xid = next_one()
    highest = top or mark.ahead
    mark.read, mark.ahead = min(mark.ahead, highest), highest
    mark.save()
    return bool(number == READ_LIMIT)

"""Scoring what waits: the queue, and the accounts whose people did something.

Ingest stores engagements at full speed and tells nobody here: it takes no lock for this and queues
nothing. A sweep reads the engagements behind its mark instead, and scores the accounts of their
leads. Everything else that a score rests on is queued (`accounts/actions/scores.py`) in the
transaction that changes it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from accounts.models import AccountToScore
from accounts.queries.horizon import oldest_open
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
    """Score what waits in a program; how many rows of the queue that was.

    One at a time: who comes second sees all that the first one saw, so no older look at the
    evidence overwrites a newer one.
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
    """Spans (after, until] without those that lie in another one or go on where it ends."""
    found: list[tuple[int, int]] = []
    for after, until in sorted(spans):
        if found and after <= found[-1][1]:
            found[-1] = (found[-1][0], max(until, found[-1][1]))
        else:
            found.append((after, until))
    return found


def _score_piece(program_id: int, spans: list[tuple[int, int]]) -> list[int]:
    """The next accounts of the first span; what is left goes back into the queue."""
    (after, until), *left = spans
    with connection.cursor() as cursor:
        cursor.execute(_END_OF_PIECE, [program_id, after, until, SPAN - 1])
        if row := cursor.fetchone():
            left.insert(0, (row[0], until))
            until = row[0]
        cursor.executemany(_AGAIN, [(program_id, *span) for span in left])
    return write_span(program_id, after, until)


def programs_waiting() -> list[int]:
    """Programs with accounts that wait for their score."""
    rows = AccountToScore.objects.across_programs().order_by()
    return list(rows.values_list("program_id", flat=True).distinct())


@transaction.atomic
def follow_engagements() -> bool:
    """Queue the accounts whose people did something since the mark; True if more are left.

    An id is drawn before its transaction commits. So the mark moves up to the highest id seen only
    once every transaction has ended that was open when it was seen; until then all behind the mark
    is read again, and scoring again what did not change writes nothing.
    """
    if not locks.attempt(Turn.FOLLOWING):
        return False
    with connection.cursor() as cursor:
        # Before the read: what is not open any more is seen by it.
        horizon = oldest_open()
        mark = EngagementMark.objects.order_by("pk").first() or EngagementMark()
        cursor.execute(_NEWER, [mark.read, READ_LIMIT])
        top, number = cursor.fetchone()
        if horizon < mark.ahead_xid:
            return False
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        (mark.ahead_xid,) = cursor.fetchone()
    highest = top or mark.ahead
    mark.read, mark.ahead = min(mark.ahead, highest), highest
    mark.save()
    return bool(number == READ_LIMIT)

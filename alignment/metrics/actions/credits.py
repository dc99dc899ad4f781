"""Recomputing the credits of marketing's touches for deals that something changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from alignment.core import locks
from alignment.core.locks import Turn

from ..models import StaleCredit, TouchCredit
from ..queries.touches import CLOSE, OPENING, touches_until
from ..rules.attribution import Deal, Model, Touched, credit

if TYPE_CHECKING:
    from alignment.people.models import Program

Until = TouchCredit.Until
UNFOLD_LIMIT = 50_000
ACCOUNTS_AT_ONCE = 1_000
_ENDS = {Until.OPENED: OPENING, Until.CLOSED: CLOSE}
# Expands queued people, campaigns and whole programs to their accounts with deals, each once.
_UNFOLD = """
WITH claimed AS (
    DELETE FROM metrics_stalecredit WHERE id IN (
        SELECT id FROM metrics_stalecredit
        WHERE program_id = %(program)s AND account_id IS NULL LIMIT %(limit)s)
    RETURNING stakeholder_id, campaign_id
), meant AS (
    SELECT s.account_id FROM claimed c JOIN accounts_stakeholder s ON s.id = c.stakeholder_id
    UNION SELECT a.account_id FROM claimed c
        JOIN campaigns_campaignaccount a ON a.campaign_id = c.campaign_id
    UNION SELECT o.account_id FROM opportunities_opportunity o
        WHERE o.program_id = %(program)s AND EXISTS (
            SELECT FROM claimed c WHERE num_nonnulls(c.stakeholder_id, c.campaign_id) = 0)
), queued AS (
    INSERT INTO metrics_stalecredit (program_id, account_id)
    SELECT %(program)s, m.account_id FROM meant m
    WHERE EXISTS (SELECT FROM opportunities_opportunity o
            WHERE o.program_id = %(program)s AND o.account_id = m.account_id)
        AND NOT EXISTS (SELECT FROM metrics_stalecredit q WHERE q.program_id = %(program)s
            AND q.account_id = m.account_id AND q.due_at IS NULL)
)
SELECT count(*) FROM claimed"""
_CLAIM = """
WITH chosen AS (
    SELECT DISTINCT account_id FROM metrics_stalecredit
    WHERE program_id = %(program)s AND account_id IS NOT NULL
        AND (due_at IS NULL OR due_at <= statement_timestamp())
    ORDER BY account_id LIMIT %(limit)s
), claimed AS (
    DELETE FROM metrics_stalecredit q USING chosen c
    WHERE q.program_id = %(program)s AND q.account_id = c.account_id
    RETURNING q.account_id
)
SELECT statement_timestamp(), coalesce(array_agg(DISTINCT account_id), '{}') FROM claimed"""
_LATER = """
INSERT INTO metrics_stalecredit (program_id, account_id, due_at)
SELECT %(program)s, * FROM unnest(%(waiting)s::bigint[], %(due)s::timestamptz[])"""
_TOUCHED = """
SELECT o.id, (o.amount_usd * 100)::bigint, t.channel, t.campaign, count(*), min(t.at), max(t.at)
FROM opportunities_opportunity o CROSS JOIN LATERAL ({touches}) t
WHERE o.program_id = %(program)s AND o.account_id = ANY(%(accounts)s)
GROUP BY o.id, t.channel, t.campaign"""
_AHEAD = """
SELECT o.account_id, min(t.at)
FROM opportunities_opportunity o CROSS JOIN LATERAL ({touches}) t
WHERE o.program_id = %(program)s AND o.account_id = ANY(%(accounts)s) AND o.closed_at IS NULL
GROUP BY o.account_id"""
_ROWS = """
    SELECT * FROM unnest(%(opportunity)s::bigint[], %(until)s::text[], %(channel)s::text[],
        %(campaign)s::bigint[], %(touches)s::int[], %(is_first)s::bool[], %(is_last)s::bool[],
        %(even)s::bigint[])
        AS r(opportunity_id, until, channel, campaign_id, touches, is_first, is_last, even_cents)"""
_FORGET = f"""
DELETE FROM metrics_touchcredit c USING opportunities_opportunity o
WHERE o.id = c.opportunity_id AND o.program_id = %(program)s AND o.account_id = ANY(%(accounts)s)
  AND (c.opportunity_id, c.until, c.channel, coalesce(c.campaign_id, 0)) NOT IN (
      SELECT opportunity_id, until, channel, coalesce(campaign_id, 0) FROM ({_ROWS}) kept)"""
# Unchanged rows are not rewritten.
_KEEP = f"""
INSERT INTO metrics_touchcredit AS c (program_id, opportunity_id, until, channel, campaign_id,
    touches, is_first, is_last, even_cents)
SELECT %(program)s, kept.* FROM ({_ROWS}) kept
ON CONFLICT (opportunity_id, until, channel, campaign_id) DO UPDATE SET
    touches = excluded.touches, is_first = excluded.is_first, is_last = excluded.is_last,
    even_cents = excluded.even_cents
WHERE (c.touches, c.is_first, c.is_last, c.even_cents)
    IS DISTINCT FROM (excluded.touches, excluded.is_first, excluded.is_last, excluded.even_cents)"""
_COLUMNS = ("opportunity", "until", "channel", "campaign", "touches", "is_first", "is_last", "even")


@transaction.atomic
def settle(*, program: Program) -> bool:
    """Recompute the credits of up to a thousand changed accounts; True if more may wait.

    If another process is at it, leave it to that one: of two concurrent runs, the older reading
    could be written last. Changes during the run are queued by their own transactions and are not
    claimed here.
    """
    if not locks.attempt(Turn.CREDITING, program.pk):
        return False
    with connection.cursor() as cursor:
        queue: dict[str, Any] = {"program": program.pk, "limit": UNFOLD_LIMIT}
        cursor.execute(_UNFOLD, queue)
        unfolded = cursor.fetchone()[0]
        cursor.execute(_CLAIM, queue | {"limit": ACCOUNTS_AT_ONCE})
        now, accounts = cursor.fetchone()
        if accounts:
            given = {"program": program.pk, "zone": program.time_zone, "now": now}
            _work_out(cursor, given | {"accounts": accounts})
    return bool(unfolded == UNFOLD_LIMIT or len(accounts) == ACCOUNTS_AT_ONCE)


def _work_out(cursor: Any, given: dict[str, Any]) -> None:
    _write(cursor, given)
    waiting, due = _ahead(cursor, given)
    cursor.execute(_LATER, given | {"waiting": waiting, "due": due})


def _write(cursor: Any, given: dict[str, Any]) -> None:
    lines: list[tuple[Any, ...]] = []
    for until, end in _ENDS.items():
        for deal, touched in _touched(cursor, end, given).items():
            lines += _lines(until, deal, touched)
    columns = zip(*lines, strict=True) if lines else ((),) * len(_COLUMNS)
    rows = {name: list(column) for name, column in zip(_COLUMNS, columns, strict=True)}
    cursor.execute(_FORGET, given | rows)
    cursor.execute(_KEEP, given | rows)


def _touched(cursor: Any, end: str, given: dict[str, Any]) -> dict[int, Deal]:
    touches = " UNION ALL ".join(touches_until(end))
    cursor.execute(_TOUCHED.format(touches=touches), given)
    deals: dict[int, Deal] = {}
    for deal, cents, *touched in cursor.fetchall():
        deals.setdefault(deal, Deal(cents, [])).touched.append(Touched(*touched))
    return deals


def _lines(until: str, deal: int, touched: Deal) -> Iterator[tuple[Any, ...]]:
    first, last = (credit(touched, model)[0][0] for model in (Model.FIRST, Model.LAST))
    for touch, cents in credit(touched, Model.EVEN):
        assert touch is not None
        whose = (deal, until, touch.channel, touch.campaign, touch.count)
        yield (*whose, touch is first, touch is last, cents)


def _ahead(cursor: Any, given: dict[str, Any]) -> tuple[list[int], list[datetime]]:
    """Accounts with an open deal and a future touch, and when that takes place: their credits
    change with time alone, so they are due then."""
    touches = " UNION ALL ".join(touches_until("'infinity'", begin="%(now)s"))
    cursor.execute(_AHEAD.format(touches=touches), given)
    rows = cursor.fetchall()
    return [account_id for account_id, _at in rows], [at for _account_id, at in rows]


def programs_waiting() -> list[int]:
    """Programs with credits to recompute now."""
    due = Q(due_at=None) | Q(due_at__lte=Now())
    rows = StaleCredit.objects.across_programs().filter(due).order_by()
    return list(rows.values_list("program_id", flat=True).distinct())

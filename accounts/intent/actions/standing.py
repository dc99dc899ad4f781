"""Writing the figures of intent in one statement that follows `rules.standing`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.actions.scores import queue_for_score
from accounts.actions.writing import lock_facts
from accounts.intent import rules
from accounts.intent.models import AccountIntent
from alignment.core.arrays import id_array
from alignment.core.live import bus

FADED_AT_ONCE = 5_000
# Above this many accounts, pages only learn that accounts moved, not which ones.
NAMED_AT_MOST = 50

# Figures at zero do not change with time.
_FADING = Q(strength__gt=0) | ~Q(change=0)
_SITE = (
    f"LEAST({rules.MOST}, {rules.PER_VISIT} * v.visits::bigint + {rules.PER_PAGE} * v.pages)::int"
)
_LEFT = (
    "{strength} * COALESCE((%(weights)s::int[])[GREATEST(0, %(today)s::date - {row}.week - 6) + 1], 0)"
    f" / {rules.FULL}"
)
_WRITE = f"""
WITH picked AS (
    SELECT DISTINCT account_id FROM unnest(%(accounts)s::bigint[]) AS account_id
), surge AS (
    SELECT s.account_id, s.topic, s.week, s.strength, {_LEFT.format(strength="s.strength", row="s")} AS rest
    FROM picked JOIN intent_surge s USING (account_id)
    WHERE s.program_id = %(program)s AND s.week BETWEEN %(oldest)s AND %(this)s
), site AS (
    SELECT v.account_id, v.week, {_SITE} AS strength, {_LEFT.format(strength=_SITE, row="v")} AS rest
    FROM picked JOIN intent_sitevisits v USING (account_id)
    WHERE v.program_id = %(program)s AND v.week BETWEEN %(oldest)s AND %(this)s
), topic AS (
    SELECT account_id, topic, max(rest) AS rest FROM surge GROUP BY account_id, topic
), top AS (
    SELECT DISTINCT ON (account_id) account_id, topic, rest,
        count(*) FILTER (WHERE rest >= {rules.SURGING}) OVER (PARTITION BY account_id) AS topics
    FROM topic ORDER BY account_id, rest DESC, topic COLLATE "C"
), ours AS (
    SELECT account_id, max(rest) AS rest FROM site GROUP BY account_id
), week AS (
    SELECT account_id, week, max(strength) + (sum(strength) - max(strength)) / 2 AS level
    FROM (SELECT account_id, week, max(strength) AS strength FROM surge
          GROUP BY account_id, week, topic UNION ALL
          SELECT account_id, week, strength FROM site) said GROUP BY account_id, week
), latest AS (
    SELECT account_id, CASE WHEN max(week) = %(this)s::date THEN %(this)s::date
        ELSE %(this)s::date - 7 END AS week
    FROM week GROUP BY account_id
), change AS (
    SELECT latest.account_id, LEAST({rules.MOST_CHANGE}, GREATEST(-{rules.MOST_CHANGE}, (
        {rules.WEEKS_BEFORE} * COALESCE(sum(level) FILTER (WHERE week.week = latest.week), 0)
        - COALESCE(sum(level) FILTER (WHERE week.week < latest.week
            AND week.week >= latest.week - 7 * {rules.WEEKS_BEFORE}), 0)
        )::bigint / {rules.WEEKS_BEFORE}))::int AS change
    FROM latest JOIN week USING (account_id) GROUP BY latest.account_id
), fresh AS (
    SELECT account_id, COALESCE(top.rest, 0) AS t, COALESCE(ours.rest, 0) AS v,
        COALESCE(change.change, 0) AS change, COALESCE(top.topics, 0) AS topics,
        CASE WHEN top.rest > 0 THEN top.topic ELSE '' END AS top_topic
    FROM picked LEFT JOIN top USING (account_id) LEFT JOIN ours USING (account_id)
    LEFT JOIN change USING (account_id)
)
INSERT INTO intent_accountintent
    (account_id, program_id, strength, change, topics, top_topic, as_of)
SELECT account_id, %(program)s, LEAST({rules.MOST}, GREATEST(t, v) + LEAST(t, v) / 2), change, topics,
    top_topic, %(today)s
FROM fresh ORDER BY account_id
ON CONFLICT (account_id) DO UPDATE SET strength = excluded.strength, change = excluded.change,
    topics = excluded.topics, top_topic = excluded.top_topic, as_of = excluded.as_of
RETURNING account_id, old.strength IS DISTINCT FROM new.strength
"""


def write_standing(*, program_id: int, account_ids: Sequence[int], today: date) -> None:
    """Write these accounts' figures as of a day (UTC), and queue changed ones for scoring.

    The caller holds `lock_facts`, so that no concurrent writer's surge is missed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "program": program_id,
                "accounts": id_array(account_ids),
                "today": today,
                "this": rules.monday_of(today),
                "oldest": today - timedelta(days=rules.HORIZON_DAYS + 6),
                "weights": list(rules.WEIGHTS),
            },
        )
        moved = [account_id for account_id, differs in cursor.fetchall() if differs]
    queue_for_score(program_id=program_id, account_ids=moved)
    named = account_ids if len(account_ids) <= NAMED_AT_MOST else ()
    bus.publish(program_id, *(f"account-{pk}" for pk in named))


def today_utc() -> date:
    """The day used for the decay of intent."""
    return timezone.now().astimezone(UTC).date()


def programs_fading() -> list[int]:
    """Programs with figures of an earlier day (UTC)."""
    rows = AccountIntent.objects.across_programs().filter(_FADING, as_of__lt=today_utc())
    return list(rows.order_by().values_list("program_id", flat=True).distinct())


@transaction.atomic
def fade(*, program_id: int) -> int:
    """Recompute figures of earlier days for today; returns how many."""
    lock_facts(program_id)
    today = today_utc()
    rows = AccountIntent.objects.in_program(program_id).filter(_FADING, as_of__lt=today)
    ids = list(rows.order_by("account").values_list("account_id", flat=True)[:FADED_AT_ONCE])
    if ids:
        write_standing(program_id=program_id, account_ids=ids, today=today)
    return len(ids)

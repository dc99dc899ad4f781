"""Surges that began after a given moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection

from accounts.intent import rules
from alignment.core.arrays import id_array, time_array

MOST_TOPICS = 3

# Providers report a week when it is over, so a report made since then about the week before also
# counts.
_BEGUN = f"""
WITH asked AS (
    SELECT * FROM unnest(%(accounts)s::bigint[], %(moments)s::timestamptz[]) AS a (account_id, since)
), begun AS (
    SELECT s.account_id, s.topic, max(s.week) AS week, max(s.strength) AS strength
    FROM asked JOIN intent_surge s USING (account_id)
    WHERE s.program_id = %(program)s AND s.strength >= {rules.SURGING}
        AND s.updated_at > asked.since AND s.week <= %(this)s AND s.week >= GREATEST(
            %(oldest)s, date_trunc('week', asked.since AT TIME ZONE 'UTC')::date - 7)
        AND NOT EXISTS (
            SELECT FROM intent_surge p WHERE p.program_id = s.program_id
                AND p.account_id = s.account_id AND p.week = s.week - 7 AND p.topic = s.topic
                AND p.strength >= {rules.SURGING})
    GROUP BY s.account_id, s.topic
), placed AS (
    SELECT *, row_number() OVER (
        PARTITION BY account_id ORDER BY strength DESC, week DESC, topic COLLATE "C") AS place
    FROM begun
)
SELECT account_id, topic, week, strength FROM placed WHERE place <= {MOST_TOPICS}
ORDER BY account_id, place"""


@dataclass(frozen=True, slots=True)
class NewSurge:
    """A topic that surges in a week (given as its Monday) but not in the week before."""

    topic: str
    week: date
    strength: int


def surges_begun(
    program_id: int, since: Mapping[int, datetime], now: datetime
) -> dict[int, list[NewSurge]]:
    """Account -> topics that began to surge (again) after its moment, strongest first.

    A topic that keeps surging week after week is not included, nor is one that has faded
    completely. One statement, none without accounts.
    """
    if not since:
        return {}
    today = now.astimezone(UTC).date()
    found: dict[int, list[NewSurge]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _BEGUN,
            {
                "program": program_id,
                "accounts": id_array(since),
                "moments": time_array(since.values()),
                "this": rules.monday_of(today),
                "oldest": today - timedelta(days=rules.HORIZON_DAYS + 6),
            },
        )
        for account, *surge in cursor:
            found.setdefault(account, []).append(NewSurge(*surge))
    return found

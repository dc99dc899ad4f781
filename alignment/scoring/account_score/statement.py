"""All scores in one statement: of given accounts, or of a span of a program's accounts.

It computes what `rules.parts_of` does and writes only rows that differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import connection

from alignment.core.arrays import id_array

from ..queries import ruling
from .rules import PARTS, PER_STRENGTH

_COLUMNS = ("version_id", "score", *PARTS)
_EVIDENCE = f"""
picked AS (
    SELECT a.id AS account_id FROM accounts_account a
    WHERE a.program_id = %(program)s AND {{which}}
), heat AS (
    SELECT l.account_id, max(t.total) AS hottest,
        count(*) FILTER (WHERE t.total >= %(warm_at)s) AS warm
    FROM picked JOIN accounts_lead l USING (account_id)
    JOIN scoring_leadscore t ON t.lead_id = l.id
    WHERE l.closed_at IS NULL GROUP BY l.account_id
), known AS (
    SELECT s.account_id, max(r.strength) AS strongest, count(DISTINCT s.id) AS people
    FROM picked JOIN accounts_stakeholder s USING (account_id)
    JOIN field_relationship r ON r.program_id = %(program)s AND r.stakeholder_id = s.id
    GROUP BY s.account_id
), value AS (
    SELECT account_id,
        CASE WHEN v.answer = 'no' THEN 0 ELSE COALESCE(v.grade, 0) END AS fit,
        LEAST(100, COALESCE(heat.hottest, 0)
            + %(further)s * GREATEST(0, COALESCE(heat.warm, 0) - 1)) AS engagement,
        COALESCE(i.strength, 0) AS intent,
        LEAST(100, {PER_STRENGTH} * COALESCE(known.strongest, 0)
            + %(further)s * GREATEST(0, COALESCE(known.people, 0) - 1)) AS relationships
    FROM picked LEFT JOIN heat USING (account_id) LEFT JOIN known USING (account_id)
    LEFT JOIN icp_verdict v USING (account_id)
    LEFT JOIN intent_accountintent i USING (account_id)
), part AS (
    SELECT account_id, %(fit)s * fit / 100 AS fit, %(engagement)s * engagement / 100 AS engagement,
        %(intent)s * intent / 100 AS intent, %(relationships)s * relationships / 100 AS relationships
    FROM value
)"""
_WRITE = f"""
WITH {_EVIDENCE}
INSERT INTO scoring_accountscore (account_id, program_id, {", ".join(_COLUMNS)})
SELECT account_id, %(program)s, %(version)s, {" + ".join(f"p.{part}" for part in PARTS)},
    {", ".join(f"p.{part}" for part in PARTS)}
FROM part p LEFT JOIN scoring_accountscore t USING (account_id)
WHERE t.account_id IS NULL
    OR {" OR ".join(f"t.{part} <> p.{part}" for part in PARTS)}
ORDER BY account_id
ON CONFLICT (account_id) DO UPDATE
SET {", ".join(f"{column} = excluded.{column}" for column in _COLUMNS)}
RETURNING account_id"""


def write_scores(program_id: int, account_ids: Sequence[int]) -> list[int]:
    """Score these accounts; returns the ids of those whose score changed."""
    return _write(program_id, "a.id = ANY(%(ids)s::bigint[])", {"ids": id_array(account_ids)})


def write_span(program_id: int, after: int, until: int) -> list[int]:
    """Score the accounts with `after` < id <= `until`."""
    span = {"after": after, "until": until}
    return _write(program_id, "a.id > %(after)s AND a.id <= %(until)s", span)


def _write(program_id: int, which: str, parameters: dict[str, Any]) -> list[int]:
    compiled = ruling(program_id).compiled
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE.format(which=which),
            {
                "program": program_id,
                "version": compiled.version_id,
                **asdict(compiled.model.account),
                **parameters,
            },
        )
        return [account_id for (account_id,) in cursor.fetchall()]

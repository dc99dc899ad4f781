"""The engine: a few set-based statements around the compiled model.

Every statement writes only rows that change and says which leads crossed a threshold.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from alignment.core.arrays import id_array

from .compiler import CompiledModel, Read
from .measures import timed_measures, timed_signal_ids
from .queries import Ruling
from .rules import ENGAGEMENT, FIT, MOST_COUNTED


@dataclass(frozen=True)
class Crossing:
    """A lead whose level rose."""

    lead_id: int
    was: int
    now: int
    total: int


@dataclass(frozen=True)
class Written:
    """What a statement did: the number of rows rewritten, and the crossings among them."""

    rows: int
    crossings: list[Crossing]


def stored(column: str) -> str:
    """Reads a column of the stored score row."""
    return f"t.{column}"


def outcome(compiled: CompiledModel, read: Read = stored) -> dict[str, str]:
    """Column -> expression, for everything that the model decides."""
    fit, engagement = compiled.dimension(FIT, read), compiled.dimension(ENGAGEMENT, read)
    return {
        "fit": fit,
        "engagement": engagement,
        "total": f"({fit} + {engagement})::smallint",
        "mask": compiled.mask(read),
        "level": compiled.level(read, fit, engagement),
    }


def assignments(values: dict[str, str]) -> str:
    return ", ".join(f"{column} = {value}" for column, value in values.items())


def differs(compiled: CompiledModel) -> str:
    """True if scoring row `t` again would change it.

    The total follows from its dimensions; where those are unchanged, the stored ones give the
    level.
    """
    level = compiled.level(stored, stored(FIT), stored(ENGAGEMENT))
    return f"({compiled.differs(stored)} OR {stored('level')} <> {level})"


def _run(update: str, parameters: dict[str, Any]) -> Written:
    """Run an UPDATE of `t` and report what it did without fetching every row."""
    statement = f"""
        WITH written AS ({update} RETURNING t.lead_id, old.level AS was, new.level AS now, t.total)
        SELECT count(*), COALESCE(jsonb_agg(jsonb_build_array(lead_id, was, now, total)
            ORDER BY lead_id) FILTER (WHERE was <> now), '[]') FROM written"""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows, crossed = cursor.fetchone()
    crossings = json.loads(crossed) if isinstance(crossed, str) else crossed
    return Written(rows, [Crossing(*row) for row in crossings])


def rescore(ruling: Ruling, which: str, parameters: dict[str, Any]) -> Written:
    """Recompute the scores of the rows `t` that `which` selects, from their counters."""
    compiled = ruling.compiled
    values = outcome(compiled)
    return _run(
        f"UPDATE scoring_leadscore t SET {assignments(values)}, version_id = %(version)s"
        f" WHERE {which} AND {differs(compiled)}",
        {"version": compiled.version_id, **parameters},
    )


def would_change(ruling: Ruling, program_id: int, after: int) -> bool:
    """Whether scoring the program's leads with an id above `after` would write anything.

    One pass over the table in physical order, at half the cost of the same rows chunk by chunk.
    Models with a window or decay must be measured first and cannot use this.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM scoring_leadscore t WHERE t.program_id = %s AND t.lead_id > %s"
            f" AND {differs(ruling.compiled)}",
            [program_id, after],
        )
        (count,) = cursor.fetchone()
        return bool(count)


def rescore_ids(ruling: Ruling, lead_ids: Sequence[int]) -> Written:
    return rescore(ruling, "t.lead_id = ANY(%(leads)s)", {"leads": list(lead_ids)})


def sync_icp(ruling: Ruling, account_ids: Sequence[int]) -> Written:
    """Update the ICP bit of the accounts' leads from their verdict, and their scores with it.

    Rows are locked in the order of their ids, as in ingest.
    """
    compiled = ruling.compiled
    values = outcome(compiled, lambda column: "n.icp" if column == "icp" else stored(column))
    return _run(
        f"""WITH n AS MATERIALIZED (
                SELECT judged.id, judged.icp
                FROM (SELECT l.id, (v.answer = 'yes')::int::smallint AS icp
                      FROM accounts_lead l JOIN icp_verdict v ON v.account_id = l.account_id
                      -- Named twice, or the verdicts of all accounts are read for those of some.
                      WHERE l.account_id = ANY(%(accounts)s::bigint[])
                        AND v.account_id = ANY(%(accounts)s::bigint[])
                      ORDER BY l.id) judged,
                    LATERAL (SELECT FROM scoring_leadscore s
                             WHERE s.lead_id = judged.id AND s.icp <> judged.icp
                             FOR NO KEY UPDATE) held
            )
            UPDATE scoring_leadscore t SET icp = n.icp, {assignments(values)},
                version_id = %(version)s
            FROM n WHERE t.lead_id = n.id""",
        {"accounts": id_array(account_ids), "version": compiled.version_id},
    )


def leave_account(ruling: Ruling, lead_ids: Sequence[int]) -> int:
    """Remove the ICP bit and its points from leads that have no account; returns rows written."""
    compiled = ruling.compiled
    values = outcome(compiled, lambda column: "0" if column == "icp" else stored(column))
    written = _run(
        f"""UPDATE scoring_leadscore t SET icp = 0, {assignments(values)},
                version_id = %(version)s
            FROM accounts_lead l
            WHERE l.id = t.lead_id AND l.id = ANY(%(leads)s::bigint[]) AND l.account_id IS NULL
              AND t.icp <> 0""",
        {"leads": id_array(lead_ids), "version": compiled.version_id},
    )
    return written.rows


def refresh_facts(ruling: Ruling, lead_ids: Sequence[int]) -> None:
    """Set each fact to its latest value; a late message about an earlier day changes nothing."""
    if not ruling.facts:
        return
    ids = [s.id for s in ruling.facts]
    new = ", ".join(
        f"COALESCE(bool_or(e.value) FILTER (WHERE e.signal_id = {s.id}), false)::int::smallint"
        f" AS s{s.slot}"
        for s in ruling.facts
    )
    _refresh(
        f"""SELECT l.lead_id, {new} FROM unnest(%(leads)s::bigint[]) l(lead_id)
            LEFT JOIN (SELECT DISTINCT ON (lead_id, signal_id) lead_id, signal_id, value
                       FROM accounts_engagement
                       WHERE lead_id = ANY(%(leads)s) AND signal_id = ANY(%(signals)s)
                       ORDER BY lead_id, signal_id, occurred_at DESC, id DESC) e USING (lead_id)
            GROUP BY l.lead_id""",
        [f"s{s.slot}" for s in ruling.facts],
        {"leads": list(lead_ids), "signals": ids},
    )


def _refresh(select: str, columns: list[str], parameters: dict[str, Any]) -> int:
    copied = assignments({column: f"n.{column}" for column in columns})
    tests = " OR ".join(f"t.{c} IS DISTINCT FROM n.{c}" for c in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE scoring_leadscore t SET {copied} FROM ({select}) n"
            f" WHERE t.lead_id = n.lead_id AND ({tests})",
            parameters,
        )
        return int(cursor.rowcount)


def refresh_counters(ruling: Ruling, lead_ids: Sequence[int]) -> int:
    """Recount behaviours and the last engagement from stored events; returns changed rows."""
    counts = "".join(
        f", LEAST(count(e.id) FILTER (WHERE e.signal_id = {s.id}), {MOST_COUNTED})::smallint AS s{s.slot}"
        for s in ruling.behaviours
    )
    behaviour_ids = [s.id for s in ruling.behaviours]
    return _refresh(
        f"""SELECT l.lead_id, max(e.occurred_at) FILTER (WHERE e.signal_id = ANY(%(signals)s))
                AS last_engaged_at {counts}
            FROM unnest(%(leads)s::bigint[]) l(lead_id)
            LEFT JOIN accounts_engagement e ON e.lead_id = l.lead_id GROUP BY l.lead_id""",
        ["last_engaged_at", *(f"s{s.slot}" for s in ruling.behaviours)],
        {"leads": list(lead_ids), "signals": behaviour_ids},
    )


def refresh_timed(ruling: Ruling, lead_ids: Sequence[int]) -> int:
    """Measure windows and decay as of today (UTC), and when time alone will change them."""
    timed = ruling.compiled.model.timed
    return _refresh(
        timed_measures(ruling),
        ["stale_at", *(f"w{i}" for i in range(len(timed)))],
        {"leads": id_array(lead_ids), "signals": timed_signal_ids(ruling)},
    )

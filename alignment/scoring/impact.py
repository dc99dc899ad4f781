"""Two versions of the model on the same leads, whichever is in force."""

from typing import Any

from django.db import connection

from alignment.core.arrays import id_array

from .compiler import CompiledModel
from .engine import stored
from .measures import timed_measures, timed_signal_ids
from .queries import Ruling
from .rules import ENGAGEMENT, FIT
from .whatif import IN_CHUNK, Chunk, Counted, Trial, leads_of


def compare_chunk(pair: Trial, chunk: Chunk) -> Counted:
    """Store the leads of a chunk that have enough points for an MQL under only one of the versions;
    counts as in `tally`.

    `pair.current` is the version compared with.
    """
    parameters: dict[str, Any] = {
        "program": pair.program_id,
        "after": chunk.after,
        "until": chunk.until,
        "what_if": pair.id,
    }
    signals = {*timed_signal_ids(pair.draft), *timed_signal_ids(pair.current)}
    if signals:
        parameters["signals"] = list(signals)
        parameters["leads"] = id_array(leads_of(parameters))
    with connection.cursor() as cursor:
        cursor.execute(_statement(pair), parameters)
        return [(name, key, number) for name, key, number in cursor.fetchall()]


def _statement(pair: Trial) -> str:
    draft, current = pair.draft.compiled, pair.current.compiled
    return f"""
        WITH told AS MATERIALIZED (
            SELECT g.*, {current.qualifies("g.had_fit", "g.had_engagement")} AS was_over,
                   {draft.qualifies("g.fit", "g.engagement")} AS is_over
            FROM (SELECT t.lead_id, {_points(current, "o", "had_")}, {_points(draft, "n", "")}
                  FROM scoring_leadscore t {_measured(pair.current, "o")}
                  {_measured(pair.draft, "n")} WHERE {IN_CHUNK} OFFSET 0) g),
        kept AS (
            INSERT INTO scoring_move (program_id, what_if_id, kind, lead_id, stage,
                                      had_fit, had_engagement, fit, engagement)
            SELECT %(program)s, %(what_if)s, CASE WHEN is_over THEN 'over' ELSE 'below' END,
                   lead_id, l.stage, had_fit, had_engagement, fit, engagement
            FROM told JOIN accounts_lead l ON l.id = told.lead_id
            WHERE was_over <> is_over ORDER BY lead_id
            RETURNING kind)
        SELECT 'over', was_over::int || ',' || is_over::int, count(*) FROM told GROUP BY 2
        UNION ALL SELECT 'changed', '1', count(*) FROM told
            WHERE had_fit <> fit OR had_engagement <> engagement
        UNION ALL SELECT 'moves', kind, count(*) FROM kept GROUP BY 2"""


def _measured(ruling: Ruling, name: str) -> str:
    timed = ruling.compiled.model.timed
    return f"JOIN ({timed_measures(ruling)}) {name} USING (lead_id)" if timed else ""


def _points(compiled: CompiledModel, measured: str, prefix: str) -> str:
    """Both dimensions: counters as stored, windows and decay as this version measures them."""

    def read(column: str) -> str:
        return f"{measured}.{column}" if column.startswith("w") else stored(column)

    fit, engagement = compiled.dimension(FIT, read), compiled.dimension(ENGAGEMENT, read)
    return f"{fit} AS {prefix}fit, {engagement} AS {prefix}engagement"

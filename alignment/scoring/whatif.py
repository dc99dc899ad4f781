"""The statements of a trial, which runs a model on leads without changing them, chunk by chunk.

They run the same compiled expressions as an activation, in a SELECT.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from alignment.core.arrays import id_array

from .compiler import CompiledModel
from .engine import stored
from .measures import measure, timed_measures, timed_signal_ids
from .queries import Ruling
from .rules import ENGAGEMENT, FIT, ICP_MATCH, LEVEL_STAGE, RISES_FROM
from .tally import CELL, REPLAY_DAYS

Counted = list[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class Trial:
    """A draft compared with the version in force; `id` is the WhatIf that stores the moves."""

    id: int
    program_id: int
    draft: Ruling
    current: Ruling


@dataclass(frozen=True, slots=True)
class Chunk:
    """Leads with ids in (after, until]."""

    after: int
    until: int


def try_chunk(trial: Trial, chunk: Chunk) -> Counted:
    """Store the leads of a chunk that would move; returns counts with the names of `tally`."""
    parameters = _parameters(trial, chunk)
    with connection.cursor() as cursor:
        cursor.execute(_statement(trial), parameters)
        return [(name, key, number) for name, key, number in cursor.fetchall()]


def _parameters(trial: Trial, chunk: Chunk) -> dict[str, Any]:
    found: dict[str, Any] = {
        "program": trial.program_id,
        "after": chunk.after,
        "until": chunk.until,
        "what_if": trial.id,
    }
    if trial.draft.compiled.model.timed:
        found["signals"] = timed_signal_ids(trial.draft)
        found["leads"] = id_array(leads_of(found))
    return found


def leads_of(parameters: dict[str, Any]) -> Sequence[int]:
    """The leads of the chunk that the parameters define."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t.lead_id FROM scoring_leadscore t WHERE {IN_CHUNK}", parameters)
        return [lead_id for (lead_id,) in cursor.fetchall()]


IN_CHUNK = "t.program_id = %(program)s AND t.lead_id > %(after)s AND t.lead_id <= %(until)s"


def scored(trial: Trial) -> str:
    """A SELECT of each lead in a chunk: its points, those the draft gives it, and its new level."""
    draft, current = trial.draft.compiled, trial.current.compiled
    measured = (
        f"JOIN ({timed_measures(trial.draft)}) n USING (lead_id)" if draft.model.timed else ""
    )
    return f"""
        SELECT g.*, {draft.level(_given, "g.fit", "g.engagement")} AS now,
               {current.qualifies("g.had_fit", "g.had_engagement")} AS was_over,
               {draft.qualifies("g.fit", "g.engagement")} AS is_over
        FROM (SELECT t.lead_id, t.fit AS had_fit, t.engagement AS had_engagement, t.level,
                     t.held, t.validated, t.last_engaged_at,
                     {draft.dimension(FIT, _fresh)} AS fit,
                     {draft.dimension(ENGAGEMENT, _fresh)} AS engagement
              FROM scoring_leadscore t {measured} WHERE {IN_CHUNK} OFFSET 0) g"""


def _given(column: str) -> str:
    return f"g.{column}"


def _fresh(column: str) -> str:
    """Counters as stored; windows and decay as the draft measures them."""
    return f"n.{column}" if column.startswith("w") else stored(column)


def _statement(trial: Trial) -> str:
    return f"""
        WITH told AS MATERIALIZED ({scored(trial)}),
        kept AS (
            INSERT INTO scoring_move (program_id, what_if_id, kind, lead_id, stage,
                                      had_fit, had_engagement, fit, engagement)
            SELECT %(program)s, %(what_if)s, kind, lead_id, stage,
                   had_fit, had_engagement, fit, engagement
            FROM (SELECT told.*, l.stage, {_kind()} AS kind
                  FROM told JOIN accounts_lead l ON l.id = told.lead_id
                  WHERE told.now > told.level OR told.was_over <> told.is_over) c
            WHERE kind IS NOT NULL ORDER BY lead_id
            RETURNING kind),
        {_replay(trial)}
        SELECT 'cells_now', {_cell("had_fit")} || ',' || {_cell("had_engagement")}, count(*)
            FROM told GROUP BY 2
        UNION ALL SELECT 'cells_then', {_cell("fit")} || ',' || {_cell("engagement")}, count(*)
            FROM told GROUP BY 2
        UNION ALL SELECT 'levels', level || ',' || now, count(*) FROM told GROUP BY 2
        UNION ALL SELECT 'over', was_over::int || ',' || is_over::int, count(*) FROM told GROUP BY 2
        UNION ALL SELECT 'changed', '1', count(*) FROM told
            WHERE had_fit <> fit OR had_engagement <> engagement
        UNION ALL SELECT 'moves', kind, count(*) FROM kept GROUP BY 2
        UNION ALL SELECT 'new', 'now', count(*) FILTER (WHERE was_over AND NOT current_before)
            FROM replay
        UNION ALL SELECT 'new', 'then', count(*) FILTER (WHERE is_over AND NOT draft_before)
            FROM replay"""


def _cell(column: str) -> str:
    return f"({column} / {CELL})"


def _kind() -> str:
    """As `promotion.promote` moves stages; otherwise how the lead crosses the threshold."""
    rises = " ".join(
        f"WHEN now > level AND now = {level} AND l.stage IN ({_quoted(RISES_FROM[level])})"
        f" THEN '{stage}'"
        for level, stage in LEVEL_STAGE.items()
    )
    return (
        f"CASE {rises} WHEN is_over AND NOT was_over THEN 'over'"
        " WHEN was_over AND NOT is_over THEN 'below' END"
    )


def _quoted(stages: Sequence[str]) -> str:
    return ", ".join(f"'{stage}'" for stage in stages)


def _replay(trial: Trial) -> str:
    """Leads over the threshold today, and whether they were already over it REPLAY_DAYS ago.

    The earlier counters are today's minus the engagements since; the ICP match is today's.
    """
    draft, current = trial.draft.compiled, trial.current.compiled
    return f"""
        replay AS (
            SELECT o.was_over, o.is_over,
                   {_before(draft, trial.draft, "d")} AS draft_before,
                   {_before(current, trial.current, "k")} AS current_before
            FROM (SELECT * FROM told WHERE (is_over OR was_over)
                  AND last_engaged_at > now() - interval '{REPLAY_DAYS} days') o
            JOIN scoring_leadscore t USING (lead_id)
            CROSS JOIN LATERAL (
                SELECT {_columns_before(trial)}
                FROM (SELECT x.id, x.signal_id, x.value, x.occurred_at, d.since,
                             CASE WHEN NOT d.since THEN GREATEST(d.today - d.day, 0) END AS age
                      FROM accounts_engagement x, LATERAL (SELECT
                          x.occurred_at > now() - interval '{REPLAY_DAYS} days' AS since,
                          (x.occurred_at AT TIME ZONE 'UTC')::date AS day,
                          (now() AT TIME ZONE 'UTC')::date - {REPLAY_DAYS} AS today) d
                      WHERE x.lead_id = t.lead_id) e) b)"""


def _before(compiled: CompiledModel, ruling: Ruling, mark: str) -> str:
    """Whether the model would have made the lead an MQL at the start of the replay."""
    facts = {f"s{s.slot}" for s in ruling.facts}

    def read(column: str) -> str:
        if column.startswith("w"):
            return f"b.{mark}{column}"
        if column in facts:
            return f"b.{column}"
        return f"GREATEST(t.{column} - b.{column}, 0)" if column != "icp" else stored(column)

    return compiled.qualifies(compiled.dimension(FIT, read), compiled.dimension(ENGAGEMENT, read))


def _columns_before(trial: Trial) -> str:
    """Facts as of then, behaviours since then, and windows and decay of both models as of then."""
    used = {
        rule.signal
        for ruling in (trial.draft, trial.current)
        for rule in ruling.compiled.model.rules
        if rule.source != ICP_MATCH and not rule.is_timed
    }
    columns = [
        f"{_fact_before(s.id) if s.is_fact else _count_since(s.id)} AS s{s.slot}"
        for s in trial.draft.signals
        if s.code in used
    ]
    for mark, ruling in (("d", trial.draft), ("k", trial.current)):
        columns += [
            f"{measure(rule, ruling.signal_id(rule.signal))} AS {mark}w{i}"
            for i, rule in enumerate(ruling.compiled.model.timed)
        ]
    return ", ".join(columns) or "1"


def _fact_before(signal_id: int) -> str:
    return (
        "COALESCE((array_agg(e.value ORDER BY e.occurred_at DESC, e.id DESC)"
        f" FILTER (WHERE e.signal_id = {signal_id} AND NOT e.since))[1], false)::int"
    )


def _count_since(signal_id: int) -> str:
    return f"(count(*) FILTER (WHERE e.signal_id = {signal_id} AND e.since))::int"

"""What follows when a lead crosses a threshold: its stage, the journal, the rep's screen."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from accounts.actions.followers import hint_followers
from alignment.core import prepared
from alignment.core.arrays import id_array
from alignment.core.live import bus

from ..engine import Crossing
from ..rules import LEVEL_STAGE, RISES_FROM

# From this level on, somebody has to follow up.
MQL = 2
JOURNAL_KIND = {1: "became_engaged", 2: "became_mql", 3: "became_sql"}
# Above this number of leads, pages are told only that leads moved, not which.
NAMED_AT_MOST = 50
NO_EVIDENCE: Mapping[int, int] = MappingProxyType({})

# `IS TRUE` keeps the planner from reading all leads of a stage, of which there may be a million: its
# statistics are from before an import. These leads are found by their ids.
_PROMOTE = """
    WITH moved AS (
        UPDATE accounts_lead l SET stage = %(stage)s, stage_since = now(), updated_at = now()
        FROM unnest(%(leads)s::bigint[], %(totals)s::int[], %(evidence)s::bigint[])
            AS c(lead_id, total, engagement)
        WHERE l.id = c.lead_id AND l.program_id = %(program)s
            AND (l.stage = ANY(%(from)s)) IS TRUE
        RETURNING l.id, l.account_id, l.stakeholder_id, old.stage AS was, c.total, c.engagement
    )
    INSERT INTO accounts_journalevent
        (program_id, kind, at, account_id, stakeholder_id, lead_id, actor_id, cause, detail)
    SELECT %(program)s, %(kind)s, now(), account_id, stakeholder_id, id, %(actor)s,
           %(cause)s::jsonb || jsonb_strip_nulls(jsonb_build_object('engagement', engagement)),
           jsonb_build_object('from', was, 'to', %(stage)s::text, 'score', total)
    FROM moved ORDER BY id RETURNING lead_id"""


def promote(
    *,
    program_id: int,
    crossings: Sequence[Crossing],
    cause: dict[str, Any],
    evidence: Mapping[int, int] = NO_EVIDENCE,
    actor_id: int | None = None,
    hands_over: bool = True,
) -> list[int]:
    """Raise the stage of leads that crossed a threshold and journal it; returns those moved.

    Without `hands_over` the journal says so and nobody is alerted: the model changed, not the
    people.

    `evidence` maps a lead to the engagement that caused the crossing. Runs in the transaction that
    wrote the scores.
    """
    moved: list[int] = []
    if not hands_over:
        cause = {**cause, "hands_over": False}
    for level in (1, 2, 3):
        risen = [c for c in crossings if c.now == level]
        if risen:
            moved += _move(program_id, level, risen, cause, evidence, actor_id)
    if moved:
        high = any(c.now >= MQL for c in crossings)
        if high:
            hint_followers()
        _publish(program_id, moved, hands_over and high)
    return moved


def _move(
    program_id: int,
    level: int,
    risen: list[Crossing],
    cause: dict[str, Any],
    evidence: Mapping[int, int],
    actor_id: int | None,
) -> list[int]:
    rows = prepared.fetch(
        _PROMOTE,
        {
            "program": program_id,
            "stage": LEVEL_STAGE[level],
            "from": RISES_FROM[level],
            "kind": JOURNAL_KIND[level],
            "leads": id_array(c.lead_id for c in risen),
            "totals": id_array(c.total for c in risen),
            "evidence": id_array(evidence.get(c.lead_id) for c in risen),
            "cause": json.dumps(cause),
            "actor": actor_id,
        },
    )
    return [lead_id for (lead_id,) in rows]


def _publish(program_id: int, moved: list[int], hot: bool) -> None:
    names = [f"lead-{lead_id}" for lead_id in moved[:NAMED_AT_MOST]]
    bus.publish(program_id, "leads", *(["mql"] if hot else []), *names)

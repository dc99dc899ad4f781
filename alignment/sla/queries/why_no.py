"""Why sales says no: feedback and coded reasons, by source, by signal and campaign, by rule.

Counts are of leads, each once: by its newest feedback, and by the code with which sales closed it
or sent it back. A period counts what was recorded in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import Lead, Signal
from accounts.queries.names import set_known_as
from accounts.rules.signals import shown_name
from alignment.people.models import Program
from alignment.scoring.queries import ruling
from alignment.scoring.words import rule_name

from ..handoff_defaults import shown
from ..models import ReasonCode

MOST_ROWS = 12
MOST_LEADS = 200

# Each lead judged in the period: its newest feedback, and the code with which it was closed or
# sent back. A lead counts as a no when either says so.
_JUDGED = """
WITH said AS (
    SELECT DISTINCT ON (f.lead_id) f.id, f.lead_id, f.fits FROM sla_feedback f
    WHERE f.program_id = %(program)s AND f.given_at >= %(since)s
    ORDER BY f.lead_id, f.id DESC
), coded AS (
    SELECT l.id AS lead_id, l.stage, l.reason_code FROM accounts_lead l
    WHERE l.program_id = %(program)s AND l.stage IN ('disqualified', 'recycled')
      AND l.stage_since >= %(since)s AND l.reason_code <> ''
), judged AS (
    SELECT lead_id, said.id AS feedback_id, said.fits, coded.stage, coded.reason_code,
           COALESCE(NOT said.fits, false) OR coded.stage IS NOT NULL AS no
    FROM said FULL JOIN coded USING (lead_id)
)
"""
_TOTALS = (
    _JUDGED
    + """
SELECT count(*), count(*) FILTER (WHERE no),
       count(*) FILTER (WHERE fits), count(*) FILTER (WHERE fits IS FALSE),
       count(*) FILTER (WHERE stage = 'disqualified'), count(*) FILTER (WHERE stage = 'recycled')
FROM judged"""
)
# (use, code) -> number of leads; one feedback may give several reasons.
_REASONS = (
    _JUDGED
    + """
SELECT r.use, r.code, r.name, count(DISTINCT j.lead_id)
FROM judged j
JOIN sla_feedback_reasons fr ON fr.feedback_id = j.feedback_id AND j.fits IS FALSE
JOIN sla_reasoncode r ON r.id = fr.reasoncode_id GROUP BY 1, 2, 3
UNION ALL
SELECT u.use, j.reason_code, COALESCE(r.name, j.reason_code), count(*)
FROM judged j
CROSS JOIN LATERAL (SELECT CASE j.stage WHEN 'disqualified' THEN 'disqualify'
                                        WHEN 'recycled' THEN 'recycle' END AS use) u
LEFT JOIN sla_reasoncode r
       ON r.program_id = %(program)s AND r.use = u.use AND r.code = j.reason_code
WHERE j.stage IS NOT NULL GROUP BY 1, 2, 3
ORDER BY 4 DESC, 1, 2"""
)
# OFFSET 0 looks up each judged lead; joined, all leads and engagements would be read.
_SOURCES = (
    _JUDGED
    + """
SELECT l.source, count(*), count(*) FILTER (WHERE j.no)
FROM judged j CROSS JOIN LATERAL (
    SELECT source FROM accounts_lead WHERE id = j.lead_id OFFSET 0) l
GROUP BY 1 ORDER BY 3 DESC, 2 DESC, 1"""
)
_SIGNALS = (
    _JUDGED
    + """
SELECT g.code, count(*), count(*) FILTER (WHERE j.no)
FROM judged j CROSS JOIN LATERAL (
    SELECT DISTINCT e.signal_id FROM accounts_engagement e
    WHERE e.lead_id = j.lead_id AND e.value OFFSET 0) met
JOIN accounts_signal g ON g.id = met.signal_id
GROUP BY 1 ORDER BY 3 DESC, 2 DESC, 1"""
)
_CAMPAIGNS = (
    _JUDGED
    + """
SELECT met.campaign, count(*), count(*) FILTER (WHERE j.no)
FROM judged j CROSS JOIN LATERAL (
    SELECT DISTINCT e.properties->>'campaign' AS campaign FROM accounts_engagement e
    WHERE e.lead_id = j.lead_id AND e.properties ? 'campaign' OFFSET 0) met
WHERE met.campaign <> '' GROUP BY 1 ORDER BY 3 DESC, 2 DESC, 1"""
)
# Bit i of the mask is set if rule i of the model in force gave points.
_RULES = (
    _JUDGED
    + """
SELECT r.bit, count(*), count(*) FILTER (WHERE j.no)
FROM judged j CROSS JOIN LATERAL (
    SELECT mask FROM scoring_leadscore WHERE lead_id = j.lead_id OFFSET 0) s
CROSS JOIN generate_series(0, %(rules)s - 1) AS r (bit)
WHERE s.mask >> r.bit & 1 = 1
GROUP BY 1 ORDER BY 3 DESC, 2 DESC, 1"""
)
_LEADS = {
    "reason": """j.no AND (
        EXISTS (SELECT FROM sla_feedback_reasons fr JOIN sla_reasoncode r ON r.id = fr.reasoncode_id
                WHERE fr.feedback_id = j.feedback_id AND j.fits IS FALSE
                  AND 'feedback' = split_part(%(key)s, ':', 1)
                  AND r.code = split_part(%(key)s, ':', 2))
        OR j.reason_code = split_part(%(key)s, ':', 2) AND split_part(%(key)s, ':', 1) =
            CASE j.stage WHEN 'disqualified' THEN 'disqualify' WHEN 'recycled' THEN 'recycle' END)""",
    "source": "j.no AND (SELECT source FROM accounts_lead l WHERE l.id = j.lead_id) = %(key)s",
    "signal": """j.no AND EXISTS (
        SELECT FROM accounts_engagement e JOIN accounts_signal s ON s.id = e.signal_id
        WHERE e.lead_id = j.lead_id AND e.value AND s.code = %(key)s)""",
    "campaign": """j.no AND EXISTS (
        SELECT FROM accounts_engagement e
        WHERE e.lead_id = j.lead_id AND e.properties->>'campaign' = %(key)s)""",
    "rule": """j.no AND EXISTS (
        SELECT FROM scoring_leadscore s
        WHERE s.lead_id = j.lead_id AND s.mask >> %(bit)s & 1 = 1)""",
    "all": "j.no AND %(key)s IS NOT NULL",
}
BY = tuple(_LEADS)


@dataclass(frozen=True, slots=True)
class Count:
    """Sales judged `judged` leads and said no to `no`; `key` identifies the row in the URL of its
    leads."""

    key: str
    name: str
    judged: int
    no: int

    @property
    def share(self) -> int:
        return _percent(self.no, self.judged)


@dataclass(frozen=True, slots=True)
class Reason:
    key: str
    use: str
    name: str
    leads: int


@dataclass(frozen=True, slots=True)
class WhyNo:
    judged: int
    no: int
    fits: int
    does_not_fit: int
    disqualified: int
    recycled: int
    reasons: list[Reason] = field(default_factory=list)
    sources: list[Count] = field(default_factory=list)
    signals: list[Count] = field(default_factory=list)
    campaigns: list[Count] = field(default_factory=list)
    rules: list[Count] = field(default_factory=list)

    @property
    def share(self) -> int:
        return _percent(self.no, self.judged)

    @property
    def most(self) -> int:
        """The longest bar."""
        return max((reason.leads for reason in self.reasons), default=1)


def _percent(no: int, judged: int) -> int:
    return round(100 * no / judged) if judged else 0


def why_no(*, program: Program, since: datetime) -> WhyNo:
    """Six statements over the leads judged since then."""
    model = ruling(program).compiled.model
    asked = {
        "program": program.pk,
        "since": since,
        "rules": len(model.rules),
    }
    names = _signal_names(program)
    ((judged, no, fits, does_not_fit, disqualified, recycled),) = _rows(_TOTALS, asked)
    uses = dict(ReasonCode.Use.choices)
    return WhyNo(
        judged=judged,
        no=no,
        fits=fits,
        does_not_fit=does_not_fit,
        disqualified=disqualified,
        recycled=recycled,
        reasons=[
            Reason(f"{use}:{code}", str(uses.get(use, use)), shown(name), leads)
            for use, code, name, leads in _rows(_REASONS, asked)
        ],
        sources=_counts(_rows(_SOURCES, asked), {"": _("No source")}),
        signals=_counts(_rows(_SIGNALS, asked), names),
        campaigns=_counts(_rows(_CAMPAIGNS, asked), {}),
        rules=[
            Count(model.rules[bit].key, rule_name(model.rules[bit], names), all_of_them, said_no)
            for bit, all_of_them, said_no in _rows(_RULES, asked)[:MOST_ROWS]
        ],
    )


def leads_behind(*, program: Program, since: datetime, by: str, key: str) -> list[Lead]:
    """The leads behind a count, latest no first, at most `MOST_LEADS`."""
    rules = ruling(program).compiled.model.rules
    bits = [place for place, rule in enumerate(rules) if rule.key == key]
    if by not in BY or (by == "rule" and not bits):
        return []
    asked = {
        "program": program.pk,
        "since": since,
        "key": key,
        "bit": bits[0] if bits else 0,
        "most": MOST_LEADS,
    }
    statement = (
        f"{_JUDGED} SELECT j.lead_id FROM judged j"
        f" WHERE {_LEADS[by]} ORDER BY 1 DESC LIMIT %(most)s"
    )
    ids = [pk for (pk,) in _rows(statement, asked)]
    related = ("stakeholder", "account", "owner", "score")
    found = Lead.objects.in_program(program).select_related(*related).in_bulk(ids)
    leads = sorted(found.values(), key=lambda lead: (lead.stage_since, lead.pk), reverse=True)
    set_known_as(program=program, people=[lead.stakeholder for lead in leads])
    return leads


def _rows(statement: str, asked: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(asked))
        return list(cursor.fetchall())


def _counts(rows: Sequence[tuple[Any, ...]], names: Mapping[str, str]) -> list[Count]:
    return [Count(key, names.get(key, key), judged, no) for key, judged, no in rows[:MOST_ROWS]]


def name_of(*, program: Program, by: str, key: str) -> str:
    """What a count is about, in words."""
    if by == "reason":
        use, _sep, code = key.partition(":")
        rows = ReasonCode.objects.in_program(program).filter(use=use, code=code)
        return shown(rows.values_list("name", flat=True).first() or code)
    if by == "source":
        return key or _("No source")
    if by == "campaign":
        return key
    names = _signal_names(program)
    if by == "rule":
        rules = ruling(program).compiled.model.rules
        return next((rule_name(rule, names) for rule in rules if rule.key == key), "")
    return names.get(key, "")


def _signal_names(program: Program) -> dict[str, str]:
    """Names in the reader's language, by code."""
    rows = Signal.objects.in_program(program).values_list("code", "name")
    return {code: shown_name(code, name) for code, name in rows}

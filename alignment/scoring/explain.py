"""Why a lead has its score: each rule, what it gave, on what evidence and until when.

Derived on demand from the counters, the mask and the model; it sums to the stored score.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Engagement, Signal
from alignment.people.models import Program

from .models import LeadScore
from .queries import Ruling, ruling, ruling_of_version
from .rules import (
    ENGAGEMENT,
    FIT,
    ICP_MATCH,
    Rule,
    ScoringModel,
    contribution,
    dimension_total,
    weight,
)

EVIDENCE_PER_RULE = 5
# At most this many engagements of a signal are looked at.
EVIDENCE_WITHIN = 50


@dataclass(frozen=True)
class Evidence:
    engagement_id: int
    occurred_at: datetime
    source: str


@dataclass(frozen=True)
class Line:
    """One rule. `counted` is how often its signal counts, `expires_on` the UTC day it loses points."""

    rule: Rule
    name: str
    points: int
    counted: int
    evidence: tuple[Evidence, ...]
    expires_on: date | None

    @property
    def earned(self) -> bool:
        return self.points != 0


@dataclass(frozen=True)
class Explanation:
    """`capped` is what a dimension's cap or floor took off (or added): lines + capped = total."""

    lead_id: int
    total: int
    fit: int
    engagement: int
    version_number: int | None
    model: ScoringModel
    lines: tuple[Line, ...]
    validated: bool

    def of(self, dimension: str) -> list[Line]:
        return [line for line in self.lines if line.rule.dimension == dimension]

    @property
    def capped(self) -> int:
        return self.total - sum(line.points for line in self.lines)

    @property
    def missing_to_mql(self) -> int:
        return max(0, self.model.mql_at - self.total)


def explain(*, program: Program | int, lead_id: int) -> Explanation | None:
    """The explanation of a lead of the program; None if there is no such lead."""
    score = LeadScore.objects.in_program(program).filter(lead=lead_id).first()
    if score is None:
        return None
    rule = ruling_of_score(score)
    names = _names(score.program_id)
    found = _evidence(rule, lead_id)
    lines = tuple(_line(rule, r, score, names, found) for r in rule.compiled.model.rules)
    return Explanation(
        lead_id=lead_id,
        total=score.total,
        fit=score.fit,
        engagement=score.engagement,
        version_number=rule.number,
        model=rule.compiled.model,
        lines=lines,
        validated=bool(score.validated),
    )


def ruling_of_score(score: LeadScore) -> Ruling:
    """The model in force, unless the row still shows an earlier model's points."""
    now = ruling(score.program_id)
    model = now.compiled.model
    given = {r.key: contribution(r, measured(now, r, score)) for r in model.rules}
    fits = dimension_total(model, FIT, given) == score.fit
    if fits and dimension_total(model, ENGAGEMENT, given) == score.engagement:
        return now
    return ruling_of_version(score.program_id, score.version_id) or now


class GivenPoints(NamedTuple):
    """What one rule gave; signal and name are empty for the match with the profile."""

    key: str
    signal: str
    name: str
    points: int


def points_by_rule(
    *, program: Program | int, scores: Iterable[LeadScore]
) -> dict[int, list[GivenPoints]]:
    """What each rule in force gave, by lead; two queries for any number of leads.

    Only rules that gave something, largest first. Without evidence, which `explain` adds.
    """
    program_id = program if isinstance(program, int) else program.pk
    rule, names = ruling(program_id), _names(program_id)
    return {score.lead_id: _given(rule, score, names) for score in scores}


def _given(rule: Ruling, score: LeadScore, names: dict[str, str]) -> list[GivenPoints]:
    found = [
        GivenPoints(of.key, of.signal, names.get(of.signal, ""), points)
        for of in rule.compiled.model.rules
        if (points := contribution(of, measured(rule, of, score)))
    ]
    return sorted(found, key=lambda line: -abs(line.points))


def measured(rule: Ruling, of: Rule, score: LeadScore) -> int:
    """The value in the score row that the rule looks at."""
    if of.source == ICP_MATCH:
        return score.icp
    if of.is_timed:
        column = f"w{rule.compiled.model.timed.index(of)}"
    else:
        column = f"s{rule.compiled.slots[of.signal]}"
    value: int = getattr(score, column)
    return value


def _names(program_id: int) -> dict[str, str]:
    return dict(Signal.objects.in_program(program_id).values_list("code", "name"))


def _evidence(rule: Ruling, lead_id: int) -> dict[str, list[Engagement]]:
    """Signal code -> its newest engagements, at most EVIDENCE_WITHIN per signal."""
    codes = {s.id: s.code for s in rule.signals}
    scored = [
        s.id for s in rule.signals if any(r.signal == s.code for r in rule.compiled.model.rules)
    ]
    found: dict[str, list[Engagement]] = {}
    rows = Engagement.objects.raw(
        _EVIDENCE, {"lead": lead_id, "signals": scored, "most": EVIDENCE_WITHIN}
    )
    for row in rows:
        found.setdefault(codes[row.signal_id], []).append(row)
    return found


_EVIDENCE = """
    SELECT e.* FROM unnest(%(signals)s::bigint[]) AS wanted(id), LATERAL (
        SELECT * FROM accounts_engagement
        WHERE lead_id = %(lead)s AND signal_id = wanted.id
        ORDER BY occurred_at DESC LIMIT %(most)s) e"""


def _line(
    rule: Ruling,
    of: Rule,
    score: LeadScore,
    names: dict[str, str],
    found: dict[str, list[Engagement]],
) -> Line:
    events = found.get(of.signal, [])
    today = timezone.now().astimezone(UTC).date()
    return line(of, measured(rule, of, score), names.get(of.signal, of.key), events, today)


def line(of: Rule, value: int, name: str, events: list[Engagement], today: date) -> Line:
    """What a rule gave on that day for a measured value; `events`: its signal's, newest first."""
    if of.is_timed:
        events = [e for e in events if weight(of, _age(e, today)) > 0]
    return Line(
        rule=of,
        name=_("Account matches the ICP") if of.source == ICP_MATCH else name,
        points=contribution(of, value),
        counted=len(events) if of.is_timed else value,
        evidence=tuple(Evidence(e.pk, e.occurred_at, e.source) for e in events[:EVIDENCE_PER_RULE]),
        expires_on=_expires(of, events, today),
    )


def _age(event: Engagement, today: date) -> int:
    return (today - event.occurred_at.astimezone(UTC).date()).days


def _expires(of: Rule, events: list[Engagement], today: date) -> date | None:
    if not of.is_timed or not events:
        return None
    if of.decay != "none":
        return today + timedelta(days=1)
    # If n are needed, the points are lost when the n-th newest leaves the window.
    needed = events[: of.min_count]
    if len(needed) < of.min_count:
        return None
    return needed[-1].occurred_at.astimezone(UTC).date() + timedelta(days=of.horizon_days)

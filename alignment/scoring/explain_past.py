"""Why a lead had its score at some time, under the version in force then or under another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from accounts.models import Engagement, JournalEvent, JournalKind, Signal, Stage, ValidationCall
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import in_force_at
from alignment.people.models import Program

from .explain import EVIDENCE_WITHIN, Explanation, line
from .models import LeadScore
from .past import Happened, standing
from .rules import ScoringModel, parse_model


def ruling_version(program: Program | int, at: datetime) -> Version | None:
    """The scoring model in force at that time."""
    return in_force_at(program, Kind.SCORING, at)


def explain_at(
    *, program: Program | int, lead_id: int, at: datetime, versions: list[Version | None]
) -> list[Explanation] | None:
    """The lead as of `at` under each of these versions (None: no model, 0 points).

    None if there is no such lead. The ICP verdict is today's, because facts of accounts have no
    history; everything else is as of `at`. Four queries.
    """
    score = LeadScore.objects.in_program(program).filter(lead=lead_id).first()
    if score is None:
        return None
    signals = {s.pk: s for s in Signal.objects.in_program(program)}
    events = _events(program, lead_id, at)
    validated = _validated(program, lead_id, at)
    return [_explained(version, score, signals, events, at, validated) for version in versions]


def _explained(
    version: Version | None,
    score: LeadScore,
    signals: dict[int, Signal],
    events: list[Engagement],
    at: datetime,
    validated: bool,
) -> Explanation:
    model = parse_model(version.content) if version else ScoringModel()
    stood = standing(
        model,
        [Happened(signals[e.signal_id].code, e.occurred_at, e.value, e.pk) for e in events],
        icp=bool(score.icp),
        facts={s.code for s in signals.values() if s.kind == Signal.Kind.FACT},
        moment=at,
    )
    names = {s.code: s.name for s in signals.values()}
    of_signal: dict[str, list[Engagement]] = {}
    for event in events:
        of_signal.setdefault(signals[event.signal_id].code, []).append(event)
    today = at.astimezone(UTC).date()
    return Explanation(
        lead_id=score.lead_id,
        total=stood.total,
        fit=stood.fit,
        engagement=stood.engagement,
        version_number=version.number if version else None,
        model=model,
        lines=tuple(
            line(
                rule,
                stood.measured[rule.key],
                names.get(rule.signal, rule.key),
                of_signal.get(rule.signal, [])[:EVIDENCE_WITHIN],
                today,
            )
            for rule in model.rules
        ),
        validated=validated,
    )


def _events(program: Program | int, lead_id: int, at: datetime) -> list[Engagement]:
    """Newest first, without the properties, which no rule looks at."""
    rows = Engagement.objects.in_program(program).filter(lead=lead_id, occurred_at__lte=at)
    return list(rows.defer("properties").order_by("-occurred_at", "-id"))


def _validated(program: Program | int, lead_id: int, at: datetime) -> bool:
    """The latest recorded call decides, until the lead goes back to nurture for good."""
    kinds = (JournalKind.CALL_RECORDED, JournalKind.STAGE_CHANGED)
    rows = JournalEvent.objects.in_program(program).filter(lead=lead_id, kind__in=kinds, at__lte=at)
    undone = set()
    for pk, kind, detail in rows.order_by("-at", "-id").values_list("pk", "kind", "detail"):
        if kind == JournalKind.CALL_RECORDED:
            return bool(detail.get("outcome") == ValidationCall.Outcome.VALIDATED)
        undone.add(detail.get("undoes"))
        if pk not in undone and _sends_to_nurture(detail):
            return False
    return False


def _sends_to_nurture(detail: dict[str, Any]) -> bool:
    """A disqualified lead of nurture that comes back there is not sent anew."""
    return detail.get("to") == Stage.RECYCLED and detail.get("from") != Stage.DISQUALIFIED

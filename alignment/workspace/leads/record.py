"""All data on the page of one lead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Consent, EmailAddress, JournalKind, Phone, Stage, ValidationCall
from accounts.rules.signals import shown_name
from alignment.icp.models import Answer
from alignment.icp.queries import verdict_of
from alignment.icp.words import CriterionWords, in_words, kind_title
from alignment.scoring.explain import Explanation, Line, explain
from alignment.scoring.rules import ENGAGEMENT, FIT
from alignment.sla.queries.lead_work import HandedLead, feedback_of, handed_lead

from .after_contact import step_after_contact
from .missing_facts import missing_facts
from .mql_causes import MqlCause, cause_words
from .timeline import TimelineEntry, timeline

if TYPE_CHECKING:
    from accounts.models import Account, JournalEvent, Lead
    from alignment.icp.rules import Criterion
    from alignment.sla.models import Feedback

MOST_CONTACTS = 50
MOST_STAGES = 50
REACHED_BY = {
    JournalKind.LEAD_OPENED: Stage.NEW,
    JournalKind.BECAME_ENGAGED: Stage.ENGAGED,
    JournalKind.BECAME_MQL: Stage.MQL,
    JournalKind.BECAME_SQL: Stage.SQL,
}


@dataclass(frozen=True, slots=True)
class PointGroup:
    """One dimension: the points earned, and those still possible."""

    dimension: str
    label: str
    total: int
    earned: list[Line]
    missing: list[Line]
    capped: int


@dataclass(frozen=True, slots=True)
class CriterionAnswer:
    criterion: Criterion
    answer: Answer
    words: CriterionWords

    @property
    def title(self) -> str:
        """The subject of the criterion; an exclusion is marked with "not" beside it."""
        return kind_title(self.criterion.kind)

    @property
    def effect(self) -> str:
        """What the answer means for the account: an exclusion that does not apply is good."""
        if self.criterion.weight != "exclude" or self.answer == Answer.UNKNOWN:
            return self.answer
        return Answer.NO if self.answer == Answer.YES else Answer.YES


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on the account as text."""

    answer: Answer
    grade: int
    criteria: list[CriterionAnswer]


@dataclass(frozen=True, slots=True)
class StageReached:
    stage: Stage
    at: datetime


@dataclass(frozen=True, slots=True)
class LeadRecord:
    explanation: Explanation | None
    groups: list[PointGroup]
    next_step: str
    verdict: Judged | None
    emails: list[EmailAddress]
    phones: list[Phone]
    consents: list[Consent]
    calls: list[ValidationCall]
    stages: list[StageReached]
    mql_cause: MqlCause | None
    handed: HandedLead | None
    feedback: list[Feedback]
    timeline: list[TimelineEntry]
    older: str
    after_contact: str

    @property
    def refused(self) -> set[str]:
        """Channels that the person refused."""
        return {consent.channel for consent in self.consents if not consent.granted}


def lead_record(*, lead: Lead, before: str, side: str | None = None) -> LeadRecord:
    """All queries of the page, each bounded; `side` is the reader's, whose promises are shown."""
    person = lead.stakeholder
    entries, older = timeline(lead, before)
    explanation = explain(lead_id=lead.pk, program=lead.program)
    moves = _moves(lead)
    calls = list(lead.validation_calls.select_related("by")[:MOST_CONTACTS])
    handed = handed_lead(lead, side=side)
    return LeadRecord(
        explanation=explanation,
        groups=point_groups(explanation) if explanation else [],
        next_step=_next_step(lead, explanation) if explanation else "",
        verdict=_judged(lead.account) if lead.account else None,
        emails=list(person.emails.order_by("-is_primary", "address")[:MOST_CONTACTS]),
        phones=list(person.phones.order_by("-is_primary", "number")[:MOST_CONTACTS]),
        consents=list(person.consents.order_by("channel")),
        calls=calls,
        stages=_stages(lead, moves),
        mql_cause=_mql_cause(moves),
        handed=handed,
        feedback=feedback_of(lead),
        timeline=entries,
        older=older,
        after_contact=_after_contact(lead, handed, calls, explanation),
    )


def _after_contact(
    lead: Lead, handed: HandedLead | None, calls: list[ValidationCall], why: Explanation | None
) -> str:
    spoken = handed is not None and handed.spoken
    outcome = calls[0].outcome if calls else ""
    asked = lead.stage == Stage.MQL and outcome == ValidationCall.Outcome.VALIDATED
    return step_after_contact(
        lead, spoken=spoken, outcome=outcome, missing=missing_facts(lead, why) if asked else ()
    )


def point_groups(why: Explanation) -> list[PointGroup]:
    """Each dimension with the points earned and those not earned."""
    labels = {FIT: (_("Fit"), why.fit), ENGAGEMENT: (_("Engagement"), why.engagement)}
    groups = []
    for dimension, (label, total) in labels.items():
        lines = [
            replace(line, name=shown_name(line.rule.signal, line.name))
            for line in why.of(dimension)
        ]
        earned = [line for line in lines if line.earned]
        groups.append(
            PointGroup(
                dimension=dimension,
                label=label,
                total=total,
                earned=sorted(earned, key=lambda line: -abs(line.points)),
                missing=[line for line in lines if not line.earned],
                capped=total - sum(line.points for line in earned),
            )
        )
    return groups


def _next_step(lead: Lead, why: Explanation) -> str:
    """What the lead still needs for its next stage."""
    if lead.closed_at:
        return _("Closed")
    if lead.stage in (Stage.SQL, Stage.OPPORTUNITY):
        return _("Qualified: over the SQL threshold, need validated")
    if lead.stage == Stage.RECYCLED:
        return _("Rises again with a new engagement")
    missing = why.missing_to_mql
    if lead.stage != Stage.MQL:
        return _points(missing, "MQL") if missing else _("Over the MQL threshold")
    missing = max(0, why.model.sql_at - why.total)
    if missing and not why.validated:
        text = _("%(points)s and a validated call")
        return text % {"points": _points(missing, "SQL")}
    if missing:
        return _points(missing, "SQL")
    return _("SQL once a call validates the need")


def _points(missing: int, stage: str) -> str:
    text = ngettext("%(count)d point to %(stage)s", "%(count)d points to %(stage)s", missing)
    return text % {"count": missing, "stage": stage}


def _judged(account: Account) -> Judged:
    verdict = verdict_of(account)
    words = in_words(view.criterion for view in verdict.criteria)
    return Judged(
        answer=verdict.answer,
        grade=verdict.grade,
        criteria=[
            CriterionAnswer(view.criterion, view.answer, said)
            for view, said in zip(verdict.criteria, words, strict=True)
        ],
    )


def _moves(lead: Lead) -> list[JournalEvent]:
    """The moves of the lead according to the journal, the newest first."""
    kinds = [*REACHED_BY, JournalKind.STAGE_CHANGED]
    return list(lead.journal.filter(kind__in=kinds).order_by("-at", "-id")[:MOST_STAGES])


def _stages(lead: Lead, moves: list[JournalEvent]) -> list[StageReached]:
    reached = [StageReached(stage, e.at) for e in moves if (stage := stage_of(e))]
    return reached or [StageReached(Stage(lead.stage), lead.stage_since)]


def _mql_cause(moves: list[JournalEvent]) -> MqlCause | None:
    """What made it an MQL, unless it was an engagement, which stands among what they did."""
    event = next((event for event in moves if event.kind == JournalKind.BECAME_MQL), None)
    words = cause_words(event.cause.get("why")) if event else ""
    return MqlCause(words, event.at) if event and words else None


def stage_of(event: JournalEvent) -> Stage | None:
    """The stage that a journal event reports."""
    known = REACHED_BY.get(JournalKind(event.kind))
    if known:
        return known
    stage = event.detail.get("to") if isinstance(event.detail, dict) else None
    return Stage(stage) if stage in Stage.values else None

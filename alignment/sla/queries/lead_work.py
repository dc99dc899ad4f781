"""What the page of a lead and the queue show of hand-off, promises and work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import Lead

from ..handoff_words import (
    ActionWords,
    Brief,
    action_words,
    missing_words,
    read_brief,
    reason_words,
)
from ..models import Clock, Feedback, HandOff, ReasonCode
from ..rules.briefs import missing
from ..rules.contract import parse_contract
from ..words import title
from .briefs import build
from .handoffs import newest_of, next_action_of

MOST_WORDS = 20


@dataclass(frozen=True, slots=True)
class HandedLead:
    """The newest hand-off of a lead, with the brief and the next action as they stand now."""

    row: HandOff
    brief: Brief
    action: ActionWords
    reason: str
    missing: list[str]
    clock: Clock | None
    promise: str

    @property
    def waits(self) -> bool:
        """Nobody owns it yet."""
        return self.row.handed_at is None


@dataclass(frozen=True, slots=True)
class QueueWork:
    """What a row of the queue shows beside the lead: what to do next, and until when."""

    action: str = ""
    clock: Clock | None = None


NO_WORK = QueueWork()


def handed_lead(lead: Lead) -> HandedLead | None:
    """None for a lead that nobody handed over. About eighteen statements."""
    rows = HandOff.objects.in_program(lead.program_id).filter(lead=lead)
    row = rows.select_related("owner").first()
    if row is None:
        return None
    # The time of the page is good enough for what is shown; what decides asks the database.
    live = build(program_id=lead.program_id, leads=[lead], now=timezone.now(), causes=_cause(row))
    brief: dict[str, Any] = live[lead.pk]
    clock = nearest_clocks(program_id=lead.program_id, lead_ids=[lead.pk]).get(lead.pk)
    return HandedLead(
        row=row,
        brief=read_brief(brief),
        action=action_words(next_action_of(lead.program_id, brief)),
        reason=reason_words(row.route, row.why),
        missing=missing_words(missing(brief)),
        clock=clock,
        promise=promise_title(clock) if clock else "",
    )


def promise_title(clock: Clock) -> str:
    """What is due: "First contact"."""
    clause = parse_contract(clock.version.content).clause(clock.clause)
    return title(clause) if clause else clock.clause


def _cause(row: HandOff) -> dict[int, int]:
    """The engagement whose promise the stored brief holds on to."""
    promise = row.brief.get("promise") or {}
    found = [e["id"] for e in row.brief.get("why_now", []) if _is_promise(e, promise)]
    return {row.lead_id: found[0]} if found else {}


def _is_promise(event: dict[str, Any], promise: dict[str, Any]) -> bool:
    return bool(promise) and (event.get("promise"), event["at"]) == (
        promise.get("text"),
        promise.get("at"),
    )


def queue_work(*, program_id: int, lead_ids: Sequence[int]) -> dict[int, QueueWork]:
    """Two statements for a page of leads."""
    if not lead_ids:
        return {}
    handed = newest_of(program_id=program_id, lead_ids=lead_ids)
    clocks = nearest_clocks(program_id=program_id, lead_ids=lead_ids)
    return {
        pk: QueueWork(
            action_words(handed[pk].next_action).action if pk in handed else "", clocks.get(pk)
        )
        for pk in handed.keys() | clocks.keys()
    }


def nearest_clocks(*, program_id: int, lead_ids: Sequence[int]) -> dict[int, Clock]:
    """Lead id -> of its running clocks the one that is due first."""
    rows = Clock.objects.in_program(program_id).filter(lead__in=lead_ids, state=Clock.State.RUNNING)
    ordered = rows.select_related("version").order_by("lead_id", "due_at", "id")
    return {row.lead_id: row for row in ordered.distinct("lead_id")}


def feedback_of(lead: Lead) -> list[Feedback]:
    """What sales said of a lead, the newest first."""
    rows = Feedback.objects.in_program(lead.program_id).filter(lead=lead)
    return list(rows.select_related("by").prefetch_related("reasons")[:MOST_WORDS])


def reasons_for(*, program_id: int, use: str) -> list[ReasonCode]:
    """The reasons offered for a use, in their order."""
    rows = ReasonCode.objects.in_program(program_id).filter(use=use, is_retired=False)
    return list(rows)

"""Hand-off, promises and work, for the lead page and the queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.expressions import BaseExpression
from django.utils import timezone

from accounts.models import Lead, ValidationCall
from alignment.core.scoping import ScopedQuerySet

from ..handoff_words import (
    ActionWords,
    Brief,
    action_words,
    missing_words,
    read_brief,
    reason_words,
)
from ..models import Attempt, Clock, Feedback, HandOff, ReasonCode
from ..rules.briefs import missing
from ..rules.contract import SlaClause
from ..rules.verdicts import OWED_ANYWAY
from ..words import short_title, title
from .briefs import build, events_of, moment
from .contracts import contracts
from .handoffs import (
    STILL_HANDED,
    action_rules,
    newest_of,
    next_action,
    next_action_of,
    waits_for_owner,
)

MOST_WORDS = 20
MOST_PROMISES = 10


@dataclass(frozen=True, slots=True)
class Due:
    """A running promise: its clock, and a short title."""

    clock: Clock
    clause: SlaClause | None

    @property
    def title(self) -> str:
        return title(self.clause) if self.clause else self.clock.clause

    @property
    def short(self) -> str:
        return short_title(self.clause) if self.clause else self.clock.clause

    @property
    def falls_with_the_lead(self) -> bool:
        """Whether the promise lapses once the lead is sent back or closed."""
        return self.clause is not None and self.clause.ends not in OWED_ANYWAY


@dataclass(frozen=True, slots=True)
class HandedLead:
    """The newest hand-off of a lead, with the brief and the next action as they stand now.

    Without a row nothing was handed over: somebody claimed a lead that rose because the model or the
    profile changed.
    """

    row: HandOff | None
    brief: Brief
    action: ActionWords
    reason: str
    missing: list[str]
    promises: list[Due]
    spoken: bool = False

    @property
    def waits(self) -> bool:
        """Nobody owns it yet."""
        return self.row is not None and self.row.handed_at is None

    @property
    def to_decide(self) -> bool:
        return self.row is not None and waits_for_owner(self.row)


@dataclass(frozen=True, slots=True)
class QueueWork:
    """What a queue row shows beside the lead: what to do next, until when, and why nobody owns it
    yet. `spoken` and `outcome`: what came of it since the hand-off, the latest call's outcome."""

    action: str = ""
    due: Due | None = None
    waits: str = ""
    spoken: bool = False
    outcome: str = ""


NO_WORK = QueueWork()


def handed_lead(lead: Lead, *, side: str | None = None) -> HandedLead | None:
    """None for a lead that was neither handed over nor claimed as an MQL; promises of `side`, or of
    both. About eighteen statements."""
    rows = HandOff.objects.in_program(lead.program_id).filter(lead=lead)
    row = rows.select_related("owner").first()
    if row is None and not _is_claimed(lead):
        return None
    if row is not None:
        row.lead = lead
    causes = _cause(row) if row else {}
    # The application's clock is good enough for display; decisions use the database's.
    live = build(program_id=lead.program_id, leads=[lead], now=timezone.now(), causes=causes)
    brief: dict[str, Any] = live[lead.pk]
    return HandedLead(
        row=row,
        brief=read_brief(brief),
        action=action_words(next_action_of(lead.program_id, brief)),
        reason=reason_words(row.route, row.why) if row else "",
        missing=missing_words(missing(brief)),
        promises=running_promises(lead, side=side),
        spoken=_spoken(brief, row.became_mql_at if row else lead.stage_since),
    )


def _spoken(brief: dict[str, Any], since: datetime) -> bool:
    """Whether somebody of sales spoke with the person since then."""
    return any(
        done.get("outcome") == Attempt.Outcome.REACHED and done["at"] >= moment(since)
        for done in brief["sent"]
        if done["kind"] == "attempt"
    )


def _is_claimed(lead: Lead) -> bool:
    return lead.owner_id is not None and lead.stage in STILL_HANDED


def running_promises(lead: Lead, *, side: str | None = None) -> list[Due]:
    """The running promises about a lead, of one side or of both, by due time."""
    rows = running(lead.program_id).filter(lead=lead)
    if side:
        rows = rows.filter(side=side)
    return _dues(list(rows.order_by("due_at", "id")[:MOST_PROMISES]))


def running(program_id: int) -> ScopedQuerySet[Clock]:
    return Clock.objects.in_program(program_id).filter(state=Clock.State.RUNNING)


def first_due(program_id: int) -> ScopedQuerySet[Clock]:
    """Of each lead the running promise that is due first, by the index `clock_by_due_time`."""
    earlier = running(program_id).filter(
        Q(due_at__lt=OuterRef("due_at")) | Q(due_at=OuterRef("due_at"), pk__lt=OuterRef("pk")),
        lead=OuterRef("lead"),
    )
    return running(program_id).filter(~Exists(earlier)).only("lead_id", "due_at")


def _dues(clocks: Sequence[Clock]) -> list[Due]:
    known = contracts(clock.version_id for clock in clocks)
    return [Due(clock, known[clock.version_id].clause(clock.clause)) for clock in clocks]


def _cause(row: HandOff) -> dict[int, int]:
    """The engagement whose promise is in the stored brief."""
    promise = row.brief.get("promise") or {}
    found = [e["id"] for e in row.brief.get("why_now", []) if _is_promise(e, promise)]
    return {row.lead_id: found[0]} if found else {}


def _is_promise(event: dict[str, Any], promise: dict[str, Any]) -> bool:
    return bool(promise) and (event.get("promise"), event["at"]) == (
        promise.get("text"),
        promise.get("at"),
    )


def queue_work(*, program_id: int, lead_ids: Sequence[int]) -> dict[int, QueueWork]:
    """Two statements for a page of leads, two more if some were not handed over; one more if a
    contract was not read yet."""
    if not lead_ids:
        return {}
    handed = newest_of(program_id=program_id, lead_ids=lead_ids, **_came_of(program_id))
    dues = nearest(program_id=program_id, lead_ids=lead_ids)
    todo = _todo(program_id, [pk for pk in lead_ids if pk not in handed])
    return {pk: _work(handed.get(pk), dues.get(pk), todo.get(pk, {})) for pk in lead_ids}


def _came_of(program_id: int) -> dict[str, BaseExpression]:
    """Of a hand-off: whether sales spoke with the person since, and how the latest call ended."""
    spoken = Attempt.objects.in_program(program_id).filter(
        lead=OuterRef("lead"),
        outcome=Attempt.Outcome.REACHED,
        at__gte=OuterRef("became_mql_at"),
    )
    calls = ValidationCall.objects.in_program(program_id).filter(lead=OuterRef("lead"))
    latest = calls.order_by("-called_at").values("outcome")[:1]
    return {"spoken": Exists(spoken), "outcome": Subquery(latest)}


def _todo(program_id: int, lead_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The next action for leads that nobody handed over, by what they did."""
    if not lead_ids:
        return {}
    rules = action_rules(program_id)
    seen = events_of(program_id=program_id, lead_ids=lead_ids, now=timezone.now())
    return {pk: next_action({"why_now": seen.get(pk, [])}, rules) for pk in lead_ids}


def _work(row: HandOff | None, due: Due | None, todo: dict[str, Any]) -> QueueWork:
    if row is None:
        return QueueWork(action_words(todo).action, due)
    waits = reason_words(row.route, row.why) if row.handed_at is None else ""
    action = action_words(row.next_action).action
    return QueueWork(action, due, waits, row.spoken, row.outcome or "")  # type: ignore[attr-defined]


def nearest(*, program_id: int, lead_ids: Sequence[int]) -> dict[int, Due]:
    """Lead id -> its running promise that is due first."""
    rows = running(program_id).filter(lead__in=lead_ids)
    ordered = rows.order_by("lead_id", "due_at", "id").distinct("lead_id")
    return {due.clock.lead_id: due for due in _dues(list(ordered))}


def feedback_of(lead: Lead) -> list[Feedback]:
    """Sales' feedback on a lead, newest first."""
    rows = Feedback.objects.in_program(lead.program_id).filter(lead=lead)
    return list(rows.select_related("by").prefetch_related("reasons")[:MOST_WORDS])


def reasons_for(*, program_id: int, use: str) -> list[ReasonCode]:
    """The reasons offered for a use, in order."""
    rows = ReasonCode.objects.in_program(program_id).filter(use=use, is_retired=False)
    return list(rows)

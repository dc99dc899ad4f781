"""Moving deals along the pipeline, and their leads with them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import JournalKind, Lead, Stage
from alignment.people.models import User
from alignment.scoring.actions.leads import advance, resume
from alignment.sla.actions import work

from ..models import (
    LostReason,
    Opportunity,
    OpportunityLead,
    OpportunityStep,
    Outcome,
    PipelineStage,
)
from .locks import lock_stage
from .recording import journal, record_change, record_step
from .writing import locked


class DealMoved(Exception):
    """The deal has left the stage that the page showed; the text names its current stage."""


@transaction.atomic
def move(
    *,
    opportunity: Opportunity,
    stage: PipelineStage,
    by: User | None,
    seen_in: int | None = None,
    lost_reason: str = "",
    lost_note: str = "",
    lost_to: str = "",
    at: datetime | None = None,
) -> Opportunity:
    """Move a deal to `stage`: onward, back, to won or lost, or open again from there.

    `seen_in` is the id of the stage in which the person saw it: raises `DealMoved` if somebody has
    moved it since. If it is in `stage` already, nothing happens. `at` defaults to now. Raises
    `ValidationError` by field; lost needs a reason.
    """
    deal = locked(opportunity)
    if deal.stage_id == stage.pk:
        return deal
    if seen_in is not None and deal.stage_id != seen_in:
        raise DealMoved(
            _("Somebody moved it meanwhile. It is now in: %(stage)s.") % {"stage": deal.stage}
        )
    now = at or timezone.now()
    _demand_way(deal, stage, now, lost_reason)
    before = deal.stage
    deal.stage, deal.outcome, deal.stage_since = stage, stage.outcome, now
    deal.closed_at = None if stage.outcome == Outcome.OPEN else now
    is_lost = stage.outcome == Outcome.LOST
    deal.lost_reason = lost_reason if is_lost else ""
    deal.lost_note = lost_note.strip()[:500] if is_lost else ""
    deal.lost_to = lost_to.strip()[:120] if is_lost else ""
    deal.save()
    record_step(deal, OpportunityStep.Kind.STAGE, now, by, from_stage=before, to_stage=stage)
    _move_leads(deal, by)
    record_change(
        deal, "move", by, **{"from": before.name, "to": stage.name, "reason": deal.lost_reason}
    )
    reason = str(LostReason(deal.lost_reason).label) if is_lost else ""
    detail = {
        "from": before.name,
        "from_stage_id": before.pk,
        "to": stage.name,
        "to_stage_id": stage.pk,
        "outcome": str(stage.outcome),
    }
    journal(deal, JournalKind.OPPORTUNITY_MOVED, now, by, **detail, reason=reason)
    return deal


def _demand_way(deal: Opportunity, stage: PipelineStage, at: datetime, lost_reason: str) -> None:
    if stage.program_id != deal.program_id or lock_stage(stage).retired_at is not None:
        raise ValidationError({"stage": _("There is no such stage.")})
    if stage.outcome == Outcome.LOST and lost_reason not in LostReason.values:
        raise ValidationError({"lost_reason": _("Say why it is lost.")})
    if at > timezone.now():
        raise ValidationError({"at": _("Give a moment that has been.")})
    if at < deal.stage_since:
        raise ValidationError({"at": _("It was moved later than that already.")})


_FOLLOWS = {Outcome.WON: Stage.WON, Outcome.LOST: Stage.LOST}


def _move_leads(deal: Opportunity, by: User | None) -> None:
    """Open leads of the deal close with it; if it reopens, so do they. From won to lost, or back,
    they do both.
    """
    if by is None:
        return
    ours = Lead.objects.in_program(deal.program_id).filter(deal__opportunity=deal)
    end = _FOLLOWS.get(Outcome(deal.outcome))
    elsewhere = [stage for stage in _FOLLOWS.values() if stage != end]
    for lead in ours.filter(stage__in=elsewhere).order_by("pk"):
        resume(lead=lead, by=by)
    if end is None:
        return
    for lead in ours.filter(stage=Stage.OPPORTUNITY).order_by("pk"):
        advance(lead=lead, stage=end, by=by, reason=deal.name)


class Return(Protocol):
    """An undo of a step that sent a lead away."""

    def __call__(self, *, lead: Lead, by: User) -> Lead: ...


@transaction.atomic
def bring_back(*, lead: Lead, by: User) -> Lead:
    """Return a disqualified lead to its former stage. If it was part of a deal that closed
    meanwhile, it ends as if it had never been away. Raises `LeadMoved`.
    """
    # Deals are locked before their leads.
    deal = _deal_locked(lead)
    return _ended_with(deal, work.bring_back(lead=lead, by=by), by)


@transaction.atomic
def take_back(*, lead: Lead, by: User) -> Lead:
    """Return a lead from nurture to its former stage; otherwise as `bring_back`."""
    deal = _deal_locked(lead)
    return _ended_with(deal, work.take_back(lead=lead, by=by), by)


def _deal_locked(lead: Lead) -> Opportunity | None:
    links = OpportunityLead.objects.in_program(lead.program_id).filter(lead=lead)
    link = links.select_related("opportunity").first()
    return locked(link.opportunity) if link else None


def _ended_with(deal: Opportunity | None, back: Lead, by: User) -> Lead:
    end = _FOLLOWS.get(Outcome(deal.outcome)) if deal else None
    if deal is None or end is None or back.stage != Stage.OPPORTUNITY:
        return back
    return advance(lead=back, stage=end, by=by, reason=deal.name)

"""Leads that come back: a disqualification or a return to nurture is undone."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.scores import queue_for_score
from accounts.models import JournalEvent, JournalKind, Lead, Stage, ValidationCall
from accounts.models.leads import CLOSED_STAGES
from alignment.agreements.actions.ruling import lock_versions_shared
from alignment.people.models import User

from ..models import LeadScore
from ..rules import STAGE_LEVEL
from .leads import MOVED, LeadMoved, lead_locked, lock_score, record_step, rise


@transaction.atomic
def bring_back(*, lead: Lead, by: User) -> Lead:
    """Return a disqualified lead to its former stage, from which it rises as far as its points
    allow by now.

    Raises LeadMoved, also if the person has a newer lead.
    """
    locked = _lead_in(Stage.DISQUALIFIED, lead)
    ended = _moves(locked).filter(detail__to=Stage.DISQUALIFIED).order_by("-pk").first()
    locked.stage, locked.stage_since, locked.closed_at = _before(ended), timezone.now(), None
    # The disqualification wrote over both.
    locked.reason_code, until = _reason_of(next(iter(_stays_in_nurture(locked)), None))
    locked.nurture_until = until if locked.stage == Stage.RECYCLED else None
    try:
        with transaction.atomic():
            locked.save(update_fields=MOVED)
    except IntegrityError as taken:
        raise LeadMoved(
            _("%(person)s has a newer lead: go on there.") % {"person": locked.stakeholder}
        ) from taken
    detail = {"from": str(Stage.DISQUALIFIED), "to": str(locked.stage), "reason": ""}
    record_step(locked, JournalKind.STAGE_CHANGED, by, detail=detail)
    # A level reached while the lead was closed was announced to nobody.
    scores = LeadScore.objects.in_program(locked.program_id).filter(lead=locked)
    scores.update(level=STAGE_LEVEL[locked.stage])
    rise(locked, cause={"why": "brought_back"}, actor_id=by.pk)
    if locked.account_id:
        queue_for_score(program_id=locked.program_id, account_ids=[locked.account_id])
    return lead_locked(locked)


@transaction.atomic
def take_back(*, lead: Lead, by: User) -> Lead:
    """Return a lead from nurture to its former stage, as if it had never been sent there; it rises
    as far as its points allow by now. The journal names the event that is undone.

    Raises LeadMoved if it is not in nurture any more.
    """
    locked = _lead_in(Stage.RECYCLED, lead)
    undone, earlier = [*_stays_in_nurture(locked), None, None][:2]
    locked.stage, locked.stage_since = _before(undone), timezone.now()
    locked.reason_code, _until = _reason_of(earlier)
    locked.nurture_until = None
    locked.save(update_fields=MOVED)
    detail: dict[str, Any] = {
        "from": str(Stage.RECYCLED),
        "to": str(locked.stage),
        "reason": "",
    }
    if undone:
        detail["undoes"] = undone.pk
    record_step(locked, JournalKind.STAGE_CHANGED, by, detail=detail)
    scores = LeadScore.objects.in_program(locked.program_id).filter(lead=locked)
    validated = int(_is_validated(locked, since=earlier))
    scores.update(held=0, level=STAGE_LEVEL[locked.stage], validated=validated)
    rise(locked, cause={"why": "brought_back"}, actor_id=by.pk)
    return lead_locked(locked)


def _lead_in(stage: Stage, lead: Lead) -> Lead:
    """The lead, locked after the agreements and its score. Raises LeadMoved from other stages."""
    lock_versions_shared(lead.program_id)
    lock_score(lead)
    locked = lead_locked(lead)
    if locked.stage != stage:
        raise LeadMoved(
            _("This lead is already: %(stage)s.") % {"stage": locked.get_stage_display()}
        )
    return locked


def _moves(locked: Lead) -> QuerySet[JournalEvent]:
    return locked.journal.filter(kind=JournalKind.STAGE_CHANGED)


def _before(left: JournalEvent | None) -> Stage:
    """The stage that the lead left then; ENGAGED for older leads whose journal does not say."""
    said = left.detail.get("from") if left else None
    return Stage(said) if said in Stage.values and said not in CLOSED_STAGES else Stage.ENGAGED


def _stays_in_nurture(locked: Lead) -> list[JournalEvent]:
    """The lead's last two returns to nurture that were not undone, the newest first."""
    moves = _moves(locked)
    undone = moves.filter(detail__has_key="undoes").values_list("detail__undoes", flat=True)
    sent = moves.filter(detail__to=Stage.RECYCLED).exclude(detail__from=Stage.DISQUALIFIED)
    return list(sent.exclude(pk__in=list(undone)).order_by("-pk")[:2])


def _reason_of(sent: JournalEvent | None) -> tuple[str, date | None]:
    """The code for which a lead was sent back to nurture, and until when."""
    said = sent.detail if sent else {}
    until = said.get("until")
    return said.get("code", ""), date.fromisoformat(until) if until else None


def _is_validated(locked: Lead, *, since: JournalEvent | None) -> bool:
    """Whether the last call after an earlier return to nurture validated the need."""
    calls = locked.journal.filter(kind=JournalKind.CALL_RECORDED, pk__gt=since.pk if since else 0)
    said = calls.order_by("-pk").values_list("detail__outcome", flat=True).first()
    return said == ValidationCall.Outcome.VALIDATED

"""Opening leads and moving them by hand."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.followers import hint_followers
from accounts.actions.journal import owner_change
from accounts.actions.scores import queue_for_score
from accounts.models import JournalEvent, JournalKind, Lead, Stage, ValidationCall
from accounts.models.leads import CLOSED_STAGES
from alignment.agreements.actions.ruling import lock_versions_shared
from alignment.core import audit, prepared
from alignment.core.arrays import id_array
from alignment.core.live import bus
from alignment.people.models import Program, User
from alignment.people.queries import possible_owners

from ..engine import Crossing, outcome, rescore_ids
from ..models import LeadScore
from ..queries import Ruling, ruling
from .promotion import promote

# The columns that a step of a lead writes.
MOVED = ("stage", "stage_since", "closed_at", "reason_code", "nurture_until", "updated_at")

# The values of a score row that does not exist yet: nothing counted, no validation call.
_AT_BIRTH = {"icp": "icp", "last_engaged_at": "NULL::timestamptz"}


@lru_cache(maxsize=64)
def _opening(rule: Ruling) -> str:
    """A lead is created with its score row, so that unscored is 0 and never missing.

    A transaction that judges the account meanwhile does not see the lead yet. The verdict is
    therefore locked until the lead is committed, and an account without a verdict is queued for
    judging.
    """
    values = outcome(rule.compiled, lambda column: _AT_BIRTH.get(column, "0"))
    return f"""
    WITH opened AS (
        INSERT INTO accounts_lead
            (program_id, stakeholder_id, account_id, stage, stage_since, opened_at, source)
        SELECT s.program_id, s.id, s.account_id, 'new', now(), now(), %(source)s
        FROM accounts_stakeholder s
        WHERE s.program_id = %(program)s AND s.id = ANY(%(people)s::bigint[])
          AND NOT EXISTS (SELECT FROM accounts_lead l
                          WHERE l.stakeholder_id = s.id AND l.closed_at IS NULL)
        ORDER BY s.id
        ON CONFLICT (stakeholder_id) WHERE closed_at IS NULL DO NOTHING
        RETURNING id, account_id, stakeholder_id
    ), judged AS (
        SELECT account_id, answer FROM icp_verdict
        WHERE account_id IN (SELECT account_id FROM opened) ORDER BY account_id FOR SHARE
    ), unjudged AS (
        INSERT INTO accounts_accountchange (program_id, account_id)
        SELECT DISTINCT %(program)s, account_id FROM opened
        WHERE account_id IS NOT NULL AND account_id NOT IN (SELECT account_id FROM judged)
    ), born AS (
        SELECT o.id, COALESCE((j.answer = 'yes')::int, 0)::smallint AS icp
        FROM opened o LEFT JOIN judged j USING (account_id)
    ), scored AS (
        INSERT INTO scoring_leadscore (lead_id, program_id, icp, version_id, {", ".join(values)})
        SELECT id, %(program)s, icp, %(version)s, {", ".join(values.values())}
        FROM born ORDER BY id
        RETURNING lead_id, level, total
    ), ranked AS (
        INSERT INTO accounts_accounttoscore (program_id, account_id)
        SELECT DISTINCT %(program)s, account_id FROM opened WHERE account_id IS NOT NULL
    ), told AS (
        INSERT INTO accounts_journalevent
            (program_id, kind, at, account_id, stakeholder_id, lead_id, actor_id, cause)
        SELECT %(program)s, 'lead_opened', now(), account_id, stakeholder_id, id, %(actor)s,
               jsonb_build_object('source', %(source)s::text)
        FROM opened ORDER BY id
    )
    SELECT stakeholder_id, id, level, total
    FROM opened JOIN scored ON lead_id = id ORDER BY id"""


class LeadMoved(Exception):
    """The lead is no longer where the page showed it; the message says where it is."""


class ImpossibleStep(LeadMoved):
    """The lead has not moved, but this step does not exist from its stage."""


@transaction.atomic
def open_leads(
    *, program: Program, stakeholder_ids: Sequence[int], by: User | None, source: str
) -> dict[int, int]:
    """Open a lead for each of these people without one; returns the new ones by stakeholder id."""
    lock_versions_shared(program.pk)
    rule = ruling(program)
    rows = prepared.fetch(
        _opening(rule),
        {
            "program": program.pk,
            "version": rule.compiled.version_id,
            "people": id_array(stakeholder_ids),
            "source": source[:60],
            "actor": by.pk if by else None,
        },
    )
    if rows:
        risen = [Crossing(lead, 0, level, total) for _person, lead, level, total in rows if level]
        promote(program_id=program.pk, crossings=risen, cause={"why": "opened"})
        bus.publish(program.pk, "leads")
    return {person: lead for person, lead, _level, _total in rows}


@transaction.atomic
def assign(*, lead: Lead, owner: User | None, by: User) -> Lead:
    """Give the lead to a member of the program who may work it, or to nobody. Whoever has it
    already keeps it, and nothing is journalled."""
    if owner and not possible_owners(lead.program_id).filter(user=owner).exists():
        raise LeadMoved(_("This person may not work leads in this program."))
    locked = lead_locked(lead)
    if locked.owner == owner:
        return locked
    previous = locked.owner
    locked.owner = owner
    locked.save(update_fields=["owner", "updated_at"])
    record_step(locked, JournalKind.OWNER_CHANGED, by, detail=owner_change(previous, owner))
    return locked


@transaction.atomic
def claim(*, lead: Lead, by: User) -> Lead:
    """Take an unowned lead. Of two people at once, one wins; the other gets LeadMoved."""
    free = Lead.objects.in_program(lead.program_id).filter(
        pk=lead.pk, owner__isnull=True, closed_at__isnull=True
    )
    if not free.update(owner=by, updated_at=timezone.now()):
        holder = Lead.objects.in_program(lead.program_id).select_related("owner").get(pk=lead.pk)
        if holder.owner_id == by.pk:
            return holder
        if holder.closed_at:
            raise LeadMoved(_("This lead is closed."))
        raise LeadMoved(_("%(name)s already has this lead.") % {"name": holder.owner})
    claimed = lead_locked(lead)
    record_step(claimed, JournalKind.OWNER_CHANGED, by, detail=owner_change(None, by))
    return claimed


@transaction.atomic
def recycle(
    *, lead: Lead, by: User, reason: str, code: str = "", until: date | None = None
) -> Lead:
    """Back to nurture. It rises again only after a new engagement; `until` says when to retry."""
    lock_score(lead)
    moved = _move(lead, Stage.RECYCLED, by, reason, code=code, until=until)
    scores = LeadScore.objects.in_program(lead.program_id).filter(lead=moved)
    scores.update(held=1, level=1, validated=0)
    return moved


@transaction.atomic
def disqualify(*, lead: Lead, by: User, reason: str, code: str) -> Lead:
    """Close the lead for good. `code` is the coded reason; without it the database refuses too.
    `sla/actions/work.py` checks whether the program has the code.
    """
    if not code:
        raise LeadMoved(_("Choose a reason first."))
    return _move(lead, Stage.DISQUALIFIED, by, reason, code=code)


# Only steps of a deal are taken by hand; before that, thresholds and calls decide.
ADVANCES = {
    Stage.SQL: (Stage.OPPORTUNITY, Stage.LOST),
    Stage.OPPORTUNITY: (Stage.WON, Stage.LOST),
}


@transaction.atomic
def advance(*, lead: Lead, stage: Stage, by: User, reason: str = "") -> Lead:
    """Move an SQL along its deal: opportunity, then won or lost. Raises LeadMoved."""
    current = lead_locked(lead)
    if stage not in ADVANCES.get(Stage(current.stage), ()):
        raise LeadMoved(
            _("This lead is already: %(stage)s.") % {"stage": current.get_stage_display()}
        )
    return _move(current, stage, by, reason)


@transaction.atomic
def resume(*, lead: Lead, by: User) -> Lead:
    """Reopen the lead of a deal that resumes, unless the person has a newer lead."""
    locked = lead_locked(lead)
    newer = Lead.objects.in_program(lead.program_id).filter(stakeholder=locked.stakeholder_id)
    if locked.stage not in (Stage.WON, Stage.LOST) or newer.filter(closed_at=None).exists():
        return locked
    previous, now = locked.stage, timezone.now()
    locked.stage, locked.stage_since, locked.closed_at = Stage.OPPORTUNITY, now, None
    try:
        with transaction.atomic():
            locked.save(update_fields=MOVED)
    except IntegrityError:
        # Somebody opened a newer lead meanwhile.
        return Lead.objects.in_program(lead.program_id).get(pk=lead.pk)
    detail = {"from": previous, "to": str(Stage.OPPORTUNITY), "reason": ""}
    record_step(locked, JournalKind.STAGE_CHANGED, by, detail=detail)
    if locked.account_id:
        queue_for_score(program_id=locked.program_id, account_ids=[locked.account_id])
    return locked


@transaction.atomic
def record_validation_call(
    *, lead: Lead, by: User, called_at: datetime, outcome: str, note: str
) -> ValidationCall:
    """Record the call that SQL needs; a validated lead with enough points becomes SQL at once."""
    lock_versions_shared(lead.program_id)
    lock_score(lead)
    locked = lead_locked(lead)
    if locked.stage in CLOSED_STAGES:
        raise LeadMoved(_("This lead is closed."))
    call = ValidationCall.objects.create(
        program_id=locked.program_id,
        lead=locked,
        called_at=called_at,
        by=by,
        outcome=outcome,
        note=note,
    )
    validated = int(outcome == ValidationCall.Outcome.VALIDATED)
    LeadScore.objects.in_program(locked.program_id).filter(lead=locked).update(validated=validated)
    detail = {"outcome": outcome, "note": note, "at": called_at.isoformat()}
    record_step(locked, JournalKind.CALL_RECORDED, by, detail=detail)
    rise(locked, cause={"why": "validation_call", "call": call.pk}, actor_id=by.pk)
    return call


def rise(locked: Lead, *, cause: dict[str, Any], actor_id: int) -> None:
    """Score a lead whose score row is locked, and promote it as far as its points allow."""
    written = rescore_ids(ruling(locked.program_id), [locked.pk])
    promote(
        program_id=locked.program_id, crossings=written.crossings, cause=cause, actor_id=actor_id
    )


def lead_locked(lead: Lead) -> Lead:
    """The lead as it is now, locked until the end of the transaction."""
    return Lead.objects.in_program(lead.program_id).select_for_update(no_key=True).get(pk=lead.pk)


def lock_score(lead: Lead) -> None:
    """Lock the score before the lead, in the same order as ingest."""
    rows = LeadScore.objects.in_program(lead.program_id).select_for_update(no_key=True)
    rows.get(lead=lead.pk)


def _move(
    lead: Lead,
    stage: Stage,
    by: User,
    reason: str,
    *,
    code: str = "",
    until: date | None = None,
) -> Lead:
    locked = lead_locked(lead)
    if locked.stage in CLOSED_STAGES or locked.stage == stage:
        raise LeadMoved(
            _("This lead is already: %(stage)s.") % {"stage": locked.get_stage_display()}
        )
    previous, now = locked.stage, timezone.now()
    locked.stage, locked.stage_since = stage, now
    locked.closed_at = now if stage in CLOSED_STAGES else None
    locked.reason_code, locked.nurture_until = code[:40] or locked.reason_code, until
    locked.save(update_fields=MOVED)
    detail = {"from": previous, "to": str(stage), "reason": reason}
    if code:
        detail["code"] = code
    if until:
        detail["until"] = until.isoformat()
    record_step(locked, JournalKind.STAGE_CHANGED, by, detail=detail)
    if locked.account_id and stage in CLOSED_STAGES:
        queue_for_score(program_id=locked.program_id, account_ids=[locked.account_id])
    return locked


def record_step(lead: Lead, kind: JournalKind, by: User, *, detail: dict[str, Any]) -> None:
    """Write the step to the journal and the audit trail, and tell the open pages."""
    JournalEvent.objects.create(
        program_id=lead.program_id,
        kind=kind,
        at=timezone.now(),
        account_id=lead.account_id,
        stakeholder_id=lead.stakeholder_id,
        lead=lead,
        actor=by,
        detail=detail,
    )
    audit.record(by=by, action=f"lead.{kind}", target=lead, program_id=lead.program_id, **detail)
    hint_followers()
    bus.publish(lead.program_id, "leads", f"lead-{lead.pk}")

"""Handing MQLs over: finding an owner, writing the brief and next best action, notifying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.actions.followers import hint_followers
from accounts.actions.journal import owner_change
from accounts.models import JournalEvent, JournalKind, Lead
from alignment.core import audit
from alignment.core.arrays import id_array
from alignment.core.live import bus
from alignment.core.moments import database_now
from alignment.people.models import Program, User

from ..models import HandOff
from ..queries.briefs import RELATED, build
from ..queries.handoffs import (
    STILL_HANDED,
    NewMql,
    action_rules,
    handed_events,
    new_mqls,
    next_action,
)
from ..queries.routing import asked_for, covers_hours, reps_of
from ..rules.briefs import missing
from ..rules.next_action import ActionRule
from ..rules.routing import Choice, after, choose
from .handoff_notices import Handed, announce_handed_off, notify_handed_off

# A lead that was sent back and became MQL again may have older hand-offs that still wait: a later
# claim would hand it over once more.
_OWN = """
WITH owned AS (
    UPDATE accounts_lead l SET owner_id = c.owner, nurture_until = NULL, updated_at = now()
    FROM unnest(%(leads)s::bigint[], %(owners)s::bigint[]) AS c (lead, owner)
    WHERE l.id = c.lead AND l.program_id = %(program)s
    RETURNING l.id
)
DELETE FROM sla_handoff h USING owned
WHERE h.lead_id = owned.id AND h.program_id = %(program)s AND h.handed_at IS NULL"""


class HandOffMoved(Exception):
    """The lead already has an owner, or is nobody's to hand over; the message says which."""


@transaction.atomic
def compose(*, program_id: int, event_ids: Sequence[int], at: datetime | None = None) -> None:
    """Hand over the leads of these `became_mql` events, each event once; safe to repeat.

    The number of statements does not grow with the leads, except for one notice per owner. A lead
    that was closed or sent back meanwhile is left alone; one that was claimed stays with its owner.
    `at` is for importing history; it defaults to the database's now.
    """
    mqls = new_mqls(program_id=program_id, event_ids=event_ids)
    if not mqls:
        return
    leads = _lock_leads(program_id, [mql.lead_id for mql in mqls])
    # The locks waited for concurrent calls, so what these handed over is committed by now.
    known = handed_events(program_id=program_id, event_ids=[mql.event_id for mql in mqls])
    mqls = [mql for mql in mqls if mql.lead_id in leads and mql.event_id not in known]
    if not mqls:
        return
    program = Program.objects.get(pk=program_id)
    handed = _write(program, mqls, leads, at or mqls[0].now)
    _own(program, handed)
    _journal(handed)
    notify_handed_off(program, handed)


@transaction.atomic
def decide_owner(*, handoff: HandOff, owner: User, by: User) -> HandOff:
    """Assign a lead without owner to a member of sales. Raises `HandOffMoved`."""
    # Lock the lead first, as claiming does, to avoid deadlocks.
    leads = Lead.objects.in_program(handoff.program_id).select_for_update(no_key=True)
    lead = leads.get(pk=handoff.lead_id)
    row = HandOff.objects.in_program(handoff.program_id).select_for_update().get(pk=handoff.pk)
    row.lead = lead
    if row.handed_at is not None:
        raise HandOffMoved(_("%(name)s already has this lead.") % {"name": row.owner})
    if lead.closed_at:
        raise HandOffMoved(_("This lead is closed."))
    if lead.stage not in STILL_HANDED:
        stage = {"stage": lead.get_stage_display()}
        raise HandOffMoved(_("This lead is already: %(stage)s.") % stage)
    row = _hand_to(row, owner, {**row.why, "decided_by": str(by)})
    audit.record(
        by=by, action="handoff.decide", target=row, program_id=row.program_id, owner=str(owner)
    )
    handed = [Handed(row, row.lead, owner)]
    _own(row.program, handed)
    _journal(handed, by=by)
    notify_handed_off(row.program, handed)
    return row


def settle(*, lead: Lead, owner: User, by: User) -> None:
    """Complete a waiting hand-off: its lead was claimed by, or assigned to, `owner`.

    Call it in the transaction that set the owner, and locked the lead. A lead that was closed or
    sent back may change hands, but is not handed over.
    """
    if lead.stage not in STILL_HANDED:
        return
    waiting = HandOff.objects.in_program(lead.program_id).filter(lead=lead, handed_at__isnull=True)
    rows = list(waiting.select_for_update().order_by("-event"))
    # A lead that was sent back and became MQL again has several; one claim answers the newest.
    for row in rows[1:]:
        row.delete()
    for row in rows[:1]:
        said = "claimed_by" if owner.pk == by.pk else "decided_by"
        handed = Handed(_hand_to(row, owner, {**row.why, said: str(by)}), lead, owner)
        _journal([handed], by=by)
        announce_handed_off(row.program, [handed])
    if rows:
        hint_followers()
        bus.publish(lead.program_id, "handoffs")


def _lock_leads(program_id: int, lead_ids: Sequence[int]) -> dict[int, Lead]:
    """Lock and return the leads still to be handed over, in id order, with what a brief reads.
    Inserting engagements is not blocked meanwhile."""
    rows = Lead.objects.in_program(program_id).filter(pk__in=lead_ids, stage__in=STILL_HANDED)
    locked = rows.select_for_update(no_key=True).order_by("pk")
    return {lead.pk: lead for lead in locked.prefetch_related("owner", *RELATED)}


def _hand_to(row: HandOff, owner: User, why: dict[str, Any]) -> HandOff:
    row.owner, row.route, row.why = owner, HandOff.Route.DECIDED, why
    row.handed_at = database_now()
    row.save(update_fields=["owner", "route", "why", "handed_at", "updated_at"])
    return row


def _write(
    program: Program, mqls: Sequence[NewMql], leads: Mapping[int, Lead], now: datetime
) -> list[Handed]:
    """Create the rows in the order in which the leads became MQL."""
    chosen = [leads[mql.lead_id] for mql in mqls]
    causes = {mql.lead_id: mql.engagement_id for mql in mqls if mql.engagement_id}
    briefs = build(program_id=program.pk, leads=chosen, now=now, causes=causes)
    rules = action_rules(program.pk)
    asked = asked_for(program=program, leads=chosen)
    reps, cover = reps_of(program=program, now=now), covers_hours(program.pk)
    rows: list[HandOff] = []
    for mql in sorted(mqls, key=lambda mql: (mql.at, mql.event_id)):
        choice = choose(asked[mql.lead_id], reps, cover=cover)
        if choice.user_id is not None:
            reps = after(reps, choice.user_id, now)
        rows.append(_row(program.pk, mql, choice, briefs[mql.lead_id], rules, now))
    owners = User.objects.in_bulk({row.owner_id for row in rows if row.owner_id})
    HandOff.objects.bulk_create(rows)
    return [Handed(row, leads[row.lead_id], owners.get(row.owner_id or 0)) for row in rows]


def _row(
    program_id: int,
    mql: NewMql,
    choice: Choice,
    brief: dict[str, Any],
    rules: Sequence[ActionRule],
    now: datetime,
) -> HandOff:
    lacking = missing(brief)
    return HandOff(
        program_id=program_id,
        lead_id=mql.lead_id,
        event_id=mql.event_id,
        owner_id=choice.user_id,
        route=choice.route,
        why=dict(choice.why),
        brief=brief,
        next_action=next_action(brief, rules),
        is_complete=not lacking,
        missing=lacking,
        became_mql_at=mql.at,
        handed_at=now if choice.user_id is not None else None,
    )


def _own(program: Program, handed: Sequence[Handed]) -> None:
    owned = [item for item in handed if item.owner]
    parameters: dict[str, Any] = {
        "program": program.pk,
        "leads": id_array(item.lead.pk for item in owned),
        "owners": id_array(item.owner.pk for item in owned if item.owner),
    }
    if owned:
        with connection.cursor() as cursor:
            cursor.execute(_OWN, parameters)


def _journal(handed: Sequence[Handed], *, by: User | None = None) -> None:
    rows: list[JournalEvent] = []
    for item in handed:
        if item.owner is None:
            continue
        if item.lead.owner_id != item.owner.pk:
            change = owner_change(item.lead.owner, item.owner)
            rows.append(_event(item, JournalKind.OWNER_CHANGED, change, by))
        detail = {
            "owner": str(item.owner),
            "owner_id": item.owner.pk,
            "route": str(item.row.route),
            "handoff": item.row.pk,
        }
        if item.row.brief.get("contact", {}).get("do_not_contact"):
            detail["do_not_contact"] = True
        rows.append(_event(item, JournalKind.HANDED_OFF, detail, by))
    JournalEvent.objects.bulk_create(rows)


def _event(item: Handed, kind: str, detail: dict[str, Any], by: User | None) -> JournalEvent:
    assert item.row.handed_at is not None
    return JournalEvent(
        program_id=item.row.program_id,
        kind=kind,
        at=item.row.handed_at,
        account_id=item.lead.account_id,
        stakeholder_id=item.lead.stakeholder_id,
        lead_id=item.lead.pk,
        actor=by,
        cause={"became_mql": item.row.event_id},
        detail=detail,
    )

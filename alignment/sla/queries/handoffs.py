"""Hand-offs: what waits to be composed, what a page or a file shows of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from accounts.models import Lead, Stage
from alignment.core.arrays import id_array
from alignment.people.models import Membership, Role, Side, User

from ..models import HandOff, NextActionRule
from ..rules.next_action import ActionRule, best_action
from .briefs import RELATED, signals_seen

# Whoever recycled or closed the lead meanwhile is right.
STILL_HANDED = (Stage.MQL, Stage.SQL, Stage.OPPORTUNITY)

_NEW = """
SELECT DISTINCT ON (j.lead_id) j.id, j.lead_id, j.at, (j.cause->>'engagement')::bigint, now()
FROM accounts_journalevent j
WHERE j.program_id = %(program)s AND j.id = ANY(%(events)s::bigint[])
  AND j.kind = 'became_mql' AND j.lead_id IS NOT NULL
  AND COALESCE(j.cause->>'hands_over', '') <> 'false'
  AND NOT EXISTS (SELECT FROM sla_handoff h WHERE h.event_id = j.id)
ORDER BY j.lead_id, j.id DESC"""


class NewMql(NamedTuple):
    """A `became_mql` event that nobody handed over yet; `now` is the database's."""

    event_id: int
    lead_id: int
    at: datetime
    engagement_id: int | None
    now: datetime


def new_mqls(*, program_id: int, event_ids: Sequence[int]) -> list[NewMql]:
    """Of these events those to hand over, the newest of each lead, by lead id."""
    with connection.cursor() as cursor:
        cursor.execute(_NEW, {"program": program_id, "events": id_array(event_ids)})
        return [NewMql(*row) for row in cursor.fetchall()]


def locked_leads(*, program_id: int, lead_ids: Iterable[int]) -> dict[int, Lead]:
    """The leads still to be handed over, locked in the order of their ids, with what a brief
    reads. Who adds engagements meanwhile is not held up."""
    rows = Lead.objects.in_program(program_id).filter(pk__in=list(lead_ids), stage__in=STILL_HANDED)
    locked = rows.select_for_update(no_key=True).order_by("pk")
    return {lead.pk: lead for lead in locked.prefetch_related("owner", *RELATED)}


def handed_events(*, program_id: int, event_ids: Sequence[int]) -> set[int]:
    """Which of these events have their hand-off already."""
    rows = HandOff.objects.in_program(program_id).filter(event__in=event_ids)
    return set(rows.values_list("event_id", flat=True))


def action_rules(program_id: int) -> list[ActionRule]:
    """The rules for the next best action that are in use, in their order."""
    rows = NextActionRule.objects.in_program(program_id).filter(is_active=True)
    return [
        ActionRule(
            row.pk, row.action, tuple(row.signals), row.content, row.talking_point, row.reason
        )
        for row in rows
    ]


def next_action(brief: Mapping[str, Any], rules: Sequence[ActionRule]) -> dict[str, Any]:
    """What to do next after what the brief tells; empty where no rule applies."""
    rule = best_action(rules, signals_seen(brief))
    if rule is None:
        return {}
    return {
        "rule": rule.key,
        "action": rule.action,
        "content": rule.content,
        "talking_point": rule.talking_point,
        "reason": rule.reason,
        "signals": list(rule.signals),
    }


def next_action_of(program_id: int, brief: Mapping[str, Any]) -> dict[str, Any]:
    """The same by the program's rules as they stand."""
    return next_action(brief, action_rules(program_id))


def managers_of(program_id: int, side: Side) -> list[User]:
    """Who manages a side; the program's owners where nobody does."""
    rows = Membership.objects.in_program(program_id).filter(user__is_active=True)
    rows = rows.select_related("user").order_by("user_id")
    managers = [m.user for m in rows.filter(role=Role.MANAGER, team__side=side)]
    return managers or [m.user for m in rows.filter(role=Role.OWNER)]


def newest_of(*, program_id: int, lead_ids: Sequence[int]) -> dict[int, HandOff]:
    """Lead id -> its newest hand-off: one statement for a page of leads."""
    rows = HandOff.objects.in_program(program_id).filter(lead__in=lead_ids)
    return {
        row.lead_id: row
        for row in rows.defer("brief").order_by("lead_id", "-id").distinct("lead_id")
    }

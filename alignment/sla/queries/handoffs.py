"""Hand-offs waiting to be composed, and their data for pages and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models.expressions import BaseExpression

from accounts.models import Stage
from alignment.core.arrays import id_array
from alignment.people.models import Membership, Role, Side, User

from ..models import HandOff, NextActionRule
from ..rules.next_action import ActionRule, best_action
from .briefs import signals_seen

# If the lead was recycled or closed meanwhile, that takes precedence.
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
    """A `became_mql` event that was not handed over yet; `now` is the database's."""

    event_id: int
    lead_id: int
    at: datetime
    engagement_id: int | None
    now: datetime


def new_mqls(*, program_id: int, event_ids: Sequence[int]) -> list[NewMql]:
    """The events among these that need a hand-off, the newest of each lead, by lead id."""
    with connection.cursor() as cursor:
        cursor.execute(_NEW, {"program": program_id, "events": id_array(event_ids)})
        return [NewMql(*row) for row in cursor.fetchall()]


def handed_events(*, program_id: int, event_ids: Sequence[int]) -> set[int]:
    """The events among these that already have a hand-off."""
    rows = HandOff.objects.in_program(program_id).filter(event__in=event_ids)
    return set(rows.values_list("event_id", flat=True))


def action_rules(program_id: int) -> list[ActionRule]:
    """The active next-best-action rules, in order."""
    rows = NextActionRule.objects.in_program(program_id).filter(is_active=True)
    return [
        ActionRule(
            row.pk, row.action, tuple(row.signals), row.content, row.talking_point, row.reason
        )
        for row in rows
    ]


def next_action(brief: Mapping[str, Any], rules: Sequence[ActionRule]) -> dict[str, Any]:
    """The next action that the rules give for this brief; empty if no rule applies."""
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
    """The next action by the program's current rules."""
    return next_action(brief, action_rules(program_id))


def waits_for_owner(row: HandOff) -> bool:
    """Whether somebody has to decide; nobody does while the lead is closed or sent back."""
    return row.handed_at is None and row.lead.stage in STILL_HANDED


def managers_of(program_id: int, side: Side) -> list[User]:
    """The side's managers; the program's owners if it has none."""
    rows = Membership.objects.in_program(program_id).filter(user__is_active=True)
    rows = rows.select_related("user").order_by("user_id")
    managers = [m.user for m in rows.filter(role=Role.MANAGER, team__side=side)]
    return managers or [m.user for m in rows.filter(role=Role.OWNER)]


def newest_of(
    *, program_id: int, lead_ids: Sequence[int], **also: BaseExpression
) -> dict[int, HandOff]:
    """Lead id -> its newest hand-off: one statement for a page of leads."""
    rows = HandOff.objects.in_program(program_id).filter(lead__in=lead_ids)
    return {
        row.lead_id: row
        for row in rows.annotate(**also)
        .defer("brief")
        .order_by("lead_id", "-id")
        .distinct("lead_id")
    }

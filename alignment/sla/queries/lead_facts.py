"""What clocks need to know of a batch of leads, in a few statements."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.db.models import Min

from alignment.core.arrays import id_array
from alignment.people.models import Team

from ..models import SlaSettings

# The lock makes concurrent closing or deleting of the lead wait, so that foreign keys to it can't
# fail at the commit.
_FACTS = """
    SELECT l.id, l.owner_id, m.team_id, COALESCE(a.state, ''), l.reason_code <> '',
           COALESCE(h.is_complete, false), COALESCE(h.next_action ->> 'action', '') <> '',
           s.do_not_contact
    FROM accounts_lead l JOIN accounts_stakeholder s ON s.id = l.stakeholder_id
    LEFT JOIN people_membership m ON m.program_id = l.program_id AND m.user_id = l.owner_id
    LEFT JOIN accounts_account a ON a.id = l.account_id
    LEFT JOIN LATERAL (SELECT is_complete, next_action FROM sla_handoff
                       WHERE lead_id = l.id ORDER BY id DESC LIMIT 1) h ON true
    WHERE l.program_id = %s AND l.id = ANY(%s::bigint[])
    ORDER BY l.id FOR KEY SHARE OF l"""
_STATES = """
    SELECT l.id, COALESCE(a.state, '') FROM accounts_lead l
    LEFT JOIN accounts_account a ON a.id = l.account_id WHERE l.id = ANY(%s::bigint[])"""


class LeadFacts(NamedTuple):
    """`state` is the prospect's, two letters or empty; the conditions are those of the contract."""

    lead_id: int
    owner_id: int | None
    owner_team_id: int | None
    state: str
    coded_reason: bool
    brief_complete: bool
    next_action_suggested: bool
    do_not_contact: bool


@dataclass(frozen=True, slots=True)
class ProgramFacts:
    """`first_team`: the team, by side, that acts if no person does."""

    first_team: dict[str, int]
    outside_crm: bool


def lead_facts(program_id: int, lead_ids: Collection[int]) -> dict[int, LeadFacts]:
    """Facts by lead; one statement. The leads stay locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [program_id, id_array(lead_ids)])
        return {row[0]: LeadFacts(*row) for row in cursor.fetchall()}


def program_facts(program_id: int) -> ProgramFacts:
    """Two statements."""
    teams = Team.objects.in_program(program_id).order_by().values("side")
    first = dict(teams.annotate(first=Min("pk")).values_list("side", "first"))
    outside = SlaSettings.objects.in_program(program_id).filter(outside_crm=True).exists()
    return ProgramFacts(first, outside)


def states_of(lead_ids: Collection[int]) -> dict[int, str]:
    """The prospects' states by lead."""
    with connection.cursor() as cursor:
        cursor.execute(_STATES, [id_array(lead_ids)])
        return dict(cursor.fetchall())

"""What the notices of a clock say: how far its ladder was climbed, and whose lead it is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from alignment.core.arrays import id_array

_CLIMBED = """
    SELECT clock_id, max(created_at), bool_or(acknowledged_at IS NOT NULL)
    FROM sla_escalation WHERE clock_id = ANY(%s::bigint[]) GROUP BY clock_id"""
_NAMES = """
    SELECT l.id, trim(s.first_name || ' ' || s.last_name), COALESCE(a.name, '')
    FROM accounts_lead l JOIN accounts_stakeholder s ON s.id = l.stakeholder_id
    LEFT JOIN accounts_account a ON a.id = l.account_id WHERE l.id = ANY(%s::bigint[])"""


class LeadName(NamedTuple):
    person: str
    account: str

    def __str__(self) -> str:
        return f"{self.person} ({self.account})" if self.account else self.person


def climbs(clock_ids: Collection[int]) -> dict[int, tuple[datetime, bool]]:
    """When the last rung was climbed and whether somebody answered, by clock. Call it once the
    clocks are locked."""
    if not clock_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_CLIMBED, [id_array(clock_ids)])
        return {clock: (at, answered) for clock, at, answered in cursor.fetchall()}


def lead_names(lead_ids: Collection[int]) -> dict[int, LeadName]:
    """Names of the person and company, by lead."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [id_array(lead_ids)])
        return {pk: LeadName(person, account) for pk, person, account in cursor.fetchall()}

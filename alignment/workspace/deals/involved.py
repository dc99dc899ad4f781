"""Contacts with a part in a deal who are missing in its committee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection

from accounts.models import Stakeholder
from accounts.queries.names import set_known_as
from campaigns.opportunities.models import Outcome

from .standing import MET, met_values

if TYPE_CHECKING:
    from campaigns.opportunities.models import Opportunity

MOST_OFFERED = 12

_OUTSIDE = f"""{MET}
SELECT met.stakeholder_id, max(met.at) FROM met
WHERE met.stakeholder_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM committee_committeemember AS part
    WHERE part.opportunity_id = %(deal)s AND part.stakeholder_id = met.stakeholder_id)
GROUP BY met.stakeholder_id ORDER BY 2 DESC, 1 LIMIT %(most)s"""


@dataclass(frozen=True, slots=True)
class Involved:
    """A contact, and when somebody of the teams last met them."""

    person: Stakeholder
    at: datetime


def involved_outside(deal: Opportunity) -> list[Involved]:
    """Contacts at the account of an open deal who were met recently and are not in its committee,
    the most recent first; three statements at most.
    """
    if deal.outcome != Outcome.OPEN:
        return []
    values = met_values(deal.program, [deal.account_id]) | {"deal": deal.pk, "most": MOST_OFFERED}
    with connection.cursor() as cursor:
        cursor.execute(_OUTSIDE, values)
        met = cursor.fetchall()
    if not met:
        return []
    rows = Stakeholder.objects.in_program(deal.program_id).in_bulk([pk for pk, _at in met])
    set_known_as(program=deal.program_id, people=list(rows.values()))
    return [Involved(rows[pk], at) for pk, at in met if pk in rows]

"""Which panels of an account have anything to show.

Most imported accounts were never worked: a dozen statements would return nothing, and each takes
two milliseconds to build, plan and read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alignment.core.prepared import fetch

if TYPE_CHECKING:
    from accounts.models import Account

_PRESENCE = """
SELECT
    EXISTS (SELECT FROM field_criterionfinding WHERE {here})
        OR EXISTS (SELECT FROM field_competitor WHERE {here})
        OR EXISTS (SELECT FROM field_relationship AS known
                   JOIN accounts_stakeholder AS person ON person.id = known.stakeholder_id
                   WHERE person.account_id = %(account)s AND known.program_id = %(program)s),
    EXISTS (SELECT FROM intent_surge WHERE {here})
        OR EXISTS (SELECT FROM intent_sitevisits WHERE {here}),
    EXISTS (SELECT FROM selection_target WHERE {here} AND left_at IS NULL),
    EXISTS (SELECT FROM insights_note WHERE {here}),
    EXISTS (SELECT FROM opportunities_opportunity WHERE {here}),
    EXISTS (SELECT FROM roi_roishare WHERE {here}),
    EXISTS (SELECT FROM calendar_touch WHERE {here}),
    EXISTS (SELECT FROM selection_nomination WHERE {here})
""".format(here="program_id = %(program)s AND account_id = %(account)s")


@dataclass(frozen=True, slots=True)
class Presence:
    """True if there is at least one row. `intent` covers reports of any week."""

    field: bool
    intent: bool
    target: bool
    notes: bool
    deals: bool
    roi_pages: bool
    touches: bool
    nominations: bool


def presence_of(account: Account) -> Presence:
    """One statement."""
    asked = {"program": account.program_id, "account": account.pk}
    return Presence(*fetch(_PRESENCE, asked)[0])

"""Shared by costs of campaigns and other costs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.people.models import User

from ..models import Spending

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_USD = 10**12
LONGEST = 200
# In some time zones it is already tomorrow.
AHEAD = timedelta(days=1)

Spent = TypeVar("Spent", bound=Spending)


def checked_cost(
    errors: dict[str, str],
    *,
    spent_on: date,
    spent_until: date | None,
    amount_usd: int,
    what_for: str,
    by: User | None,
) -> dict[str, Any]:
    """The columns of a cost from `spent_on` to `spent_until` inclusive, or of a single day.

    A cost may not begin in the future. Raises `ValidationError` by field, including the caller's
    `errors`.
    """
    errors, spent_until = dict(errors), spent_until or spent_on
    if not FIRST_YEAR <= spent_on.year <= LAST_YEAR:
        errors["spent_on"] = _("Give a day of this century.")
    elif spent_on > timezone.localdate() + AHEAD:
        errors["spent_on"] = _("This day is yet to come: note a cost once it is spent.")
    elif not spent_on <= spent_until or spent_until.year > LAST_YEAR:
        errors["spent_until"] = _("Give the first day or a later one.")
    if not 0 < amount_usd <= MOST_USD:
        errors["amount_usd"] = _("Give an amount in US dollars.")
    if not 0 < len(what_for.strip()) <= LONGEST:
        errors["what_for"] = _("Say what it was spent for, in at most 200 characters.")
    if errors:
        raise ValidationError(errors)
    return {
        "spent_on": spent_on,
        "spent_until": spent_until,
        "amount_usd": amount_usd,
        "what_for": what_for.strip(),
        "created_by": by,
    }


def taken_out(cost: Spent, by: User | None) -> Spent | None:
    """Mark the cost as removed, by whom and when: the row stays but no longer counts. None if it
    was removed before. Call it in a transaction.
    """
    rows = type(cost).objects.in_program(cost.program_id).select_for_update()
    found = rows.get(pk=cost.pk)
    if found.removed_at is not None:
        return None
    found.removed_at, found.removed_by = timezone.now(), by
    found.save(update_fields=["removed_at", "removed_by"])
    return found

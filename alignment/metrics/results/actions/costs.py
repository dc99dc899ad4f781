"""Costs beside campaigns."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.live import bus
from alignment.people.models import Program, Side, User
from campaigns.actions.campaigns import AHEAD

from ..models import Cost

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_USD = 10**12
WRITTEN = ("spent_on", "spent_until", "amount_usd", "what_for", "side")


@transaction.atomic
def add_cost(
    *,
    program: Program,
    spent_on: date,
    amount_usd: int,
    what_for: str,
    side: str,
    by: User | None,
    spent_until: date | None = None,
) -> Cost:
    """Money spent from `spent_on` to `spent_until`, that day included, or on one day; whole US
    dollars. What begins later is not spent yet. Raises `ValidationError` by field."""
    errors, last = {}, spent_until or spent_on
    if not FIRST_YEAR <= spent_on.year <= LAST_YEAR:
        errors["spent_on"] = _("Give a day of this century.")
    elif spent_on > timezone.localdate() + AHEAD:
        errors["spent_on"] = _("This day is yet to come: note a cost once it is spent.")
    elif not spent_on <= last or last.year > LAST_YEAR:
        errors["spent_until"] = _("Give the first day or a later one.")
    if not 0 < amount_usd <= MOST_USD:
        errors["amount_usd"] = _("Give an amount in US dollars.")
    if not what_for.strip() or len(what_for.strip()) > 200:
        errors["what_for"] = _("Say what it was spent for, in at most 200 characters.")
    if side not in Side.values:
        errors["side"] = _("Say whose money it was: marketing's or sales'.")
    if errors:
        raise ValidationError(errors)
    cost = Cost.objects.create(
        program=program,
        spent_on=spent_on,
        spent_until=last,
        amount_usd=amount_usd,
        what_for=what_for.strip(),
        side=side,
        created_by=by,
    )
    _told(cost, "cost.add", by)
    return cost


@transaction.atomic
def remove_cost(*, cost: Cost, by: User | None) -> None:
    """It was an error: it counts no longer, and stays with who removed it. A wrong cost is removed
    and entered again, never changed. Removing it once more changes nothing."""
    found = Cost.objects.in_program(cost.program_id).select_for_update().get(pk=cost.pk)
    if found.removed_at is not None:
        return
    found.removed_at, found.removed_by = timezone.now(), by
    found.save(update_fields=["removed_at", "removed_by"])
    _told(found, "cost.remove", by)


def _told(cost: Cost, action: str, by: User | None) -> None:
    detail = {
        "amount_usd": cost.amount_usd,
        "spent_on": cost.spent_on.isoformat(),
        "spent_until": cost.spent_until.isoformat(),
        "what_for": cost.what_for,
    }
    audit.record(by=by, action=action, target=cost, program_id=cost.program_id, **detail)
    bus.publish(cost.program_id, "results")

"""Costs outside campaigns."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.live import bus
from alignment.people.models import Program, Side, User
from campaigns.actions.spending import checked_cost, taken_out

from ..models import Cost

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
    """Money spent on a day, or evenly over days. Raises `ValidationError` by field."""
    known = side in Side.values
    facts = checked_cost(
        {} if known else {"side": _("Say whose money it was: marketing's or sales'.")},
        spent_on=spent_on,
        spent_until=spent_until,
        amount_usd=amount_usd,
        what_for=what_for,
        by=by,
    )
    cost = Cost.objects.create(program=program, side=side, **facts)
    _record(cost, "cost.add", by)
    return cost


@transaction.atomic
def remove_cost(*, cost: Cost, by: User | None) -> None:
    """Remove a wrong cost: costs are removed and entered again, never changed. Removing it twice
    changes nothing."""
    if found := taken_out(cost, by):
        _record(found, "cost.remove", by)


def _record(cost: Cost, action: str, by: User | None) -> None:
    detail = {
        "amount_usd": cost.amount_usd,
        "spent_on": cost.spent_on.isoformat(),
        "spent_until": cost.spent_until.isoformat(),
        "what_for": cost.what_for,
    }
    audit.record(by=by, action=action, target=cost, program_id=cost.program_id, **detail)
    bus.publish(cost.program_id, "results")

"""The choices in the form for a new page."""

from __future__ import annotations

from accounts.models import Account
from alignment.people.models import Program

from ..models import Calculator, RoiShare

MOST_FOUND = 20
MOST_OFFERED = 200


def account_in(program: Program, pk: int | None) -> Account | None:
    return Account.objects.in_program(program).filter(pk=pk).first() if pk else None


def accounts_like(program: Program, typed: str) -> list[Account]:
    """Accounts whose name contains the text; none for an empty text."""
    if not typed.strip():
        return []
    rows = Account.objects.in_program(program).filter(name__icontains=typed.strip())
    return list(rows.order_by("name", "id")[:MOST_FOUND])


def ready_to_share(program: Program) -> list[Calculator]:
    """Calculators in use with a published version."""
    rows = Calculator.objects.in_program(program).filter(
        retired_at__isnull=True, versions__published_at__isnull=False
    )
    return list(rows.distinct().order_by("name")[:MOST_OFFERED])


def last_sender(program: Program) -> str:
    """The sender named on the previous page."""
    rows = RoiShare.objects.in_program(program).order_by("-pk")
    return rows.values_list("sender", flat=True).first() or ""

"""Calculators, the pages that were sent, and their visits; each list is bounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import Account
from accounts.queries.names import set_known_as
from alignment.people.models import Program
from alignment.people.tokens import hash_secret
from campaigns.opportunities.models import Opportunity

from ..models import Calculator, CalculatorVersion, RoiShare, RoiVisit

MOST_LISTED = 200
PAGE = 30
# Rows of visits (one a day) read for the pages on one screen.
MOST_VISITS = 2_000


@dataclass(frozen=True, slots=True)
class CalculatorRow:
    """A calculator as its list shows it. `opened` counts pages that were opened, `used` those of
    them on which somebody submitted numbers or downloaded the PDF.
    """

    calculator: Calculator
    published: int | None
    has_draft: bool
    pages: int
    opened: int
    used: int


@dataclass(slots=True)
class ShareRow:
    """A page that was sent, with its visits: `opened` counts all of them, `used` those that
    submitted numbers or downloaded the PDF.
    """

    share: RoiShare
    opened: int = 0
    used: int = 0
    last_at: datetime | None = None
    # The numbers typed last, by the key of the input.
    values: dict[str, float] = field(default_factory=dict)

    @property
    def progress(self) -> str:
        """How far the prospect got: "used", "opened" or "unopened"."""
        return "used" if self.used else "opened" if self.opened else "unopened"

    @property
    def state(self) -> str:
        if self.share.revoked_at:
            return "revoked"
        return "open" if self.share.is_open else "expired"


def calculator_rows(program: Program, *, is_retired: bool) -> list[CalculatorRow]:
    """Bounded; two statements."""
    rows = (
        Calculator.objects.in_program(program)
        .filter(retired_at__isnull=not is_retired)
        .annotate(
            published=Max("versions__number", filter=Q(versions__published_at__isnull=False)),
            drafts=Count("versions", filter=Q(versions__published_at__isnull=True)),
        )
        .order_by("name")[:MOST_LISTED]
    )
    found: list[Any] = list(rows)
    pages: dict[int, Any] = {
        each["version__calculator"]: each
        for each in RoiShare.objects.in_program(program)
        .filter(version__calculator__in=[row.pk for row in found])
        .values("version__calculator")
        .annotate(
            pages=Count("pk", distinct=True),
            opened=Count("pk", distinct=True, filter=Q(visits__isnull=False)),
            used=Count("pk", distinct=True, filter=Q(visits__kind=RoiVisit.Kind.USED)),
        )
        .order_by()
    }
    nothing = {"pages": 0, "opened": 0, "used": 0}
    return [
        CalculatorRow(
            calculator=row,
            published=row.published,
            has_draft=bool(row.drafts),
            **{name: pages.get(row.pk, nothing)[name] for name in nothing},
        )
        for row in found
    ]


def calculator_in(program: Program, pk: int) -> Calculator | None:
    return Calculator.objects.in_program(program).select_related("program").filter(pk=pk).first()


def versions_of(calculator: Calculator) -> list[CalculatorVersion]:
    """The newest first, so a draft comes before published versions."""
    return list(calculator.versions.select_related("published_by").order_by("-number")[:PAGE])


def newest_of(calculator: Calculator) -> CalculatorVersion | None:
    return calculator.versions.order_by("-number").first()


def share_in(program: Program, pk: int) -> RoiShare | None:
    return RoiShare.objects.in_program(program).filter(pk=pk).first()


def share_rows(
    calculator: Calculator, *, before: int | None = None
) -> tuple[list[ShareRow], int | None]:
    """A page of shares, the newest first, and the id before which the next page starts."""
    accounts = Account.objects.in_program(calculator.program_id).only("name")
    rows = _shares(calculator.program_id).prefetch_related(Prefetch("account", accounts))
    rows = rows.filter(version__calculator=calculator)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    older = found[PAGE - 1].pk if len(found) > PAGE else None
    return _with_visits(calculator.program_id, found[:PAGE]), older


def share_rows_of_account(account: Account) -> list[ShareRow]:
    """The newest pages for an account."""
    rows = _shares(account.program_id).filter(account=account)
    return _with_visits(account.program_id, list(rows[:PAGE]))


def share_rows_of_deal(deal: Opportunity) -> list[ShareRow]:
    """The newest pages that were sent for a deal."""
    rows = _shares(deal.program_id).filter(opportunity=deal)
    return _with_visits(deal.program_id, list(rows[:PAGE]))


def open_share(secret: str) -> RoiShare | None:
    """The page behind a secret; None if there is none, or if it was closed or has expired."""
    rows = RoiShare.objects.across_programs().select_related(
        "program", "version__calculator", "account"
    )
    share = rows.filter(
        secret_hash=hash_secret(secret), revoked_at__isnull=True, expires_at__gt=timezone.now()
    ).first()
    return share


def _shares(program_id: int) -> QuerySet[RoiShare]:
    """Only the columns that a line shows: whole rows of six tables take longer to read than to
    find.
    """
    rows = RoiShare.objects.in_program(program_id).only(
        *(f.attname for f in RoiShare._meta.concrete_fields),
        *("version__number", "version__content", "version__calculator__name"),
        *("opportunity__name", "created_by__name", "created_by__email"),
        *("stakeholder__first_name", "stakeholder__last_name"),
    )
    related = ("version__calculator", "stakeholder", "opportunity", "created_by")
    return rows.select_related(*related).order_by("-pk")


def _with_visits(program_id: int, shares: Sequence[RoiShare]) -> list[ShareRow]:
    set_known_as(program=program_id, people=[share.stakeholder for share in shares])
    found = {share.pk: ShareRow(share) for share in shares}
    visits = RoiVisit.objects.in_program(program_id).filter(share__in=list(found))
    for visit in visits.order_by("-last_at")[:MOST_VISITS]:
        row = found[visit.share_id]
        row.last_at = row.last_at or visit.last_at
        # A later visit with numbers in the address is stored only as a use, yet opens the page,
        # too.
        row.opened += visit.times
        if visit.kind == RoiVisit.Kind.USED:
            row.used += visit.times
            row.values = row.values or visit.values
    return list(found.values())

"""The list of accounts: one page, its numbers, and the export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Max, Q, Value
from django.db.models.functions import Coalesce

from accounts.models import Account, Lead, Stage, Stakeholder
from accounts.models.leads import CLOSED_STAGES
from alignment.icp.models import Verdict
from alignment.people.queries import offered_owners, possible_owners
from alignment.scoring.account_score.queries import ORDER as SCORE_ORDER
from alignment.scoring.account_score.queries import ranked
from alignment.workspace.paging import Ordering, Page, page_of, write_cursor
from campaigns.selection.queries.targets import open_targets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Membership, Program

PAGE = 50
COUNT_UP_TO = 1_000
EXPORT_BATCH = 1_000
MOST_MEMBERS = 500
# Scores deliberately have no index, so "hottest" considers the leads that were handed over last.
HOT_WINDOW = 2_000
HOT_STAGES = (Stage.MQL, Stage.SQL)

ORDERINGS = {
    "name": Ordering(("name_key", "id"), (str, int)),
    "grade": Ordering(("verdict__grade", "verdict__account_id"), (int, int), descending=True),
    "score": Ordering(SCORE_ORDER, (int, int), descending=True),
    "employees": Ordering(("size", "id"), (int, int), descending=True),
    "changed": Ordering(("updated_at", "id"), (datetime, int), descending=True),
    "hottest": Ordering(("heat", "id"), (int, int), descending=True),
}


@dataclass(frozen=True, slots=True)
class Heat:
    """A summary of an account's leads."""

    open_leads: int = 0
    handed: int = 0
    hottest: int = 0


@dataclass(slots=True)
class AccountRow:
    account: Account
    heat: Heat
    people: int = 0
    # The tier on the target list; only the export fills it.
    tier: int | None = None

    @property
    def verdict(self) -> Verdict | None:
        return getattr(self.account, "verdict", None)


def members_of(program: Program) -> list[Membership]:
    """The members who may own an account or a lead, by name."""
    return list(possible_owners(program).order_by("user__name", "id")[:MOST_MEMBERS])


def offered(program: Program) -> list[Membership]:
    """Of them, those who may be given one."""
    return list(offered_owners(program).order_by("user__name", "id")[:MOST_MEMBERS])


def account_page(
    *, program: Program, rows: ScopedQuerySet[Account], sort: str, asked: Mapping[str, str]
) -> Page[AccountRow]:
    """Three queries for any length of the page."""
    ordered = in_order(program, rows, sort)
    whole = in_order(program, Account.objects.in_program(program), sort)
    page = page_of(ordered, ORDERINGS[sort], asked, size=PAGE, whole=whole)
    return Page(with_numbers(program, page.rows), page.after, page.before)


def in_order(program: Program, rows: ScopedQuerySet[Account], sort: str) -> Any:
    """The rows annotated for their order; some orders exclude rows without a value."""
    rows = rows.select_related("verdict", "owner", "account_score")
    if sort == "score":
        return ranked(program, rows)
    if sort == "grade":
        return rows.filter(verdict__program=program)
    if sort == "employees":
        return rows.annotate(size=size_of())
    if sort == "hottest":
        return _hottest(program, rows)
    return rows


def size_of() -> Any:
    """The account's size for sorting; -1 if unknown. An index contains the same expression."""
    return Coalesce(F("employees_high"), F("employees_low"), Value(-1))


def _hottest(program: Program, rows: ScopedQuerySet[Account]) -> Any:
    handed = Lead.objects.in_program(program).filter(stage__in=HOT_STAGES, account__isnull=False)
    latest = handed.order_by("-stage_since", "-id").values("id")[:HOT_WINDOW]
    return rows.filter(leads__in=latest).annotate(heat=Max(Coalesce("leads__score__total", 0)))


def with_numbers(program: Program, accounts: Sequence[Account]) -> list[AccountRow]:
    ids = [account.pk for account in accounts]
    heats = heat_of(program, ids)
    people = dict(
        Stakeholder.objects.in_program(program)
        .filter(account__in=ids)
        .values_list("account_id")
        .annotate(number=Count("id"))
    )
    return [
        AccountRow(account, heats.get(account.pk, Heat()), people.get(account.pk, 0))
        for account in accounts
    ]


def _with_tiers(program: Program, rows: list[AccountRow]) -> list[AccountRow]:
    stays = open_targets(program).filter(account__in=[row.account.pk for row in rows])
    tiers = dict(stays.values_list("account_id", "tier"))
    for row in rows:
        row.tier = tiers.get(row.account.pk)
    return rows


def heat_of(program: Program, account_ids: Sequence[int]) -> dict[int, Heat]:
    """For each account, its open and handed-over leads, and the highest score of the open ones."""
    rows = (
        Lead.objects.in_program(program)
        .filter(account__in=account_ids)
        .exclude(stage__in=CLOSED_STAGES)
        .values_list("account_id")
        .annotate(
            open=Count("id"),
            handed=Count("id", filter=Q(stage__in=HOT_STAGES)),
            hottest=Coalesce(Max("score__total"), 0),
        )
    )
    return {account_id: Heat(*numbers) for account_id, *numbers in rows}


def found(program: Program, rows: ScopedQuerySet[Account]) -> tuple[ScopedQuerySet[Account], int]:
    """The number of rows, counted up to `COUNT_UP_TO` + 1, and the rows to continue with.

    If there are few, they are selected by primary key: otherwise the planner, which cannot estimate
    correlated filters, would walk an order's index nearly to its end.
    """
    keys = list(rows.order_by().values_list("id", flat=True)[: COUNT_UP_TO + 1])
    if len(keys) <= COUNT_UP_TO:
        rows = Account.objects.in_program(program).filter(pk__any=keys)
    return rows, len(keys)


def export_batches(
    *, program: Program, rows: ScopedQuerySet[Account], sort: str
) -> Iterator[list[AccountRow]]:
    """All rows in their order, page by page, which keeps every query short."""
    ordering, ordered = ORDERINGS[sort], in_order(program, rows, sort).select_related("intent")
    asked: dict[str, str] = {}
    while True:
        page = page_of(ordered, ordering, asked, size=EXPORT_BATCH)
        if page.rows:
            yield _with_tiers(program, with_numbers(program, page.rows))
        if not page.after:
            return
        asked = {"after": page.after or write_cursor(ordering.place_of(page.rows[-1]))}

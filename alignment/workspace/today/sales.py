"""What waits for sales today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q
from django.utils import timezone

from accounts.models import Account, Lead, Stage
from alignment.people.models import Role, Side

if TYPE_CHECKING:
    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Membership

SHOWN = 8
COUNT_UP_TO = 999
FRESH = timedelta(days=14)
OPEN = (Stage.NEW, Stage.ENGAGED, Stage.MQL, Stage.SQL, Stage.OPPORTUNITY, Stage.RECYCLED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """MQLs to call; `mine` says that only the person's own and nobody's are meant."""

    leads: list[Lead]
    count: int
    unowned: int
    mine: bool


@dataclass(frozen=True, slots=True)
class ActiveAccount:
    account: Account
    people: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class SalesDay:
    active_leads: list[Lead]
    active_count: int
    open_count: int
    sql_count: int
    accounts: list[ActiveAccount]


def waiting(membership: Membership) -> Waiting:
    """The newest MQLs: a rep's own and nobody's, everybody's for all others. Three queries."""
    leads = Lead.objects.in_program(membership.program_id).filter(stage=Stage.MQL)
    mine = membership.role == Role.MEMBER and membership.side == Side.SALES
    if mine:
        leads = leads.filter(Q(owner=membership.user_id) | Q(owner__isnull=True))
    related = ("stakeholder", "account__verdict", "owner", "score")
    newest = leads.select_related(*related).order_by("-stage_since", "-id")[:SHOWN]
    return Waiting(list(newest), _count(leads), _count(leads.filter(owner=None)), mine)


def sales_day(membership: Membership) -> SalesDay:
    """The person's open leads and accounts, those with news first. Six queries."""
    program, user = membership.program_id, membership.user_id
    mine = Lead.objects.in_program(program).filter(owner=user, stage__in=OPEN)
    since = timezone.now() - FRESH
    active = mine.filter(score__last_engaged_at__gte=since)
    related = ("stakeholder", "account", "score")
    return SalesDay(
        active_leads=list(
            active.select_related(*related).order_by("-score__last_engaged_at")[:SHOWN]
        ),
        active_count=_count(active),
        open_count=_count(mine),
        sql_count=_count(mine.filter(stage=Stage.SQL)),
        accounts=_active_accounts(program, user, since),
    )


def _active_accounts(program: int, user: int, since: datetime) -> list[ActiveAccount]:
    engaged = (
        Lead.objects.in_program(program)
        .filter(account__owner=user, score__last_engaged_at__gte=since)
        .values("account_id")
        .annotate(people=Count("stakeholder_id", distinct=True), last=Max("score__last_engaged_at"))
        .order_by("-last")[:SHOWN]
    )
    rows = list(engaged)
    accounts = (
        Account.objects.in_program(program)
        .select_related("verdict")
        .in_bulk([row["account_id"] for row in rows])
    )
    return [ActiveAccount(accounts[r["account_id"]], r["people"], r["last"]) for r in rows]


def _count(leads: ScopedQuerySet[Lead]) -> int:
    return leads.order_by().values("id")[: COUNT_UP_TO + 1].count()

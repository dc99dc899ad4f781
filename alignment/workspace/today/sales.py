"""What is waiting for sales today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Window
from django.utils import timezone

from accounts.models import Account, Lead, Stage
from accounts.models.leads import OPEN_STAGES
from accounts.queries.names import set_known_as
from alignment.core import prepared
from alignment.people.models import Role, Side
from alignment.scoring.models import LeadScore
from alignment.sla.queries.lead_work import nearest
from alignment.workspace.leads.filters import LeadFilter, Owner
from alignment.workspace.leads.selection import theirs_or_free, to_call

if TYPE_CHECKING:
    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Membership
    from alignment.sla.models import Clock

SHOWN = 8
COUNT_UP_TO = 999
# More than one person can follow; keeps the page fast for somebody who owns half the program.
MOST_LEADS = 2_000
MOST_ACCOUNTS = 500
FRESH = timedelta(days=14)
# The person's accounts with recent activity, the latest first.
_ACTIVE_ACCOUNTS = """
WITH owned AS (
    SELECT id FROM accounts_account WHERE program_id = %(program)s AND owner_id = %(user)s
    LIMIT %(accounts)s
), followed AS MATERIALIZED (
    SELECT l.id, l.account_id FROM owned JOIN accounts_lead l ON l.account_id = owned.id
    WHERE l.program_id = %(program)s AND l.stage <> 'new' LIMIT %(leads)s
)
SELECT f.account_id, count(*), max(s.last_engaged_at)
FROM followed f JOIN scoring_leadscore s ON s.lead_id = f.id
WHERE s.program_id = %(program)s AND s.last_engaged_at >= %(since)s
GROUP BY f.account_id ORDER BY 3 DESC, 1 LIMIT %(shown)s"""


@dataclass(frozen=True, slots=True)
class WaitingLead:
    """`clock` is the lead's promise that is due first."""

    lead: Lead
    clock: Clock | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """MQLs to call; `mine`: only the person's own and those without an owner are included. `query`
    makes the queue show the same leads.
    """

    rows: list[WaitingLead]
    count: int
    unowned: int
    mine: bool
    query: str


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
    """The newest MQLs to call: for a rep their own and those without an owner, for others all. Five
    queries.
    """
    leads = to_call(membership.program_id)
    mine = membership.role == Role.MEMBER and membership.side == Side.SALES
    if mine:
        leads = leads.filter(theirs_or_free(membership.user_id))
    related = ("stakeholder", "account__verdict", "owner", "score")
    newest = list(leads.select_related(*related).order_by("-stage_since", "-id")[:SHOWN])
    set_known_as(program=membership.program_id, people=[lead.stakeholder for lead in newest])
    dues = nearest(program_id=membership.program_id, lead_ids=[lead.pk for lead in newest])
    rows = [WaitingLead(lead, dues[lead.pk].clock if lead.pk in dues else None) for lead in newest]
    owner = Owner("person_or_nobody", str(membership.user_id)) if mine else Owner()
    query = LeadFilter(owner=owner).as_query()
    return Waiting(rows, _count(leads), _count(leads.filter(owner=None)), mine, query)


def sales_day(membership: Membership) -> SalesDay:
    """The person's open leads and accounts, those with news first. At most eight queries."""
    program, user = membership.program_id, membership.user_id
    since = timezone.now() - FRESH
    mine = Lead.objects.in_program(program).filter(owner=user)
    # A lead in the first stage has no engagement, hence no news.
    moving = mine.filter(stage__in=[stage for stage in OPEN_STAGES if stage != Stage.NEW])
    news, count = _engaged_since(
        program, list(moving.values_list("id", flat=True)[:MOST_LEADS]), since
    )
    return SalesDay(
        active_leads=_leads(program, news),
        active_count=count,
        open_count=_count(mine.filter(stage__in=OPEN_STAGES)),
        sql_count=_count(mine.filter(stage=Stage.SQL)),
        accounts=_active_accounts(program, user, since),
    )


def _engaged_since(program: int, lead_ids: list[int], since: datetime) -> tuple[list[int], int]:
    """The leads that engaged last, and the number of leads that engaged since."""
    scores = LeadScore.objects.in_program(program).filter(
        lead__id__any=lead_ids, last_engaged_at__gte=since
    )
    rows = scores.order_by("-last_engaged_at").annotate(count=Window(Count("*")))
    found = list(rows.values_list("lead_id", "count")[:SHOWN])
    return [lead_id for lead_id, _count in found], found[0][1] if found else 0


def _leads(program: int, lead_ids: list[int]) -> list[Lead]:
    """The leads in the order of the ids."""
    related = ("stakeholder", "account", "score")
    found = Lead.objects.in_program(program).select_related(*related).in_bulk(lead_ids)
    set_known_as(program=program, people=[lead.stakeholder for lead in found.values()])
    return [found[lead_id] for lead_id in lead_ids if lead_id in found]


def _active_accounts(program: int, user: int, since: datetime) -> list[ActiveAccount]:
    given = {"program": program, "user": user, "since": since, "shown": SHOWN}
    rows = prepared.fetch(
        _ACTIVE_ACCOUNTS, given | {"accounts": MOST_ACCOUNTS, "leads": MOST_LEADS}
    )
    accounts = Account.objects.in_program(program).select_related("verdict")
    found = accounts.in_bulk([pk for pk, _people, _at in rows])
    return [ActiveAccount(found[pk], people, at) for pk, people, at in rows if pk in found]


def _count(leads: ScopedQuerySet[Lead]) -> int:
    return leads.order_by().values("id")[: COUNT_UP_TO + 1].count()

"""What the audience of a campaign did between its first and last day."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from accounts.models import Engagement, JournalEvent, JournalKind
from accounts.rules.signals import shown_name
from alignment.metrics.rules import Period
from campaigns.models import Campaign, CampaignAccount
from campaigns.opportunities.models import Opportunity, Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from alignment.core.scoping import ScopedQuerySet

MOST_SIGNALS = 8

# One pass over the engagements counts them by account, person and signal. The first row has how many
# accounts and people engaged, each other one a signal, the most frequent first. They are reached
# through leads, whose index has the moment: of a person's engagements only those of the dates are read.
_ENGAGED = """
WITH counted AS (
    SELECT s.account_id, l.stakeholder_id, e.signal_id, count(*) AS number
    FROM campaigns_campaignaccount m
    JOIN accounts_stakeholder s ON s.account_id = m.account_id
    JOIN accounts_lead l ON l.stakeholder_id = s.id
    JOIN accounts_engagement e ON e.lead_id = l.id
    WHERE m.program_id = %(program)s AND m.campaign_id = %(campaign)s
      AND e.program_id = %(program)s AND e.occurred_at >= %(since)s AND e.occurred_at < %(until)s
    GROUP BY GROUPING SETS ((s.account_id), (l.stakeholder_id), (e.signal_id)))
SELECT NULL AS code, NULL AS name, NULL AS number, count(account_id), count(stakeholder_id)
FROM counted
UNION ALL
SELECT g.code, g.name, c.number, NULL, NULL
FROM counted c JOIN accounts_signal g ON g.id = c.signal_id
ORDER BY number DESC NULLS FIRST, name, code"""


class _Engaged(NamedTuple):
    """Numbers of engagements, and of accounts and people that engaged; signals as in `Doings`."""

    engagements: int
    accounts: int
    people: int
    signals: list[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Deals that were opened, and those of them that are won by now, in US dollars."""

    opened: int
    usd: Decimal
    won: int
    won_usd: Decimal


@dataclass(frozen=True, slots=True)
class Doings:
    """Activity of the audience between the first and the last day. `accounts` counts those that
    engaged.
    """

    engagements: int
    accounts: int
    people: int
    # Code, name and number of each.
    signals: list[tuple[str, str, int]]
    mql: int
    sql: int
    pipeline: Pipeline


def _period(campaign: Campaign) -> Period:
    return Period(campaign.starts_on, campaign.ends_on, campaign.program.time_zone)


def during(campaign: Campaign, column: str = "occurred_at") -> dict[str, datetime]:
    period = _period(campaign)
    return {f"{column}__gte": period.since, f"{column}__lt": period.until}


def _audience(campaign: Campaign) -> QuerySet[CampaignAccount, Any]:
    """The ids of its accounts, as a subquery."""
    rows = CampaignAccount.objects.in_program(campaign.program_id)
    return rows.filter(campaign=campaign).values("account_id")


def engaged_in(campaign: Campaign) -> ScopedQuerySet[Engagement]:
    """Engagements of its audience between its first and last day, reached through leads as in
    `_ENGAGED`.
    """
    rows = Engagement.objects.in_program(campaign.program_id)
    return rows.filter(lead__stakeholder__account__in=_audience(campaign), **during(campaign))


def doings(campaign: Campaign) -> Doings:
    """What the audience did between the dates, whatever caused it: three statements."""
    engaged = _counted(campaign)
    risen = JournalEvent.objects.in_program(campaign.program_id).filter(
        lead__account__in=_audience(campaign),
        kind__in=(JournalKind.BECAME_MQL, JournalKind.BECAME_SQL),
        **during(campaign, "at"),
    )
    rises = dict(risen.values_list("kind").annotate(n=Count("lead", distinct=True)).order_by())
    return Doings(
        engagements=engaged.engagements,
        accounts=engaged.accounts,
        people=engaged.people,
        signals=engaged.signals[:MOST_SIGNALS],
        mql=rises.get(JournalKind.BECAME_MQL, 0),
        sql=rises.get(JournalKind.BECAME_SQL, 0),
        pipeline=_pipeline(campaign),
    )


def _counted(campaign: Campaign) -> _Engaged:
    period = _period(campaign)
    parameters: dict[str, Any] = {
        "program": campaign.program_id,
        "campaign": campaign.pk,
        "since": period.since,
        "until": period.until,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ENGAGED, parameters)
        (_code, _name, _number, accounts, people), *signals = cursor.fetchall()
    named = [(code, shown_name(code, name), number) for code, name, number, *_others in signals]
    return _Engaged(sum(number for _code, _name, number in named), accounts, people, named)


def deals_of(campaign: Campaign) -> ScopedQuerySet[Opportunity]:
    """Deals of the audience that were opened between the first and the last day."""
    return Opportunity.objects.in_program(campaign.program_id).filter(
        account__in=_audience(campaign), **during(campaign, "opened_at")
    )


def _pipeline(campaign: Campaign) -> Pipeline:
    won = Q(outcome=Outcome.WON)
    return Pipeline(
        **deals_of(campaign).aggregate(
            opened=Count("pk"),
            usd=Coalesce(Sum("amount_usd"), Decimal(0)),
            won=Count("pk", filter=won),
            won_usd=Coalesce(Sum("amount_usd", filter=won), Decimal(0)),
        )
    )

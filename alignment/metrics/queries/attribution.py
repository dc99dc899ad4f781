"""Attribution of the amounts of deals to channels and campaigns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection

from campaigns.models import Campaign
from campaigns.opportunities.models import Opportunity

from ..models import TouchCredit
from ..rules import Period, Slice
from ..rules.attribution import Credit, Deal, Model, Touched, attribute, credit
from .population import Population, Subject, filtered
from .touches import CLOSE, OPENING, STALE, touches_until

if TYPE_CHECKING:
    from alignment.people.models import Program

Until = TouchCredit.Until
Key = TypeVar("Key", bound=Hashable)


class Of(StrEnum):
    """Deals opened in the period, credited to touches before the opening, or deals won in it,
    credited to touches before the close."""

    OPENED = "opened"
    WON = "won"


@dataclass(frozen=True, slots=True)
class Attribution:
    """Amounts in cents of US dollars. Channels and campaigns each sum to `cents`.

    The key None stands for deals that marketing did not touch, campaign 0 for touches without a
    campaign.
    """

    cents: int
    deals: int
    channels: dict[str | None, Credit]
    campaigns: dict[int | None, Credit]
    names: dict[int, str]


def _deals(at: str, only: str) -> Population:
    return Population(
        (
            f"""
SELECT o.id, o.account_id, o.owner_id, o.source, o.opened_at, o.closed_at,
       (o.amount_usd * 100)::bigint AS cents, o.account_id IN ({STALE}) AS is_stale
FROM opportunities_opportunity o
WHERE o.program_id = %(program)s AND {at} >= %(since)s AND {at} < %(until)s{only}""",
        ),
        Subject.OPPORTUNITY,
    )


_TAKES = {
    Of.OPENED: (_deals("o.opened_at", ""), Until.OPENED, OPENING),
    Of.WON: (_deals("o.closed_at", " AND o.outcome = 'won'"), Until.CLOSED, CLOSE),
}
# By model: which of a deal's precomputed rows count, and the amount each gets.
_PARTS = {
    Model.FIRST: (" AND c.is_first", "d.cents"),
    Model.LAST: (" AND c.is_last", "d.cents"),
    Model.EVEN: ("", "coalesce(c.even_cents, d.cents)"),
}
# One statement, so that everything is read as of one moment: sums of precomputed credits, and the
# touches of deals whose precomputed credits are stale.
_CREDITED = """
WITH chosen AS MATERIALIZED ({deals}),
kept AS MATERIALIZED (
    SELECT d.id, c.channel COLLATE "C" AS channel,
        CASE WHEN c.channel IS NOT NULL THEN coalesce(c.campaign_id, 0) END
        AS campaign, {part} AS cents
    FROM chosen d
    LEFT JOIN metrics_touchcredit c ON c.opportunity_id = d.id AND c.until = %(end)s{only}
    WHERE NOT d.is_stale
)
SELECT 'all', NULL::text, NULL::bigint, sum(cents)::bigint, count(*), NULL::bigint,
    NULL::timestamptz, NULL::timestamptz
FROM chosen
UNION ALL
SELECT 'channel', channel, NULL, sum(cents)::bigint, count(DISTINCT id), NULL, NULL, NULL
FROM kept GROUP BY channel
UNION ALL
SELECT 'campaign', NULL, campaign, sum(cents)::bigint, count(DISTINCT id), NULL, NULL, NULL
FROM kept GROUP BY campaign
UNION ALL
SELECT 'deal', t.channel, t.campaign, o.cents, count(t.at), o.id, min(t.at), max(t.at)
FROM chosen o LEFT JOIN LATERAL ({touches}) t ON true
WHERE o.is_stale GROUP BY o.id, o.cents, t.channel, t.campaign"""


# The same per deal: precomputed credits by channel and campaign, or the touches of stale ones.
_DEALS = """
WITH chosen AS MATERIALIZED ({deals})
SELECT d.id, d.cents, c.channel, CASE WHEN c.channel IS NOT NULL THEN coalesce(c.campaign_id, 0) END,
    {part}, NULL::bigint, NULL::timestamptz, NULL::timestamptz
FROM chosen d
LEFT JOIN metrics_touchcredit c ON c.opportunity_id = d.id AND c.until = %(end)s{only}
WHERE NOT d.is_stale
UNION ALL
SELECT o.id, o.cents, t.channel, t.campaign, NULL, count(t.at), min(t.at), max(t.at)
FROM chosen o LEFT JOIN LATERAL ({touches}) t ON true
WHERE o.is_stale GROUP BY o.id, o.cents, t.channel, t.campaign"""


@dataclass(frozen=True, slots=True)
class Channel:
    """The line of a channel; None is the line of deals that marketing did not touch."""

    name: str | None

    def holds(self, channel: str | None, campaign: int | None) -> bool:
        return channel == self.name


@dataclass(frozen=True, slots=True)
class CampaignOf:
    """The line of a campaign; 0 is for touches without one, None as for channels."""

    id: int | None

    def holds(self, channel: str | None, campaign: int | None) -> bool:
        return campaign == self.id


def attribution(
    program: Program, period: Period, of: Of, model: Model, part: Slice | None = None
) -> Attribution:
    """One statement, and another for the names of campaigns."""
    channels: dict[str | None, Credit] = {}
    campaigns: dict[int | None, Credit] = {}
    total = Credit(0, 0)
    fresh: dict[int, Deal] = {}
    for kind, channel, campaign, cents, count, deal, first, last in _asked(
        _CREDITED, program, period, of, model, part or Slice()
    ):
        if kind == "all":
            total = Credit(cents or 0, count)
        elif kind == "channel":
            channels[channel] = Credit(cents, count)
        elif kind == "campaign":
            campaigns[campaign] = Credit(cents, count)
        else:
            _add_touch(fresh, deal, cents, channel, campaign, count, first, last)
    _add(channels, attribute(fresh.values(), model, lambda t: t.channel if t else None))
    _add(campaigns, attribute(fresh.values(), model, lambda t: t.campaign or 0 if t else None))
    named = Campaign.objects.in_program(program).filter(pk__in=[key for key in campaigns if key])
    names = dict(named.values_list("pk", "name"))
    return Attribution(total.cents, total.deals, channels, campaigns, names)


@dataclass(frozen=True, slots=True)
class Credited:
    """A deal and the credited part of its amount, in cents of US dollars."""

    id: int
    cents: int
    amount_cents: int


def credited(
    program: Program,
    period: Period,
    of: Of,
    model: Model,
    part: Slice,
    pick: Channel | CampaignOf,
) -> list[Credited]:
    """The deals behind one line of the credits, largest first: one statement. Their cents sum to
    the line's."""
    cents: dict[int, int] = defaultdict(int)
    whole: dict[int, int] = {}
    fresh: dict[int, Deal] = {}
    for deal, amount, channel, campaign, got, count, first, last in _asked(
        _DEALS, program, period, of, model, part
    ):
        whole[deal] = amount
        if got is None:
            _add_touch(fresh, deal, amount, channel, campaign, count, first, last)
        elif pick.holds(channel, campaign):
            cents[deal] += got
    for pk, deal in fresh.items():
        for touched, got in credit(deal, model):
            channel, campaign = (
                (touched.channel, touched.campaign or 0) if touched else (None, None)
            )
            if pick.holds(channel, campaign):
                cents[pk] += got
    rows = [Credited(pk, got, whole[pk]) for pk, got in cents.items()]
    return sorted(rows, key=lambda row: (-row.cents, row.id))


def with_deals(program: Program, rows: Sequence[Credited]) -> list[tuple[Credited, Opportunity]]:
    """Add each row's deal and account, keeping the order: one statement."""
    found = Opportunity.objects.in_program(program).select_related("account")
    deals = found.in_bulk([row.id for row in rows])
    return [(row, deals[row.id]) for row in rows if row.id in deals]


def _add(sums: dict[Key, Credit], others: Mapping[Key, Credit]) -> None:
    for key, other in others.items():
        known = sums.get(key, Credit(0, 0))
        sums[key] = Credit(known.cents + other.cents, known.deals + other.deals)


def _add_touch(fresh: dict[int, Deal], deal: int, cents: int, *touch: Any) -> None:
    """`touch` holds the fields of `Touched`; its channel is None if marketing did nothing."""
    known = fresh.setdefault(deal, Deal(cents, []))
    if touch[0] is not None:
        known.touched.append(Touched(*touch))


def _asked(
    text: str, program: Program, period: Period, of: Of, model: Model, part: Slice
) -> list[tuple[Any, ...]]:
    population, until, end = _TAKES[of]
    deals, params = filtered(program, population, period, part)
    only, cents = _PARTS[model]
    touches = " UNION ALL ".join(touches_until(end))
    statement = text.format(deals=deals, only=only, part=cents, touches=touches)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**params, "end": until})
        return list(cursor.fetchall())

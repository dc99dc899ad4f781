"""The list of campaigns, and one campaign with its audience, touches, money and engagements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from accounts.models import Engagement, JournalEvent, JournalKind
from accounts.rules.signals import shown_name
from alignment.core import figures
from alignment.core.scoping import ScopedQuerySet
from alignment.people.models import Program
from alignment.workspace.paging import Ordering, Page, page_of
from campaigns.calendar.models import Touch
from campaigns.models import Campaign, CampaignAccount, CampaignCost, Track
from campaigns.opportunities.models import Opportunity, Outcome

from .library import Use, nearest_touches, uses_of

PAGE = 50
MOST_COSTS = 100
MOST_TOUCHES = 25
MOST_SIGNALS = 8
MOST_TRACKS = 50
BY_ACCOUNT = Ordering(("account__name_key", "id"), (str, int))


@dataclass(frozen=True, slots=True)
class CampaignRow:
    campaign: Campaign
    accounts: int
    spent: int
    use: Use


@dataclass(frozen=True, slots=True)
class Money:
    """Whole US dollars."""

    spent: int
    budget: int | None
    costs: list[CampaignCost]

    @property
    def share(self) -> int:
        """The share of the budget, in percent."""
        return 100 * self.spent // self.budget if self.budget else 0

    @property
    def share_words(self) -> str:
        return figures.percent(self.share)

    @property
    def is_over(self) -> bool:
        return self.budget is not None and self.spent > self.budget


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


@dataclass(frozen=True, slots=True)
class TrackLine:
    track: Track
    inside: int
    left: int


@dataclass(frozen=True, slots=True)
class AudienceRow:
    member: CampaignAccount
    use: Use
    engagements: int


@dataclass(frozen=True, slots=True)
class CampaignResults:
    """`size` is the number of accounts in its audience."""

    size: int
    money: Money
    use: Use
    doings: Doings
    tracks: list[TrackLine]


@dataclass(frozen=True, slots=True)
class CampaignPage(CampaignResults):
    campaign: Campaign
    audience: Page[AudienceRow]
    touches: list[Touch]
    has_more: bool


def campaign_in(program: Program, campaign_id: int) -> Campaign | None:
    rows = Campaign.objects.in_program(program).select_related("owner", "program")
    return rows.filter(pk=campaign_id).first()


def campaign_list(*, program: Program, page: int) -> tuple[list[CampaignRow], bool]:
    """A page of campaigns, the newest first, and whether there are more: four statements."""
    rows = Campaign.objects.in_program(program).select_related("owner")
    start = (page - 1) * PAGE
    found = list(rows.order_by("-starts_on", "-id")[start : start + PAGE + 1])
    shown = found[:PAGE]
    ids = [campaign.pk for campaign in shown]
    sizes = dict(
        CampaignAccount.objects.in_program(program)
        .filter(campaign__in=ids)
        .values_list("campaign_id")
        .annotate(number=Count("pk"))
        .order_by()
    )
    spent = dict(
        CampaignCost.objects.in_program(program)
        .filter(campaign__in=ids, removed_at=None)
        .values_list("campaign_id")
        .annotate(total=Sum("amount_usd"))
        .order_by()
    )
    uses = uses_of(program, Q(campaign__in=ids), "campaign_id")
    lines = [
        CampaignRow(c, sizes.get(c.pk, 0), spent.get(c.pk, 0), uses.get(c.pk, Use())) for c in shown
    ]
    return lines, len(found) > PAGE


def campaign_page(campaign: Campaign, asked: Mapping[str, str]) -> CampaignPage:
    """One campaign in about fifteen statements, independent of its size."""
    program = campaign.program
    audience = CampaignAccount.objects.in_program(program).filter(campaign=campaign)
    rows = Touch.objects.in_program(program).filter(campaign=campaign)
    touches, has_more = nearest_touches(rows, MOST_TOUCHES)
    found = campaign_results(campaign)
    return CampaignPage(
        size=found.size,
        money=found.money,
        use=found.use,
        doings=found.doings,
        tracks=found.tracks,
        campaign=campaign,
        audience=_audience(campaign, audience, asked),
        touches=touches,
        has_more=has_more,
    )


def campaign_results(campaign: Campaign) -> CampaignResults:
    """Its results so far in about ten statements, independent of its size."""
    audience = CampaignAccount.objects.in_program(campaign.program_id).filter(campaign=campaign)
    uses = uses_of(campaign.program, Q(campaign=campaign), "campaign_id")
    return CampaignResults(
        size=audience.count(),
        money=_money(campaign),
        use=uses.get(campaign.pk, Use()),
        doings=doings(campaign),
        tracks=track_lines(campaign),
    )


def _audience(
    campaign: Campaign, audience: ScopedQuerySet[CampaignAccount], asked: Mapping[str, str]
) -> Page[AudienceRow]:
    rows = audience.select_related("account")
    page: Page[CampaignAccount] = page_of(rows, BY_ACCOUNT, asked, size=PAGE)
    ids = [member.account_id for member in page.rows]
    which = Q(campaign=campaign, account__in=ids)
    uses = uses_of(campaign.program, which, "account_id")
    engaged = Engagement.objects.in_program(campaign.program_id).filter(
        stakeholder__account__in=ids, **_during(campaign)
    )
    counts = dict(
        engaged.values_list("stakeholder__account").annotate(number=Count("pk")).order_by()
    )
    lines = [
        AudienceRow(member, uses.get(member.account_id, Use()), counts.get(member.account_id, 0))
        for member in page.rows
    ]
    return Page(lines, page.after, page.before)


def _money(campaign: Campaign) -> Money:
    costs = CampaignCost.objects.in_program(campaign.program_id).filter(campaign=campaign)
    spent = costs.filter(removed_at=None).aggregate(total=Sum("amount_usd"))["total"] or 0
    return Money(
        spent,
        campaign.budget_usd,
        list(
            costs.select_related("created_by", "removed_by").order_by("-spent_on", "-id")[
                :MOST_COSTS
            ]
        ),
    )


def bounds(campaign: Campaign) -> tuple[datetime, datetime]:
    """From midnight of the first day to midnight after the last one, in the program's time zone."""
    zone = ZoneInfo(campaign.program.time_zone)
    first, after = campaign.starts_on, campaign.ends_on + timedelta(days=1)
    return _midnight(first, zone), _midnight(after, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _during(campaign: Campaign, column: str = "occurred_at") -> dict[str, datetime]:
    since, until = bounds(campaign)
    return {f"{column}__gte": since, f"{column}__lt": until}


def engaged_in(campaign: Campaign) -> ScopedQuerySet[Engagement]:
    """Engagements of its audience between its first and last day."""
    audience = CampaignAccount.objects.in_program(campaign.program_id).filter(campaign=campaign)
    rows = Engagement.objects.in_program(campaign.program_id)
    ids = audience.values("account_id")
    return rows.filter(stakeholder__account__in=ids, **_during(campaign))


def doings(campaign: Campaign) -> Doings:
    """What the audience did between the dates, whatever caused it: five statements."""
    program = campaign.program_id
    audience = CampaignAccount.objects.in_program(program).filter(campaign=campaign)
    ids = audience.values("account_id")
    engaged = engaged_in(campaign)
    counted = engaged.aggregate(
        all=Count("pk"),
        accounts=Count("stakeholder__account", distinct=True),
        people=Count("stakeholder", distinct=True),
    )
    signals = engaged.values_list("signal__code", "signal__name").annotate(number=Count("pk"))
    named = [
        (code, shown_name(code, name), number)
        for code, name, number in signals.order_by("-number", "signal__name")[:MOST_SIGNALS]
    ]
    risen = JournalEvent.objects.in_program(program).filter(
        lead__account__in=ids,
        kind__in=(JournalKind.BECAME_MQL, JournalKind.BECAME_SQL),
        **_during(campaign, "at"),
    )
    rises = dict(risen.values_list("kind").annotate(n=Count("lead", distinct=True)).order_by())
    return Doings(
        engagements=counted["all"],
        accounts=counted["accounts"],
        people=counted["people"],
        signals=named,
        mql=rises.get(JournalKind.BECAME_MQL, 0),
        sql=rises.get(JournalKind.BECAME_SQL, 0),
        pipeline=_pipeline(campaign),
    )


def deals_of(campaign: Campaign) -> ScopedQuerySet[Opportunity]:
    """Deals of the audience that were opened between the first and the last day."""
    audience = CampaignAccount.objects.in_program(campaign.program_id).filter(campaign=campaign)
    return Opportunity.objects.in_program(campaign.program_id).filter(
        account__in=audience.values("account_id"), **_during(campaign, "opened_at")
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


def track_lines(campaign: Campaign) -> list[TrackLine]:
    """Tracks by name, with the number of people in them and of those who left; one statement."""
    rows = Track.objects.in_program(campaign.program_id).filter(campaign=campaign)
    rows = rows.annotate(
        inside=Count("members", filter=Q(members__left_at__isnull=True)),
        left=Count("members", filter=Q(members__left_at__isnull=False)),
    )
    found = rows.order_by("name")[:MOST_TRACKS]
    return [TrackLine(t, t.inside, t.left) for t in found]

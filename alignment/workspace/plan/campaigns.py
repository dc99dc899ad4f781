"""The list of campaigns, and one campaign with its audience, touches, money and engagements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum

from accounts.models import Engagement
from alignment.core import figures
from alignment.core.scoping import ScopedQuerySet
from alignment.people.models import Program
from alignment.workspace.paging import Ordering, Page, page_of
from campaigns.calendar.models import Touch
from campaigns.models import Campaign, CampaignAccount, CampaignCost, Track

from .doings import Doings, doings, during
from .library import Use, nearest_touches, uses_of

PAGE = 50
MOST_COSTS = 100
MOST_TOUCHES = 25
MOST_TRACKS = 50
BY_FIRST_DAY = Ordering(("starts_on", "id"), (date, int), descending=True)
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


def campaign_list(program: Program, asked: Mapping[str, str]) -> Page[CampaignRow]:
    """A page of campaigns, those that start last first: four statements."""
    rows = Campaign.objects.in_program(program).select_related("owner")
    page = page_of(rows, BY_FIRST_DAY, asked, size=PAGE)
    ids = [campaign.pk for campaign in page.rows]
    sizes = dict(
        CampaignAccount.objects.in_program(program)
        .filter(campaign__in=ids)
        .values_list("campaign_id")
        .annotate(number=Count("account"))
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
        CampaignRow(c, sizes.get(c.pk, 0), spent.get(c.pk, 0), uses.get(c.pk, Use()))
        for c in page.rows
    ]
    return Page(lines, after=page.after, before=page.before)


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
        lead__stakeholder__account__in=ids, **during(campaign)
    )
    counts = dict(
        engaged.values_list("lead__stakeholder__account").annotate(number=Count("pk")).order_by()
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


def track_lines(campaign: Campaign) -> list[TrackLine]:
    """Tracks by name, with the number of people in them and of those who left; one statement."""
    rows = Track.objects.in_program(campaign.program_id).filter(campaign=campaign)
    rows = rows.annotate(
        inside=Count("members", filter=Q(members__left_at__isnull=True)),
        left=Count("members", filter=Q(members__left_at__isnull=False)),
    )
    found = rows.order_by("name")[:MOST_TRACKS]
    return [TrackLine(t, t.inside, t.left) for t in found]

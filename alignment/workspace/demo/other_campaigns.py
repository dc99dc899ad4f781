"""The demo's other campaigns: two that are over, and one that is being prepared."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.models import Account
from alignment.icp.models import Answer
from alignment.people.models import Program, User
from campaigns.actions.campaigns import add_cost
from campaigns.calendar.models import Touch
from campaigns.library.models import TouchChannel
from campaigns.models import Campaign, CampaignAccount

from .touches import done_touch, somebody_at, weekday_at

Result = Touch.Result


@dataclass(frozen=True, slots=True)
class Past:
    """A campaign that is over: `ago` is its first and last day before today, `audience` which of
    the accounts it was for, by rank."""

    name: str
    goal: str
    ago: tuple[int, int]
    budget_usd: int
    costs: tuple[tuple[int, str], ...]
    audience: slice
    channel: TouchChannel
    results: tuple[str, ...]


PAST = (
    Past(
        name="Spring briefing",
        goal="Finance knows what planning in spreadsheets costs",
        ago=(150, 105),
        budget_usd=15_000,
        costs=((9_200, "Study and design"), (4_100, "Direct mail")),
        audience=slice(40, 64),
        channel=TouchChannel.EMAIL,
        results=(
            Result.OPENED,
            Result.OPENED,
            "",
            Result.REPLIED,
            Result.OPENED,
            Result.NO_ANSWER,
            Result.OPENED,
            Result.MEETING,
        ),
    ),
    Past(
        name="Insurance roundtable",
        goal="12 insurers at one table, 4 meetings after it",
        ago=(90, 60),
        budget_usd=20_000,
        costs=((12_500, "Venue and dinner"), (8_900, "Speakers")),
        audience=slice(64, 78),
        channel=TouchChannel.EVENT,
        results=(Result.MEETING, Result.REPLIED, "", Result.NOT_INTERESTED, Result.MEETING, ""),
    ),
)
# Days from today.
PREPARED = (35, 95)


def add(program: Program, people: dict[str, User], accounts: list[Account]) -> None:
    """`accounts`: the audience of the one that is being prepared."""
    # Dice of their own, so that the rest of the demo stays as it is.
    dice = random.Random(program.slug)
    best = Account.objects.in_program(program).filter(verdict__answer=Answer.YES)
    ranked = list(best.order_by("-account_score__score", "pk")[: PAST[-1].audience.stop])
    for past in PAST:
        _over(program, past, people, ranked[past.audience], dice)
    today = timezone.localdate()
    starts, ends = (today + timedelta(days=days) for days in PREPARED)
    prepared = Campaign.objects.create(
        program=program,
        name="Budget season",
        goal="Be in the plan before the budget closes",
        budget_usd=45_000,
        starts_on=starts,
        ends_on=ends,
        owner=people["lea"],
    )
    _for(prepared, accounts)


def _over(
    program: Program,
    past: Past,
    people: dict[str, User],
    accounts: list[Account],
    dice: random.Random,
) -> None:
    today = timezone.localdate()
    first, last = (today - timedelta(days=days) for days in past.ago)
    campaign = Campaign.objects.create(
        program=program,
        name=past.name,
        goal=past.goal,
        budget_usd=past.budget_usd,
        starts_on=first,
        ends_on=last,
        owner=people["hugo"],
    )
    _for(campaign, accounts)
    for number, (amount, what_for) in enumerate(past.costs):
        add_cost(
            campaign=campaign,
            spent_on=first + timedelta(days=7 * number),
            amount_usd=amount,
            what_for=what_for,
            by=people["hugo"],
        )
    for number, account in enumerate(accounts):
        days = dice.randrange((last - first).days)
        person = somebody_at(program, account)
        if person is not None:
            done_touch(
                person,
                weekday_at(first + timedelta(days=days), 18),
                account=account,
                campaign=campaign,
                channel=past.channel,
                side="marketing",
                who=people["lea"],
                message=campaign.name,
                result=past.results[number % len(past.results)],
            )


def _for(campaign: Campaign, accounts: list[Account]) -> None:
    CampaignAccount.objects.bulk_create(
        CampaignAccount(program=campaign.program, campaign=campaign, account=account)
        for account in accounts
    )

"""The demo's other campaigns: two that are over, and one that is being prepared."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone

from accounts.models import Account, Stakeholder
from alignment.icp.models import Answer
from alignment.people.models import Program, User
from campaigns.actions.campaigns import add_cost
from campaigns.calendar.models import Touch, TouchPerson
from campaigns.library.models import TouchChannel
from campaigns.models import Campaign, CampaignAccount

R = Touch.Result


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
        results=(R.OPENED, R.OPENED, "", R.REPLIED, R.OPENED, R.NO_ANSWER, R.OPENED, R.MEETING),
    ),
    Past(
        name="Insurance roundtable",
        goal="12 insurers at one table, 4 meetings after it",
        ago=(90, 60),
        budget_usd=20_000,
        costs=((12_500, "Venue and dinner"), (8_900, "Speakers")),
        audience=slice(64, 78),
        channel=TouchChannel.EVENT,
        results=(R.MEETING, R.REPLIED, "", R.NOT_INTERESTED, R.MEETING, ""),
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
        result = past.results[number % len(past.results)]
        _touched(campaign, account, past.channel, people["lea"], days=days, result=result)


def _for(campaign: Campaign, accounts: list[Account]) -> None:
    CampaignAccount.objects.bulk_create(
        CampaignAccount(program=campaign.program, campaign=campaign, account=account)
        for account in accounts
    )


def _touched(
    campaign: Campaign, account: Account, channel: str, by: User, *, days: int, result: str
) -> None:
    """A touch of one person there, on a weekday that many days after the campaign began."""
    program = campaign.program
    rows = Stakeholder.objects.in_program(program).filter(account=account, do_not_contact=False)
    person = rows.order_by("pk").first()
    if person is None or campaign.starts_on is None:
        return
    day = campaign.starts_on + timedelta(days=days)
    day -= timedelta(days=max(0, day.weekday() - 4))
    at = datetime.combine(day, time(18), UTC)
    touch = Touch.objects.create(
        program=program,
        account=account,
        campaign=campaign,
        channel=channel,
        side="marketing",
        who=by,
        message=campaign.name,
        starts_at=at,
        ends_at=at + timedelta(minutes=15),
        state=Touch.State.DONE,
        done_at=at,
        result=result,
        thread=0,
    )
    Touch.objects.in_program(program).filter(pk=touch.pk).update(thread=touch.pk)
    TouchPerson.objects.create(program=program, touch=touch, stakeholder=person)

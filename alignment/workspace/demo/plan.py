"""The demo's targets, plays and campaign, and the touches of the weeks around today."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts.models import Account
from alignment.icp.models import Answer
from alignment.people.models import Program, Side, User
from campaigns.calendar.models import Occurrence
from campaigns.library.models import Asset, Play
from campaigns.models import Campaign, CampaignAccount
from campaigns.plays.actions.starting import Start, start_play
from campaigns.plays.actions.templates import save_play
from campaigns.plays.casting import Choices
from campaigns.plays.rules.steps import Step
from campaigns.selection.actions.confirming import confirm
from campaigns.selection.actions.listing import Work, place
from campaigns.selection.actions.sessions import nominate, open_session
from campaigns.selection.actions.voting import declare_ready, vote
from campaigns.selection.models import Candidate, Session
from campaigns.selection.queries.targets import hash_now

from . import other_campaigns, runs
from .touches import done_touch, somebody_at, weekday_at

CONTENT = (
    ("How an Ohio insurer cut IT costs by 40%", "case_study", "52", "CFO", "compare"),
    ("A machine builder plans in days, not weeks", "case_study", "31-33", "COO", "compare"),
    ("Buyer's guide: planning suites for the mid-market", "white_paper", "", "CIO", "discover"),
    ("What it returns: the model on one page", "one_pager", "", "CFO", "decide"),
    ("Three mistakes of a first roll-out", "webinar", "", "", "discover"),
    ("A tour in four minutes", "video", "", "", "discover"),
    ("First call: their own figures", "script", "", "", "compare"),
)
COSTS = "Cut IT costs by 40%"
# Votes in the open session: marketing's vote and reason, then those of sales.
DISAGREED = (
    ("yes", "Three people read the buyer's guide this week", "no", "Renewed with Halden in May"),
    ("later", "No engagement yet, let us warm them up", "yes", "Their COO is a former customer"),
)
# The time since the last list was confirmed.
LAST_SESSION = timedelta(days=7)


def plan(program: Program, people: dict[str, User], dice: random.Random) -> None:
    """A confirmed list and the next session, two plays with their runs, and a campaign."""
    # E-mails sent by the six months' story do not belong in the calendar.
    Occurrence.objects.in_program(program).delete()
    assets = _content(program, people["lea"])
    plays = _plays(program, people["lea"], assets)
    targets = _chosen(program, people, plays[0])
    campaign = _campaign(program, people["hugo"], plays, targets)
    _past(program, people, targets[:16], assets, campaign, dice)
    choices = Choices(people["lea"], people["marcus"])
    tomorrow = timezone.localdate() + timedelta(days=1)
    for play, accounts, day, number in (
        (plays[0], targets[16:28], tomorrow, 1),
        (plays[1], targets[28:36], tomorrow + timedelta(days=3), 2),
    ):
        start = Start(play, accounts, day, choices, campaign)
        start_play(program=program, start=start, key=UUID(int=number), by=people["lea"])
    runs.past(program, people, plays, dice)
    other_campaigns.add(program, people, targets)
    _next_session(program, people)


def _content(program: Program, by: User) -> dict[str, Asset]:
    rows = {}
    for title, kind, sector, persona, stage in CONTENT:
        rows[title] = Asset.objects.create(
            program=program,
            title=title,
            kind=kind,
            sector=sector,
            persona=persona,
            stage=stage,
            language="en",
            message=COSTS if "40%" in title else "",
            created_by=by,
        )
    return rows


def _plays(program: Program, by: User, assets: dict[str, Asset]) -> tuple[Play, Play]:
    study, _machines, _guide, model, webinar, _tour, script = assets.values()
    story = "Take up the case study: what would 40% mean for them?"
    case = save_play(
        program=program,
        by=by,
        name="Case study, then a call",
        goal="A first meeting with whoever owns the budget",
        steps=[
            Step(1, "marketing", "email", 0, time(9, 30), 15, None, COSTS, "", study.pk),
            Step(2, "sales", "call", 2, time(10), 15, 1, COSTS, story, script.pk),
            Step(3, "sales", "email", 5, time(14), 15, 2, COSTS, "", model.pk),
        ],
    )
    invitation = save_play(
        program=program,
        by=by,
        name="Webinar for the whole committee",
        goal="Three people of the committee in one room",
        steps=[
            Step(1, "marketing", "email", 0, time(11), 15, None, "", "", webinar.pk),
            Step(2, "sales", "linkedin", 2, time(9), 15, 1, "", "Are you joining us?", None),
            Step(3, "marketing", "webinar", 8, time(12), 60, 1, "", "", webinar.pk),
            Step(4, "sales", "call", 10, time(15), 15, 3, "", "What did they take away?", None),
        ],
    )
    return case, invitation


def _chosen(program: Program, people: dict[str, User], play: Play) -> list[Account]:
    """The last session, a week ago: 38 of 40 candidates agreed on, confirmed by both sides."""
    then = timezone.now() - LAST_SESSION
    session = open_session(program=program, by=people["claire"], now=then)
    best = Account.objects.in_program(program).filter(verdict__answer=Answer.YES)
    for account in best.order_by("-account_score__score", "pk")[:40]:
        nominate(account=account, side=Side.SALES, reason="Best ranked", by=people["sarah"])
    rows = list(
        Candidate.objects.in_program(program)
        .filter(session=session)
        .select_related("session", "account")
        .order_by("pk")[:40]
    )
    for number, candidate in enumerate(rows):
        marketing = "no" if number in (5, 17) else "yes"
        _say(candidate, people, marketing, "They fit and they move", "yes", "We know people there")
    declare_ready(session=session, side=Side.MARKETING, by=people["hugo"])
    declare_ready(session=session, side=Side.SALES, by=people["sarah"])
    agreed = [row for number, row in enumerate(rows) if number not in (5, 17)]
    marketers, reps = [people["lea"], people["paul"]], [people["marcus"], people["ines"]]
    work = [
        (row, Work(1 if n < 10 else 2 if n < 25 else 3, marketers[n % 2], _rep(row, reps, n), play))
        for n, row in enumerate(agreed)
    ]
    place(session=session, work=work, by=people["hugo"])
    _back_to(then, session)
    seen = hash_now(program.pk)
    confirm(session=session, side=Side.SALES, seen=seen, by=people["sarah"], now=then)
    confirm(session=session, side=Side.MARKETING, seen=seen, by=people["hugo"], now=then)
    return [row.account for row in agreed]


def _rep(candidate: Candidate, reps: list[User], number: int) -> User:
    owner = candidate.account.owner
    return owner if owner in reps else reps[number % len(reps)]


def _say(
    candidate: Candidate,
    people: dict[str, User],
    marketing: str,
    why: str,
    sales: str,
    because: str,
) -> None:
    vote(candidate=candidate, side=Side.MARKETING, choice=marketing, reason=why, by=people["hugo"])
    vote(candidate=candidate, side=Side.SALES, choice=sales, reason=because, by=people["sarah"])


def _back_to(then: datetime, session: Session) -> None:
    """Backdate the whole session, before its confirmation makes it immutable."""
    with connection.cursor() as cursor:
        for table, column in (
            ("selection_session", "revealed_at"),
            ("selection_target", "entered_at"),
            ("selection_nomination", "at"),
            ("selection_vote", "at"),
            ("selection_ready", "at"),
        ):
            cursor.execute(
                f"UPDATE {table} SET {column} = %(then)s WHERE program_id = %(program)s",
                {"then": then, "program": session.program_id},
            )


def _next_session(program: Program, people: dict[str, User]) -> None:
    """Open since this morning; marketing has voted on most of it, sales on some."""
    session = open_session(program=program, by=people["claire"])
    rows = Candidate.objects.in_program(program).filter(session=session)
    candidates = list(rows.select_related("session", "account").order_by("pk"))
    for candidate, votes in zip(candidates, DISAGREED, strict=False):
        _say(candidate, people, *votes)
    for candidate in candidates[2:9]:
        vote(
            candidate=candidate,
            side=Side.MARKETING,
            choice="yes",
            reason="They came back to our site twice this week",
            by=people["lea"],
        )


def _campaign(
    program: Program, by: User, plays: tuple[Play, Play], accounts: list[Account]
) -> Campaign:
    today = timezone.localdate()
    campaign = Campaign.objects.create(
        program=program,
        name="IT costs, winter",
        goal="20 first meetings with finance and operations",
        budget_usd=60_000,
        starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=60),
        owner=by,
    )
    campaign.plays.set(plays)
    CampaignAccount.objects.bulk_create(
        CampaignAccount(program=program, campaign=campaign, account=account) for account in accounts
    )
    return campaign


def _past(
    program: Program,
    people: dict[str, User],
    accounts: list[Account],
    assets: dict[str, Asset],
    campaign: Campaign,
    dice: random.Random,
) -> None:
    """Touches of the past two weeks: a case study by marketing, then the call that follows it."""
    study, *_others, script = assets.values()
    results = ("replied", "no_answer", "meeting", "no_answer", "not_interested")
    for number, account in enumerate(accounts):
        person = somebody_at(program, account)
        if person is None:
            continue
        fields: dict[str, Any] = {"account": account, "campaign": campaign, "message": COSTS}
        mail = done_touch(
            person,
            _days_ago(14 - number % 4, 18),
            **fields,
            channel="email",
            side="marketing",
            who=people["lea"],
            asset=study,
            result="opened" if dice.random() < 0.7 else "",
        )
        done_touch(
            person,
            _days_ago(12 - number % 4, 19),
            follows=mail,
            **fields,
            channel="call",
            side="sales",
            who=account.owner or people["marcus"],
            asset=script,
            result=results[number % len(results)],
        )


def _days_ago(days: int, hour: int) -> datetime:
    return weekday_at(timezone.now().date() - timedelta(days=days), hour)

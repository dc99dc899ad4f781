"""Finished runs of the demo's plays, so that their results can be compared."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Min
from django.utils import timezone

from accounts.models import Account, JournalEvent, JournalKind, Stage, Stakeholder
from alignment.people.models import Program, User
from campaigns.calendar.days_off import is_day_off
from campaigns.calendar.models import Touch, TouchPerson
from campaigns.calendar.queries.conflict_context import zone_of
from campaigns.library.models import Play
from campaigns.plays.models import PlayRun, RunTouch
from campaigns.plays.queries import steps_of
from campaigns.plays.rules.planning import ONE_PERSON
from campaigns.plays.rules.steps import Step, step_of, step_times

# A run lasts three weeks; the first date leaves room for the deals of the story.
SINCE, UNTIL = timedelta(days=110), timedelta(days=28)
# Days from the start of a run to the resulting deal.
TO_A_DEAL = timedelta(days=16)
MET = "They agreed to a meeting: the rest is not needed"


@dataclass(frozen=True, slots=True)
class Luck:
    """On how many accounts a play ran, how many led to a deal, and how often a step was answered,
    and answered with a meeting.
    """

    accounts: int
    deals: int
    answers: float
    meetings: float


LUCKS = (Luck(31, 5, 0.22, 0.1), Luck(24, 2, 0.15, 0.05))


def past(
    program: Program, people: dict[str, User], plays: tuple[Play, ...], dice: random.Random
) -> None:
    """Runs of both plays on accounts that are not on today's list."""
    first, now = _first_deals(program), timezone.now()
    deals = {pk for pk, at in first.items() if now - SINCE < at - TO_A_DEAL < now - UNTIL}
    others = Account.objects.in_program(program).filter(
        stakeholders__do_not_contact=False, target_stays__isnull=True
    )
    quiet = [each for each in others.distinct().order_by("pk") if each.pk not in first]
    won = [each for each in others.distinct().order_by("pk") if each.pk in deals]
    for number, (play, luck) in enumerate(zip(plays, LUCKS, strict=True), 10):
        chosen = [(won.pop(), True) for _n in range(min(luck.deals, len(won)))]
        chosen += [(quiet.pop(), False) for _n in range(luck.accounts - len(chosen))]
        for account, is_deal in chosen:
            began = now - timedelta(days=dice.randint(UNTIL.days, SINCE.days))
            if is_deal:
                began = first[account.pk] - TO_A_DEAL
            run = _run(program, play, account, began, UUID(int=number), people["lea"])
            _touches(run, people, luck, dice, meets=is_deal)


def _first_deals(program: Program) -> dict[int, datetime]:
    """By account, when one of its leads first became an opportunity."""
    rows = JournalEvent.objects.in_program(program).filter(
        kind=JournalKind.STAGE_CHANGED, detail__to=Stage.OPPORTUNITY, lead__account__isnull=False
    )
    found = rows.values("lead__account").annotate(first=Min("at"))
    return {row["lead__account"]: row["first"] for row in found}


def _run(
    program: Program, play: Play, account: Account, began: datetime, key: UUID, by: User
) -> PlayRun:
    run = PlayRun.objects.create(
        program=program,
        play=play,
        account=account,
        starts_on=began.date(),
        start_key=key,
        started_by=by,
    )
    PlayRun.objects.in_program(program).filter(pk=run.pk).update(started_at=began)
    return run


def _touches(
    run: PlayRun, people: dict[str, User], luck: Luck, dice: random.Random, *, meets: bool
) -> None:
    """Each step as it was done; after a meeting is agreed, the others are skipped. A run that
    `meets` agrees on one in its last call at the latest.
    """
    rows = steps_of(run.play)
    last_call = max(row.position for row in rows if row.channel == "call")
    positions = {row.pk: row.position for row in rows}
    zone = zone_of(run.account) or ZoneInfo(run.program.time_zone)
    known = Stakeholder.objects.in_program(run.program).filter(
        account=run.account, do_not_contact=False
    )
    reached, thread, is_over = list(known.order_by("pk")[:3]), 0, False
    for row in rows:
        step = step_of(row, positions)
        result = _result(step, luck, dice)
        if meets and step.position == last_call:
            result = "meeting"
        starts, ends = step_times(step, run.starts_on, zone, is_day_off)
        touch = _touch(run, step, starts, ends, people, "" if is_over else result, is_over=is_over)
        thread = thread or touch.pk
        Touch.objects.in_program(run.program).filter(pk=touch.pk).update(thread=thread)
        for person in reached[:1] if step.channel in ONE_PERSON else reached:
            TouchPerson.objects.create(program=run.program, touch=touch, stakeholder=person)
        RunTouch.objects.create(program=run.program, run=run, touch=touch, position=step.position)
        is_over = is_over or result == "meeting"


def _result(step: Step, luck: Luck, dice: random.Random) -> str:
    if step.side == "sales" and dice.random() < luck.meetings:
        return "meeting"
    if dice.random() < luck.answers:
        return "replied"
    if step.channel == "call":
        return "no_answer"
    return "opened" if step.channel == "email" and dice.random() < 0.6 else ""


def _touch(
    run: PlayRun,
    step: Step,
    starts: datetime,
    ends: datetime,
    people: dict[str, User],
    result: str,
    *,
    is_over: bool,
) -> Touch:
    owner = run.account.owner or people["marcus"]
    return Touch.objects.create(
        program=run.program,
        account=run.account,
        channel=step.channel,
        side=step.side,
        who=people["lea"] if step.side == "marketing" else owner,
        asset_id=step.asset,
        message=step.message,
        say=step.say,
        starts_at=starts,
        ends_at=ends,
        state=Touch.State.SKIPPED if is_over else Touch.State.DONE,
        skipped_because=MET if is_over else "",
        done_at=None if is_over else starts.astimezone(UTC),
        result=result,
        thread=0,
    )

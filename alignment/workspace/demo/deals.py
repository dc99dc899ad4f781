"""Deals of the demo: opened from SQLs, moved along, won or lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from accounts.models import Lead, Stakeholder
from alignment.people.models import User
from campaigns.committee.actions.members import put_member
from campaigns.opportunities.actions.moving import move
from campaigns.opportunities.actions.writing import change_opportunity, open_opportunity
from campaigns.opportunities.models import LostReason, Opportunity, OpportunityStep, Outcome
from campaigns.opportunities.queries.pipeline import stages_of

if TYPE_CHECKING:
    from .story import Story

NAMES = ("US rollout", "Pilot in two plants", "Group contract", "East coast team", "Renewal plus")
NEXT_STEPS = (
    "Send the security answers by Friday",
    "Demo with the CFO on Tuesday",
    "Legal returns the contract",
    "Champion presents the numbers to the board",
    "",
)
REASONS = (
    LostReason.PRICE,
    LostReason.COMPETITOR,
    LostReason.NO_DECISION,
    LostReason.TIMING,
    LostReason.NO_BUDGET,
)
RIVALS = ("Palantia", "Northbeam Suite", "In-house")


def begin(story: Story, lead: Lead, owner: User, day: int) -> None:
    """Turn the SQL into a deal that moves on in the following weeks."""
    dice = story.dice
    if lead.account is None:
        return
    at = story.moment(day)
    deal = open_opportunity(
        account=lead.account,
        by=owner,
        leads=[lead.pk],
        opened_at=at,
        name=dice.choice(NAMES),
        amount=Decimal(dice.randint(12, 140) * 1_000),
        close_on=at.date() + timedelta(days=dice.randint(30, 90)),
        owner=owner,
        source=lead.source or "inbound",
        next_step=dice.choice(NEXT_STEPS),
    )
    _seat(story, deal, owner)
    length = dice.randint(14, 50)
    story.plans[day + length // 3].append(("advance", deal.pk))
    story.plans[day + 2 * length // 3].append(("advance", deal.pk))
    story.plans[day + length].append(("close", deal.pk))


def _seat(story: Story, deal: Opportunity, owner: User) -> None:
    """Add the known contacts of the account that sales has met to the committee."""
    dice, boss = story.dice, None
    known = Stakeholder.objects.in_program(story.program).filter(account=deal.account_id)
    people = list(known.order_by("pk")[: dice.randint(1, 4)])
    roles = ["economic_buyer", "champion", "technical", "user"]
    for person, role in zip(people, dice.sample(roles, len(people)), strict=True):
        member = put_member(
            opportunity=deal,
            stakeholder=person,
            by=owner,
            role=person.role or role,
            stance=dice.choice(("for", "for", "neutral", "against", "")),
            influence=dice.randint(1, 3),
            owner=dice.choice((owner, story.people["lea"], None)),
            reports_to=boss,
        )
        boss = boss or member


def advance(story: Story, deal_id: int, day: int) -> None:
    """Move to the next open stage; sometimes the close date slips instead."""
    deal = _deal(story, deal_id)
    if deal.outcome != Outcome.OPEN:
        return
    if story.dice.random() < 0.2 and deal.close_on:
        later = deal.close_on + timedelta(days=story.dice.randint(10, 30))
        change_opportunity(opportunity=deal, by=deal.owner, close_on=later)
        steps = OpportunityStep.objects.in_program(story.program).filter(opportunity=deal)
        steps.filter(kind=OpportunityStep.Kind.CLOSE).update(at=_after(story, deal, day))
    stages = [s for s in stages_of(story.program) if s.outcome == Outcome.OPEN]
    place = [s.pk for s in stages].index(deal.stage_id)
    if place + 1 < len(stages):
        move(opportunity=deal, stage=stages[place + 1], by=deal.owner, at=_after(story, deal, day))


def close(story: Story, deal_id: int, day: int, chance: float) -> None:
    """Won with that probability, else lost for a reason."""
    deal, dice = _deal(story, deal_id), story.dice
    if deal.outcome != Outcome.OPEN:
        return
    ends = {s.outcome: s for s in stages_of(story.program)}
    at = _after(story, deal, day)
    if dice.random() < chance:
        move(opportunity=deal, stage=ends[Outcome.WON], by=deal.owner, at=at)
        return
    reason = dice.choice(REASONS)
    move(
        opportunity=deal,
        stage=ends[Outcome.LOST],
        by=deal.owner,
        at=at,
        lost_reason=reason,
        lost_to=dice.choice(RIVALS) if reason == LostReason.COMPETITOR else "",
    )


def _deal(story: Story, deal_id: int) -> Opportunity:
    rows = Opportunity.objects.in_program(story.program).select_related("owner")
    return rows.get(pk=deal_id)


def _after(story: Story, deal: Opportunity, day: int) -> datetime:
    return max(story.moment(day), deal.stage_since)

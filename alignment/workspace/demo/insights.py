"""Notes of the demo's calls, the topics raised in them, one answer and one gap."""

from __future__ import annotations

import random
from datetime import timedelta

from django.utils import timezone

from alignment.people.models import Program, User
from campaigns.insights.actions.notes import write_note
from campaigns.insights.actions.support import ask
from campaigns.insights.actions.tags import accept
from campaigns.insights.actions.topics import add_topic, answer_topic
from campaigns.insights.models import Tag
from campaigns.opportunities.models import Opportunity, Outcome

TOPICS = (
    ("objection", "Price", ("too expensive", "price", "budget is gone")),
    ("objection", "Security review", ("security review", "security team", "SOC 2")),
    ("competitor", "Northbeam Suite", ("Northbeam",)),
    ("pain", "Planning by spreadsheet", ("spreadsheet", "spreadsheets")),
)
ANSWER = "Eleven months until it pays back, by their own figures: send the model on one page."
CALLS = (
    "They plan in a spreadsheet.\nThe CFO finds it too expensive until she sees the return.",
    "Good demo. Their security team wants to see our report before anything is signed.",
    "They also talk to Northbeam. What counts for them is the start before summer.",
    "Our champion says the budget is gone for this year. He will ask for the next one in January.",
    "Two plants, two spreadsheets, two truths. A security review is needed for both.",
)


def listen(program: Program, people: dict[str, User], dice: random.Random) -> None:
    """Notes on open and closed deals, with all tags decided except the newest."""
    made = [
        add_topic(program=program, by=people["lea"], kind=kind, name=name, phrases=phrases)
        for kind, name, phrases in TOPICS
    ]
    answer_topic(topic=made[0], by=people["lea"], answer=ANSWER)
    deals = list(
        Opportunity.objects.in_program(program)
        .select_related("account", "owner")
        .order_by("-opened_at")[:24]
    )
    for number, deal in enumerate(deals):
        write_note(
            account=deal.account,
            opportunity=deal,
            by=deal.owner,
            who=deal.owner,
            kind="call",
            at=timezone.now() - timedelta(days=number, hours=dice.randint(1, 6)),
            text=CALLS[number % len(CALLS)],
        )
    suggested = Tag.objects.in_program(program).order_by("-pk")
    for tag in suggested[3:]:
        accept(tag=tag, by=people["lea"])
    deal = next(deal for deal in deals if deal.outcome == Outcome.OPEN)
    ask(
        account=deal.account,
        opportunity=deal,
        by=deal.owner,
        what="Our security report, in two pages that a CFO reads",
        due_on=timezone.localdate() + timedelta(days=2),
    )

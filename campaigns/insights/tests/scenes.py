"""Notes and topics for tests, made through the real actions."""

from datetime import datetime, timedelta
from typing import Any

from campaigns.insights.actions.notes import write_note
from campaigns.insights.actions.tags import accept
from campaigns.insights.actions.topics import add_topic
from campaigns.insights.models import InsightTopic, Note, Tag
from campaigns.opportunities.actions.writing import open_opportunity
from campaigns.opportunities.models import LostReason, Opportunity, Outcome
from tests import cast as make
from tests.cast import Cast

SAID = "Good call. Your price is too high for us. They compare us with Acme."


def price(cast: Cast, **more: Any) -> InsightTopic:
    facts: dict[str, Any] = {"name": "Price", "phrases": ["price", "too expensive"]} | more
    return add_topic(program=cast.program, by=cast.marketer, **{"kind": "objection", **facts})


def deal(cast: Cast, **said: Any) -> Opportunity:
    facts: dict[str, Any] = {"name": "Rollout", "owner": cast.rep} | said
    account = facts.pop("account", None) or make.account(cast.program)
    return open_opportunity(account=account, by=cast.rep, **facts)


def note(cast: Cast, text: str = SAID, **said: Any) -> Note:
    opportunity = said.get("opportunity")
    account = said.pop("account", None) or (
        opportunity.account if opportunity else make.account(cast.program)
    )
    facts: dict[str, Any] = {"kind": "call", "who": cast.rep} | said
    return write_note(account=account, by=cast.rep, text=text, **facts)


def tags(row: Note, **wanted: Any) -> list[Tag]:
    rows = Tag.objects.in_program(row.program_id).filter(note=row, **wanted)
    return list(rows.select_related("topic", "note").order_by("id"))


def raised(cast: Cast, topic: InsightTopic, **said: Any) -> Note:
    """A note in which the topic was tagged and accepted."""
    row = note(cast, **said)
    for tag in tags(row, topic=topic):
        accept(tag=tag, by=cast.rep)
    return row


def said_then(cast: Cast, topic: InsightTopic, at: datetime, **said: Any) -> Note:
    """A past conversation with the topic, accepted a minute later."""
    row = raised(cast, topic, at=at, **said)
    rows = Tag.objects.in_program(cast.program).filter(note=row)
    rows.exclude(state="suggested").update(decided_at=at + timedelta(minutes=1))
    return row


def closed_then(deal: Opportunity, *, opened: datetime, closed: datetime, is_won: bool) -> None:
    """Set when the deal was opened and closed."""
    outcome = Outcome.WON if is_won else Outcome.LOST
    Opportunity.objects.in_program(deal.program_id).filter(pk=deal.pk).update(
        stage=make.ending(deal.program, outcome),
        outcome=outcome,
        lost_reason="" if is_won else LostReason.PRICE,
        opened_at=opened,
        closed_at=closed,
    )

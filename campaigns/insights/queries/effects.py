"""Deals in which a topic was raised, and their outcomes before and after its message changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import F, OuterRef, Subquery

from alignment.core.scoping import ScopedQuerySet
from alignment.people.models import Program
from campaigns.opportunities.models import Opportunity, Outcome

from ..models import MessageChange
from ..rules.effect import Effect, Group, InUse, Raised, effect_of, group_of

MOST_CHANGES = 100
MOST_SHOWN = 200
# The first moment is the time of the conversation, not of the tag. Content counts as sent if a
# touch at the account that carried some was done, by either team.
_RAISED = """
    WITH raised AS (
        SELECT t.topic_id, n.opportunity_id AS deal, min(n.at) AS first_at
        FROM insights_tag t JOIN insights_note n ON n.id = t.note_id
        WHERE t.program_id = %(program)s AND t.topic_id = ANY (%(topics)s)
          AND t.state = 'accepted' AND n.opportunity_id IS NOT NULL
        GROUP BY t.topic_id, n.opportunity_id)
    SELECT r.topic_id, r.deal, r.first_at, o.closed_at, o.outcome = %(won)s,
           EXISTS (SELECT 1 FROM calendar_touch c
                   WHERE c.account_id = o.account_id AND c.program_id = %(program)s
                     AND c.state = 'done' AND c.asset_id IS NOT NULL AND c.done_at >= r.first_at
                     AND (o.closed_at IS NULL OR c.done_at <= o.closed_at))
    FROM raised r JOIN opportunities_opportunity o ON o.id = r.deal
    ORDER BY r.first_at DESC, r.deal DESC"""


def changes_in(program: Program | int) -> ScopedQuerySet[MessageChange]:
    """With `former_since`: when the previous message of the same topic came into use. That is the
    last one to end before: since a merge of topics, others may have been in use beside it.
    """
    rows = MessageChange.objects.in_program(program)
    former = rows.filter(topic=OuterRef("topic"), ended_at__lte=OuterRef("since"))
    former = former.order_by("-ended_at", "-since", "-id")
    rows = rows.select_related("topic", "asset", "made_by", "briefing")
    return rows.annotate(former_since=Subquery(former.values("since")[:1]))


def newest_changes(program: Program, topic: int | None = None) -> list[MessageChange]:
    """Changes in use come first; within each group the newest first."""
    rows = changes_in(program)
    rows = rows.filter(topic=topic) if topic else rows
    order = (F("ended_at").desc(nulls_first=True), "-since", "-id")
    return list(rows.order_by(*order)[:MOST_CHANGES])


def newest_id(program: Program) -> int:
    """The id of the change recorded last, of any topic; 0 if there is none."""
    rows = MessageChange.objects.in_program(program).order_by("-pk")
    return rows.values_list("pk", flat=True).first() or 0


def change_in(program: Program, change_id: int) -> MessageChange | None:
    return changes_in(program).filter(pk=change_id).select_related("program").first()


def in_use(change: MessageChange) -> InUse:
    """`change` must come from `changes_in`."""
    former = change.former_since  # type: ignore[attr-defined]
    return InUse(since=change.since, until=change.ended_at, former=former)


def raised_in(program: Program | int, topics: Sequence[int]) -> dict[int, list[Raised]]:
    """By topic, the deals in which it was raised, the newest first; one statement."""
    if not topics:
        return {}
    pk = program if isinstance(program, int) else program.pk
    given: dict[str, Any] = {"program": pk, "topics": list(topics), "won": Outcome.WON.value}
    found: dict[int, list[Raised]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_RAISED, given)
        for topic, *raised in cursor.fetchall():
            found[topic].append(Raised(*raised))
    return found


def effects(
    program: Program | int, changes: Sequence[MessageChange]
) -> list[tuple[MessageChange, Effect]]:
    """Each change with its effect; one statement for all."""
    raised = raised_in(program, sorted({change.topic_id for change in changes}))
    return [(c, effect_of(raised.get(c.topic_id, ()), in_use(c))) for c in changes]


class Only(StrEnum):
    """Narrows a group of deals to those behind one number."""

    WON = "won"
    LOST = "lost"
    OPEN = "open"
    ANSWERED = "answered"

    def has(self, raised: Raised) -> bool:
        is_closed = raised.closed_at is not None
        return {
            Only.WON: is_closed and raised.is_won,
            Only.LOST: is_closed and not raised.is_won,
            Only.OPEN: not is_closed,
            Only.ANSWERED: raised.answered,
        }[self]


def rows_of(
    change: MessageChange, found: Sequence[Raised], group: Group, only: str = ""
) -> list[tuple[Opportunity, Raised]]:
    """The deals behind a number, the most recently raised first; at most 200. `found` must contain
    all deals of the topic; one statement.
    """
    used = in_use(change)
    some = [raised for raised in found if group_of(raised, used) == group]
    if only:
        some = [raised for raised in some if Only(only).has(raised)]
    rows = Opportunity.objects.in_program(change.program_id).select_related(
        "account", "stage", "owner"
    )
    deals = rows.in_bulk([raised.deal for raised in some[:MOST_SHOWN]])
    return [(deals[raised.deal], raised) for raised in some if raised.deal in deals]

"""Topics and their trackers, and objections without an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q
from django.db.models.functions import Lower

from alignment.core.scoping import ScopedQuerySet
from alignment.people.models import Membership, Program, Side

from ..models import InsightTopic, Tag, TagKind

MOST_TOPICS = 500
MOST_RECIPIENTS = 500


def topics_in(program: Program | int) -> ScopedQuerySet[InsightTopic]:
    """All topics that were not merged into another one."""
    rows = InsightTopic.objects.in_program(program).filter(merged_into__isnull=True)
    return rows.select_related("asset", "answered_by")


def went_to(program: Program | int, topic_id: int) -> int | None:
    """The id of the topic that this one was merged into; None if it was not."""
    rows = InsightTopic.objects.in_program(program).filter(pk=topic_id)
    return rows.values_list("merged_into", flat=True).first()


def topics_of(program: Program | int, kind: str = "") -> list[InsightTopic]:
    """Topics in use, by kind and name."""
    rows = topics_in(program).filter(retired_at__isnull=True)
    rows = rows.filter(kind=kind) if kind else rows
    return list(rows.order_by("kind", Lower("name"))[:MOST_TOPICS])


def trackers(program: Program | int) -> dict[int, InsightTopic]:
    """Topics in use that track phrases, by id."""
    return {topic.pk: topic for topic in topics_of(program) if topic.phrases}


def gaps(program: Program | int) -> list[InsightTopic]:
    """Objections that were raised and have no answer, the oldest first. `heard` counts notes."""
    rows = topics_in(program).filter(gap_since__isnull=False, retired_at__isnull=True)
    heard = Count("tags__note", filter=Q(tags__state=Tag.State.ACCEPTED), distinct=True)
    rows = rows.annotate(heard=heard, last_heard=Max("tags__note__at", filter=_ACCEPTED))
    return list(rows.order_by("gap_since", "pk")[:MOST_TOPICS])


_ACCEPTED = Q(tags__state=Tag.State.ACCEPTED)


@dataclass(frozen=True, slots=True)
class OpenObjection:
    """`since` is when it was first raised in the deal; `note` is the id of that conversation."""

    topic: str
    since: datetime
    note: int


def open_objections(opportunity_ids: Sequence[int]) -> dict[int, list[OpenObjection]]:
    """By opportunity, objections raised in it that have no answer, the oldest first; one statement.
    The ids must come from rows of one program, since they are not filtered by program.
    """
    rows = Tag.objects.across_programs().filter(
        state=Tag.State.ACCEPTED,
        kind=TagKind.OBJECTION,
        topic__answer="",
        note__opportunity__in=list(opportunity_ids),
    )
    firsts = rows.order_by("note__opportunity", "topic", "note__at", "note").distinct(
        "note__opportunity", "topic"
    )
    found: dict[int, list[OpenObjection]] = {}
    for deal, topic, at, note in firsts.values_list(
        "note__opportunity", "topic__name", "note__at", "note"
    ):
        found.setdefault(deal, []).append(OpenObjection(topic, at, note))
    return {deal: sorted(raised, key=lambda each: each.since) for deal, raised in found.items()}


def marketing_of(program: Program | int) -> list[int]:
    """Ids of the people who write answers."""
    rows = Membership.objects.in_program(program).filter(
        team__side=Side.MARKETING, user__is_active=True
    )
    return list(rows.order_by("pk").values_list("user_id", flat=True)[:MOST_RECIPIENTS])

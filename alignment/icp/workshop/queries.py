"""What the page of a workshop shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import open_version
from alignment.people.models import Program, Side

from ..models import Proposal, Topic, Workshop
from ..queries_counts import Split, splits
from ..rules import Criterion, parse_icp
from ..rules.workshop import same
from ..words import CriterionWords, in_words, kind_title

MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """A criterion in words and, once counted, how accounts answer it."""

    criterion: Criterion
    words: CriterionWords
    split: Split | None = None


@dataclass(frozen=True, slots=True)
class SideWants:
    """One side's column: its proposal, if it has written one."""

    side: Side
    proposal: Proposal | None
    wanted: Wanted | None
    may_write: bool
    may_accept: bool


@dataclass(frozen=True, slots=True)
class TopicPage:
    topic: Topic
    title: str
    before: Wanted | None
    decided: Wanted | None
    sides: list[SideWants]
    alike: bool
    earlier: Topic | None
    later: Topic | None


@dataclass(frozen=True, slots=True)
class AgendaLine:
    topic: Topic
    title: str
    sides: list[str]


@dataclass(frozen=True, slots=True)
class WorkshopPage:
    workshop: Workshop
    lines: list[AgendaLine]
    current: TopicPage | None
    elapsed: int
    in_the_way: Version | None

    @property
    def settled(self) -> int:
        return sum(line.topic.state != Topic.State.OPEN for line in self.lines)

    @property
    def is_over_time(self) -> bool:
        return self.elapsed > self.workshop.planned_minutes * 60


def workshops(program: Program) -> list[Workshop]:
    """Newest first."""
    rows = Workshop.objects.in_program(program).select_related("opened_by", "draft")
    return list(rows.order_by("-id")[:MOST_LISTED])


def workshop_in(*, program: Program, workshop_id: int) -> Workshop | None:
    rows = Workshop.objects.in_program(program).select_related("draft", "program")
    return rows.filter(pk=workshop_id).first()


def topics_of(workshop: Workshop) -> list[Topic]:
    """In agenda order, with proposals and people: two queries."""
    rows = Topic.objects.in_program(workshop.program_id).filter(workshop=workshop)
    rows = rows.select_related("decided_by").prefetch_related("proposals__author")
    return list(rows.order_by("position", "id"))


def topic_in(*, program: Program, topic_id: int) -> Topic | None:
    rows = Topic.objects.in_program(program).select_related("workshop", "program")
    return rows.filter(pk=topic_id).first()


def workshop_page(
    *, workshop: Workshop, topic_id: int | None, side: Side | None, is_owner: bool
) -> WorkshopPage:
    """The agenda and one of its topics: the requested one, else the first open one."""
    topics = topics_of(workshop)
    current = _current(topics, topic_id)
    return WorkshopPage(
        workshop=workshop,
        lines=[
            AgendaLine(t, topic_title(t), sorted(p.side for p in t.proposals.all())) for t in topics
        ],
        current=_topic_page(topics, current, side, is_owner) if current else None,
        elapsed=workshop.clock.elapsed(timezone.now()),
        in_the_way=None if workshop.closed_at else open_version(workshop.program_id, Kind.ICP),
    )


def _current(topics: Sequence[Topic], topic_id: int | None) -> Topic | None:
    asked = [topic for topic in topics if topic.pk == topic_id]
    unsettled = [topic for topic in topics if topic.state == Topic.State.OPEN]
    return next(iter([*asked, *unsettled, *topics]), None)


def topic_title(topic: Topic) -> str:
    """The topic's title; excluded industries or technologies have a title of their own."""
    row = topic.decision or topic.before or {}
    return kind_title(topic.kind, str(row.get("weight") or topic.weight))


def criterion_of(row: dict[str, Any]) -> Criterion:
    return parse_icp({"criteria": [row]}).criteria[0]


def _topic_page(
    topics: Sequence[Topic], topic: Topic, side: Side | None, is_owner: bool
) -> TopicPage:
    proposals = {proposal.side: proposal for proposal in topic.proposals.all()}
    rows = {name: p.criterion for name, p in proposals.items()}
    rows |= {name: row for name, row in (("", topic.before), ("!", topic.decision)) if row}
    criteria = {name: criterion_of(row) for name, row in rows.items()}
    said = dict(zip(criteria, in_words(criteria.values()), strict=True))
    wanted = {name: Wanted(c, said[name], _kept_split(topic, name)) for name, c in criteria.items()}
    place = topics.index(topic)
    is_open = topic.state == Topic.State.OPEN
    alike = len(proposals) == len(Side) and same(*(rows[each] for each in Side))
    return TopicPage(
        topic=topic,
        title=topic_title(topic),
        before=wanted.get(""),
        decided=wanted.get("!"),
        sides=[
            SideWants(
                each,
                proposals.get(each),
                wanted.get(each),
                may_write=is_open and (is_owner or side == each),
                may_accept=is_open and (is_owner or alike or side not in (None, each)),
            )
            for each in Side
        ],
        alike=alike,
        earlier=topics[place - 1] if place else None,
        later=topics[place + 1] if place + 1 < len(topics) else None,
    )


def _kept_split(topic: Topic, side: str) -> Split | None:
    kept = (topic.evidence or {}).get(side)
    return Split.of_numbers(kept) if kept else None


def evidence(topic: Topic) -> list[tuple[str, Split]]:
    """How accounts answer each side's proposal: as stored when it was settled, else as of now."""
    proposals = list(topic.proposals.order_by("side"))
    if topic.evidence is not None:
        kept = [(p.side, _kept_split(topic, p.side)) for p in proposals]
        return [(side, split) for side, split in kept if split]
    criteria = [criterion_of(proposal.criterion) for proposal in proposals]
    found = splits(program=topic.program, criteria=criteria)
    return [(proposal.side, split) for proposal, split in zip(proposals, found, strict=True)]

"""How often each objection is raised, by whom and where, and the outcomes of the deals.

Only accepted tags count. `notes` counts conversations, `deals` counts distinct opportunities; an
objection repeated in one conversation counts once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q
from django.db.models.functions import Left

from alignment.core.scoping import ScopedQuerySet
from alignment.people.models import Program
from alignment.reference.industries import sector_prefixes
from campaigns.library.rules import sector_of
from campaigns.opportunities.models import Opportunity, Outcome

from ..models import InsightTopic, Tag, TagKind
from ..rules.shares import WonLost
from .topics import MOST_TOPICS, topics_in

MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter of the numbers. `sector` is a NAICS code ("31-33"); `stage` and `competitor` are
    ids; `since` is the earliest moment of a conversation.
    """

    kind: str = TagKind.OBJECTION
    sector: str = ""
    stage: int | None = None
    competitor: int | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class RaisedTopic:
    topic: InsightTopic
    notes: int = 0
    accounts: int = 0
    deals: int = 0
    result: WonLost = field(default_factory=WonLost)
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a breakdown: `key` is a sector, or the name of a stage or competitor."""

    key: str
    notes: int
    deals: int
    result: WonLost


_COUNTS: dict[str, Any] = {
    "notes": Count("note", distinct=True),
    "accounts": Count("note__account", distinct=True),
    "deals": Count("note__opportunity", distinct=True),
    "won": Count(
        "note__opportunity", filter=Q(note__opportunity__outcome=Outcome.WON), distinct=True
    ),
    "lost": Count(
        "note__opportunity", filter=Q(note__opportunity__outcome=Outcome.LOST), distinct=True
    ),
}


def accepted(program: Program, asked: Asked) -> ScopedQuerySet[Tag]:
    """The tags that count, filtered."""
    rows = Tag.objects.in_program(program).filter(state=Tag.State.ACCEPTED, kind=asked.kind)
    if asked.sector:
        within = Q()
        for prefix in sector_prefixes(asked.sector):
            within |= Q(note__account__naics__startswith=prefix)
        rows = rows.filter(within)
    if asked.stage:
        rows = rows.filter(note__stage=asked.stage)
    if asked.competitor:
        named = Tag.objects.in_program(program).filter(
            topic=asked.competitor,
            state=Tag.State.ACCEPTED,
            note__account=OuterRef("note__account"),
        )
        rows = rows.filter(Exists(named))
    if asked.since:
        rows = rows.filter(note__at__gte=asked.since)
    return rows


def raised_topics(program: Program, asked: Asked) -> list[RaisedTopic]:
    """Topics of the kind, the most frequent first; two statements."""
    counted = accepted(program, asked).exclude(topic=None).order_by().values("topic")
    counts: dict[int, Any] = {
        row["topic"]: row for row in counted.annotate(**_COUNTS, last=Max("note__at"))
    }
    topics = list(topics_in(program).filter(kind=asked.kind).order_by("name")[:MOST_TOPICS])
    rows = [_raised_topic(topic, counts.get(topic.pk)) for topic in topics]
    in_use = [row for row in rows if row.notes or row.topic.retired_at is None]
    return sorted(in_use, key=lambda row: (-row.notes, row.topic.name.casefold()))


def _raised_topic(topic: InsightTopic, row: dict[str, Any] | None) -> RaisedTopic:
    if row is None:
        return RaisedTopic(topic)
    return RaisedTopic(
        topic, row["notes"], row["accounts"], row["deals"], _result(row), last_at=row["last"]
    )


def all_deals(program: Program, since: datetime | None = None) -> WonLost:
    """All closed deals, for comparison; one statement."""
    rows = Opportunity.objects.in_program(program).filter(closed_at__isnull=False)
    rows = rows.filter(closed_at__gte=since) if since else rows
    found = rows.aggregate(
        won=Count("pk", filter=Q(outcome=Outcome.WON)),
        lost=Count("pk", filter=Q(outcome=Outcome.LOST)),
    )
    return WonLost(**found)


def by_sector(program: Program, topic: InsightTopic) -> list[Line]:
    """An account has one sector, so lines add up; the empty key stands for unknown sectors."""
    rows = _of(program, topic).values(key=Left("note__account__naics", 2)).annotate(**_COUNTS)
    row: Any
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for row in rows:
        line = sums[sector_of(row["key"] or "")]
        for place, name in enumerate(("notes", "deals", "won", "lost")):
            line[place] += row[name]
    lines = [Line(key, n, d, WonLost(won, lost)) for key, (n, d, won, lost) in sums.items()]
    return _sorted(lines)


def by_stage(program: Program, topic: InsightTopic) -> list[Line]:
    """The deal's stage at the time of the conversation; a deal may count in several lines."""
    rows = _of(program, topic).exclude(note__stage=None).values(key=F("note__stage__name"))
    return _lines(rows)


def by_competitor(program: Program, topic: InsightTopic) -> list[Line]:
    """Competitors that the same accounts named; an account may count in several lines."""
    rows = _of(program, topic).filter(
        note__account__notes__tags__kind=TagKind.COMPETITOR,
        note__account__notes__tags__state=Tag.State.ACCEPTED,
    )
    return _lines(rows.values(key=F("note__account__notes__tags__topic__name")))


def _of(program: Program, topic: InsightTopic) -> ScopedQuerySet[Tag]:
    return accepted(program, Asked(kind=topic.kind)).filter(topic=topic).order_by()


def _lines(rows: Any) -> list[Line]:
    return _sorted(
        Line(str(row["key"]), row["notes"], row["deals"], _result(row))
        for row in rows.annotate(**_COUNTS)
    )


def _sorted(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-line.notes, line.key))[:MOST_LINES]


def _result(row: dict[str, Any]) -> WonLost:
    return WonLost(row["won"], row["lost"])

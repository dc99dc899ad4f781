"""Which findings of a period a briefing contains, and how often each was raised."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

# Longer sections cannot be read in two minutes; the remaining lines are only counted.
MOST_LINES = 5
MOST_QUOTES = 3
MOST_PLACES = 3
LONGEST_QUOTE = 280
# A single mention may be chance, so a rise needs at least two conversations.
LEAST_RISING = 2
# Keys of the stored document whose values are moments.
_MOMENTS = ("at", "since", "due_at", "answered_at", "last_at")


class Trend(StrEnum):
    NEW = "new"
    RISING = "rising"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Mention:
    """One accepted tag of the period. `sector` is a NAICS code, empty if unknown; `stage` is the
    deal's stage at that time, None without a deal.
    """

    topic: int
    note: int
    at: datetime
    quote: str
    account: int
    account_name: str
    sector: str = ""
    deal: int | None = None
    deal_name: str = ""
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was known before the period: conversations in each of the previous weeks, the latest
    week first, and whether the topic had ever been raised.
    """

    weeks: tuple[int, ...] = ()
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class RaisedTopic:
    """One topic in the period: `conversations` counts each note once."""

    topic: int
    conversations: int
    accounts: int
    deals: int
    trend: Trend
    before: tuple[int, ...]
    stages: list[tuple[str, int]] = field(default_factory=list)
    sectors: list[tuple[str, int]] = field(default_factory=list)
    quotes: list[Mention] = field(default_factory=list)


def trend_of(conversations: int, *, days: int, earlier: Earlier) -> Trend:
    """New: never raised before. Rising: raised at least twice, and more often per week than in each
    of the previous weeks; `days` is the length of the period, which may exceed a week.
    """
    if not earlier.is_known:
        return Trend.NEW
    most = max(earlier.weeks, default=0)
    is_more = conversations * 7 > most * days
    return Trend.RISING if conversations >= LEAST_RISING and is_more else Trend.AGAIN


def raised_topics(
    mentions: Iterable[Mention], earlier: Mapping[int, Earlier], *, days: int
) -> list[RaisedTopic]:
    """Topics of the period: first those that are new or rising and were raised at least twice, then
    the others, each sorted by frequency, so that a short list contains the most important ones.
    """
    by_topic: dict[int, list[Mention]] = defaultdict(list)
    for mention in mentions:
        by_topic[mention.topic].append(mention)
    lines = [
        _raised_topic(pk, some, earlier.get(pk, Earlier()), days) for pk, some in by_topic.items()
    ]
    return sorted(lines, key=_rank)


def _rank(line: RaisedTopic) -> tuple[bool, int, int]:
    is_news = line.trend != Trend.AGAIN and line.conversations >= LEAST_RISING
    return not is_news, -line.conversations, line.topic


def _raised_topic(
    topic: int, mentions: Sequence[Mention], earlier: Earlier, days: int
) -> RaisedTopic:
    notes = {mention.note: mention for mention in mentions}
    return RaisedTopic(
        topic=topic,
        conversations=len(notes),
        accounts=len({mention.account for mention in mentions}),
        deals=len({mention.deal for mention in mentions if mention.deal}),
        trend=trend_of(len(notes), days=days, earlier=earlier),
        before=earlier.weeks,
        stages=_most(m.stage for m in notes.values() if m.stage is not None),
        sectors=_most(m.sector for m in notes.values()),
        quotes=quotes_of(mentions),
    )


def _most(keys: Iterable[str]) -> list[tuple[str, int]]:
    counts = Counter(keys)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_PLACES]


def quotes_of(mentions: Iterable[Mention], most: int = MOST_QUOTES) -> list[Mention]:
    """The newest quotes; no account gets a second one before every account has one."""
    seen: Counter[int] = Counter()
    ranked = []
    for mention in sorted(mentions, key=lambda m: (m.at, m.note, m.quote), reverse=True):
        ranked.append((seen[mention.account], mention))
        seen[mention.account] += 1
    return [mention for _turn, mention in sorted(ranked, key=lambda pair: pair[0])][:most]


def shortened(quote: str) -> str:
    """Verbatim, on one line; a long passage is cut after a word, with an ellipsis."""
    text = " ".join(quote.split())
    if len(text) <= LONGEST_QUOTE:
        return text
    cut = text[: LONGEST_QUOTE - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(",;:") + "…"


def section(lines: Sequence[dict[str, Any]], most: int = MOST_LINES) -> dict[str, Any]:
    """The first lines of a section, and the number of further ones."""
    return {"lines": list(lines[:most]), "more": max(len(lines) - most, 0)}


def read(kept: Any) -> Any:
    """A stored document for display: its moments are parsed into datetimes."""
    if isinstance(kept, list):
        return [read(value) for value in kept]
    if not isinstance(kept, dict):
        return kept
    return {
        name: datetime.fromisoformat(value)
        if name in _MOMENTS and isinstance(value, str)
        else read(value)
        for name, value in kept.items()
    }

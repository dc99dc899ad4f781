"""What of a period a briefing tells, and how often each thing was heard: values in, values out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

# A section that lists more is not read in two minutes; the others are counted.
MOST_LINES = 5
MOST_QUOTES = 3
MOST_PLACES = 3
LONGEST_QUOTE = 280
# Heard once is chance; a rise has two conversations at least.
LEAST_RISING = 2
# Keys of the kept document that hold moments.
_MOMENTS = ("at", "since", "due_at", "answered_at", "last_at")


class Trend(StrEnum):
    NEW = "new"
    RISING = "rising"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Mention:
    """One accepted tag of the period. `sector` is of NAICS, empty if nobody knows; `stage` is
    where the deal stood, None outside of a deal."""

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
    """What was known before the period: conversations in each of the weeks before, the nearest
    first, and whether the topic had ever been heard."""

    weeks: tuple[int, ...] = ()
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """One topic in the period: `conversations` count each note once."""

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
    """New: never heard before. Rising: twice at least, and more often a week than in each of the
    weeks before; `days` is the length of the period, since one may be longer than a week."""
    if not earlier.is_known:
        return Trend.NEW
    most = max(earlier.weeks, default=0)
    is_more = conversations * 7 > most * days
    return Trend.RISING if conversations >= LEAST_RISING and is_more else Trend.AGAIN


def heard(mentions: Iterable[Mention], earlier: Mapping[int, Earlier], *, days: int) -> list[Heard]:
    """Topics of the period: what is new or rising and was heard twice at least, then the others,
    each the most often heard first, so that a short list has what matters."""
    by_topic: dict[int, list[Mention]] = defaultdict(list)
    for mention in mentions:
        by_topic[mention.topic].append(mention)
    lines = [_heard(pk, some, earlier.get(pk, Earlier()), days) for pk, some in by_topic.items()]
    return sorted(lines, key=_rank)


def _rank(line: Heard) -> tuple[bool, int, int]:
    is_news = line.trend != Trend.AGAIN and line.conversations >= LEAST_RISING
    return not is_news, -line.conversations, line.topic


def _heard(topic: int, mentions: Sequence[Mention], earlier: Earlier, days: int) -> Heard:
    notes = {mention.note: mention for mention in mentions}
    return Heard(
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
    """The newest, of as many accounts as there are before a second one of the same."""
    seen: Counter[int] = Counter()
    ranked = []
    for mention in sorted(mentions, key=lambda m: (m.at, m.note, m.quote), reverse=True):
        ranked.append((seen[mention.account], mention))
        seen[mention.account] += 1
    return [mention for _turn, mention in sorted(ranked, key=lambda pair: pair[0])][:most]


def shortened(quote: str) -> str:
    """Word for word, on one line; a long passage ends at a word, with an ellipsis."""
    text = " ".join(quote.split())
    if len(text) <= LONGEST_QUOTE:
        return text
    cut = text[: LONGEST_QUOTE - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(",;:") + "…"


def section(lines: Sequence[dict[str, Any]], most: int = MOST_LINES) -> dict[str, Any]:
    """The first lines of a section, and how many there are more."""
    return {"lines": list(lines[:most]), "more": max(len(lines) - most, 0)}


def read(kept: Any) -> Any:
    """A kept document as pages show it: its moments are moments again."""
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

"""Keyword trackers: finding phrases as whole words, ignoring case and accents."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from alignment.reference.letters import without_marks

LONGEST_PHRASE = 100
MOST_PHRASES = 50
LONGEST_QUOTE = 600
# A longer sentence is cut around the phrase.
LONGEST_SENTENCE = 300

Key = TypeVar("Key", bound=Hashable)
# A word with combining accents, or a single sign.
_PART = re.compile(r"(?:\w[\u0300-\u036f]*)+|[^\w\s]")
# Hyphens of all kinds, so that "follow-up" equals "follow up".
_JOINERS = frozenset("-\u00ad\u2010\u2011\u2012\u2013")
_QUOTES = str.maketrans("’‘“”", "''\"\"")
_END = re.compile(r"[.!?…](?=\s|$)|\n")


@dataclass(frozen=True, slots=True)
class Found(Generic[Key]):
    """`text[start:end]` is a phrase of `key`."""

    key: Key
    start: int
    end: int


@lru_cache(maxsize=20_000)
def folded(part: str) -> str:
    """Without case and accents."""
    return without_marks(part.translate(_QUOTES)).casefold()


def parts_of(text: str) -> list[tuple[str, int, int]]:
    """Words and signs, folded, with their positions. Hyphens separate words and are dropped."""
    return [
        (folded(found[0]), found.start(), found.end())
        for found in _PART.finditer(text)
        if found[0] not in _JOINERS
    ]


def words_of(phrase: str) -> tuple[str, ...]:
    """A phrase as it is searched for; empty if it has no letter or digit."""
    parts = tuple(part for part, _start, _end in parts_of(phrase))
    return parts if any(part[:1].isalnum() for part in parts) else ()


def first_finds(text: str, phrases: Mapping[Key, Sequence[str]]) -> list[Found[Key]]:
    """For each key, the first place in the text of any of its phrases, in text order.

    If several phrases of a key start at one place, the longest counts. The time grows with the
    text, not with the number of phrases.
    """
    by_word: dict[str, list[tuple[tuple[str, ...], Key]]] = defaultdict(list)
    for key, some in phrases.items():
        for words in {words_of(phrase) for phrase in some}:
            if words:
                by_word[words[0]].append((words, key))
    for entries in by_word.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    found: dict[Key, Found[Key]] = {}
    parts = parts_of(text)
    for place, (word, start, _end) in enumerate(parts):
        for words, key in by_word.get(word, ()):
            if key not in found and _is_at(parts, place, words):
                found[key] = Found(key, start, parts[place + len(words) - 1][2])
    return list(found.values())


def _is_at(parts: Sequence[tuple[str, int, int]], place: int, words: tuple[str, ...]) -> bool:
    if place + len(words) > len(parts):
        return False
    return all(parts[place + n][0] == word for n, word in enumerate(words))


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The positions of the sentence or line that contains `text[start:end]`, at most
    `LONGEST_SENTENCE` long unless the passage itself is longer, without blanks at either end.
    """
    room = max(LONGEST_SENTENCE - (end - start), 0)
    low, high = max(start - room // 2, 0), min(end + room // 2, len(text))
    for mark in _END.finditer(text, low, start):
        low = mark.end()
    closing = _END.search(text, end, high)
    if closing:
        high = closing.start() if text[closing.start()] == "\n" else closing.end()
    low, high = _to_words(text, low, start, end, high)
    while low < start and text[low].isspace():
        low += 1
    while high > end and text[high - 1].isspace():
        high -= 1
    return low, high


def _to_words(text: str, low: int, start: int, end: int, high: int) -> tuple[int, int]:
    """Cut at the boundary of a word, not within one."""
    while low < start and low > 0 and not text[low - 1].isspace():
        low += 1
    while high > end and high < len(text) and not text[high].isspace():
        high -= 1
    return low, high


def place_of(text: str, quote: str) -> tuple[int, int] | None:
    """The position of the quoted passage, ignoring differences in whitespace; the first of several,
    None if there is none.
    """
    words = quote.split()
    if not words:
        return None
    found = re.search(r"\s+".join(re.escape(word) for word in words), text)
    return found.span() if found else None

"""Search keys: texts in lower case, without accents. Trigram indexes hold the keys of names."""

from __future__ import annotations

from django.db.models import Func, Q, TextField, Value

# Trigrams cannot help below three letters, so shorter words only match the beginning of words.
SHORTEST_PART = 3
MOST_WORDS = 5


class SearchKey(Func):
    """The search key of several columns together; each of its words follows a space."""

    function = "search_key"
    template = "%(function)s(' ' || %(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = TextField()


def has_words(key: str, text: str) -> Q:
    """Whether the key column `key` contains every word of a text, in any order."""
    wanted = Q()
    for word in text.replace("\x00", " ").split()[:MOST_WORDS]:
        part = word if len(word) >= SHORTEST_PART else f" {word}"
        wanted &= Q(**{f"{key}__contains": Func(Value(part), function="search_key")})
    return wanted

"""Texts as they are searched: lower case, without accents. Trigram indexes hold the keys of names."""

from __future__ import annotations

from django.db.models import Func, Q, TextField, Value

# Below three letters trigrams cannot help, so short words match the beginnings of words only.
SHORTEST_PART = 3
MOST_WORDS = 5


class SearchKey(Func):
    """The key of some columns together; each word of it follows a space."""

    function = "search_key"
    template = "%(function)s(' ' || %(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = TextField()


def has_words(key: str, text: str) -> Q:
    """Whether the key called `key` holds every word of a text, in any order."""
    wanted = Q()
    for word in text.replace("\x00", " ").split()[:MOST_WORDS]:
        part = word if len(word) >= SHORTEST_PART else f" {word}"
        wanted &= Q(**{f"{key}__contains": Func(Value(part), function="search_key")})
    return wanted

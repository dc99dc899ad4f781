"""Normalises letters for comparison."""

from __future__ import annotations

import unicodedata


def without_marks(text: str) -> str:
    """The text without accents and other combining marks; compatibility characters become plain
    letters.

    Marks in the text are removed before normalising, because NFKD would sort a long run of them
    slowly.
    """
    return _unmarked(unicodedata.normalize("NFKD", _unmarked(text)))


def _unmarked(text: str) -> str:
    return "".join(letter for letter in text if not unicodedata.combining(letter))

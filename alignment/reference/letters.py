"""Letters as they are compared."""

from __future__ import annotations

import unicodedata


def without_marks(text: str) -> str:
    """Without accents and what else stands on letters, each compatible letter as the plain one.

    Marks that are typed by themselves go first: of many in a row each would be put in its place
    among all the others.
    """
    return _unmarked(unicodedata.normalize("NFKD", _unmarked(text)))


def _unmarked(text: str) -> str:
    return "".join(letter for letter in text if not unicodedata.combining(letter))

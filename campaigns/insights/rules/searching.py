"""What somebody types to search: words, "phrases", and -words that must not be there."""

from __future__ import annotations

import re

LONGEST_QUERY = 200
_TERM = re.compile(r'-?"[^"]*"|\S+')


def asked_for(text: str) -> tuple[str, str]:
    """What is wanted, and what is not: the latter as alternatives, each without its minus.

    They are two questions, since a word that one language knows in a form that the other does not
    would let pass what is not wanted.
    """
    terms = _TERM.findall(text.replace("\x00", " ")[:LONGEST_QUERY])
    unwanted = [term[1:] for term in terms if term.startswith("-") and term.strip('-"')]
    wanted = [term for term in terms if not term.startswith("-")]
    return " ".join(wanted), " or ".join(unwanted)

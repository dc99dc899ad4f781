"""Search queries: words, "phrases", and -words to exclude."""

from __future__ import annotations

import re

LONGEST_QUERY = 200
_TERM = re.compile(r'-?"[^"]*"|\S+')


def asked_for(text: str) -> tuple[str, str]:
    """The wanted terms, and the unwanted ones as alternatives, without their minus.

    They are separate queries: a match in either language's index suffices, so a negated word that
    only one language's stemming recognizes would not exclude the note.
    """
    terms = _TERM.findall(text.replace("\x00", " ")[:LONGEST_QUERY])
    unwanted = [term[1:] for term in terms if term.startswith("-") and term.strip('-"')]
    wanted = [term for term in terms if not term.startswith("-")]
    return " ".join(wanted), " or ".join(unwanted)

"""Rows of sent pages for templates: the inputs submitted last and their results, as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from .page import outcome_words, typed_words
from .queries.pages import ShareRow


@dataclass(frozen=True, slots=True)
class ShareLine:
    """A row with the label and value of each input and of each visible result; both are empty until
    the page is used.
    """

    row: ShareRow
    typed: list[tuple[str, str]]
    results: list[tuple[str, str]]


def share_lines(rows: Sequence[ShareRow]) -> list[ShareLine]:
    language = get_language() or "en"
    return [_line(row, language) for row in rows]


def _line(row: ShareRow, language: str) -> ShareLine:
    if not row.values:
        return ShareLine(row, [], [])
    content = row.share.version.said
    return ShareLine(
        row,
        typed_words(content, language, row.values),
        outcome_words(content, language, row.values),
    )

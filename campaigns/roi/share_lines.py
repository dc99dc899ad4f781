"""Rows of sent pages as templates show them, with what was put in last in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from .page import typed_words
from .queries.pages import ShareRow


@dataclass(frozen=True, slots=True)
class ShareLine:
    """A row, and label and value of each input."""

    row: ShareRow
    typed: list[tuple[str, str]]


def share_lines(rows: Sequence[ShareRow]) -> list[ShareLine]:
    language = get_language() or "en"
    return [
        ShareLine(
            row, typed_words(row.share.version.said, language, row.values) if row.values else []
        )
        for row in rows
    ]

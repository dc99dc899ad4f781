"""Making texts from files of unknown origin storable in PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Sequence


def storable(text: str) -> str:
    """Replace NUL and lone surrogates by the replacement character."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode()
    return text


def stored_cells(cells: Sequence[str]) -> str:
    """The cells of a row as JSON."""
    return json.dumps([storable(cell) for cell in cells], ensure_ascii=False)

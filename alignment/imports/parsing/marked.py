"""Cells of a repair file: an apostrophe keeps spreadsheets from running formulas.

Marked cells are read back exactly as they were, whatever they began with.
"""

from __future__ import annotations

import re

from alignment.core.formulas import FORMULA_STARTS, inert

# Phone numbers and negative amounts, which are easier to repair unmarked.
_FIGURE = re.compile(r"[+-]?[\d\s().,/-]+")


def marked(cell: str) -> str:
    """A cell that already begins with apostrophes gets one more, so that reading removes only
    ours."""
    if _FIGURE.fullmatch(cell):
        return cell
    return f"'{cell}" if _is_marked(cell) else inert(cell)


def unmarked(cell: str) -> str:
    """The inverse of `marked`."""
    return cell[1:] if _is_marked(cell) else cell


def _is_marked(cell: str) -> bool:
    return cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_STARTS)

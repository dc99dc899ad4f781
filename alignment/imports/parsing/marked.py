"""Cells of a file to repair: what a spreadsheet would run stands behind an apostrophe.

What was written so is read back as it was, whatever it began with.
"""

from __future__ import annotations

import re

from alignment.core.formulas import FORMULA_STARTS, inert

# Telephones and negative amounts, which people repair more easily as they are.
_FIGURE = re.compile(r"[+-]?[\d\s().,/-]+")


def marked(cell: str) -> str:
    """What has apostrophes already gets one more, so that it is not taken for ours."""
    if _FIGURE.fullmatch(cell):
        return cell
    return f"'{cell}" if _is_marked(cell) else inert(cell)


def unmarked(cell: str) -> str:
    """The inverse of `marked`."""
    return cell[1:] if _is_marked(cell) else cell


def _is_marked(cell: str) -> bool:
    return cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_STARTS)

"""Cells of unknown origin in files that a spreadsheet opens."""

# Spreadsheets run cells that begin like a formula; an apostrophe makes them text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def inert(cell: str) -> str:
    """The cell as text that no spreadsheet runs."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell

"""Untrusted cells in files that a spreadsheet opens."""

# Spreadsheets execute cells that start like a formula; a leading apostrophe makes them text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def inert(cell: str) -> str:
    """The cell as text that no spreadsheet executes."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell

"""Untrusted cells in files that a spreadsheet opens."""

# Spreadsheets execute cells that start like a formula, also with the wide signs of East Asian
# keyboards; a leading apostrophe makes them text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def inert(cell: str) -> str:
    """The cell as text that no spreadsheet executes."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell

"""Errors of cells and rows, worded for the person importing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "extra_cells": _("This row has more cells than the header."),
    "bad_encoding": _("Some characters could not be read. Save the file as UTF-8."),
    "boolean": _("“%(value)s” is neither yes nor no."),
    "contradicts": _(
        "Row %(row)s says “%(first)s” of the same company. That stands, “%(value)s” was not taken."
    ),
    "country": _("“%(value)s” is not a country we know. Use its name or two-letter code."),
    "currency": _("“%(value)s” is in %(currency)s. Give an exchange rate or an amount in USD."),
    "date": _("“%(value)s” is not a date we can read."),
    "date_range": _("“%(value)s” is not between the year 2000 and now."),
    "domain": _("“%(value)s” is not a domain or web address."),
    "email": _("“%(value)s” is not an e-mail address."),
    "formula": _(
        "A formula in this row has no stored result. Open the workbook in a spreadsheet program, "
        "save it, and import it again."
    ),
    "formula_text": _("“%(value)s” is a formula. Write its result instead."),
    "free_mail": _("%(value)s is a mailbox provider, not the domain of a company."),
    "huge_cell": _("A cell is too long."),
    "json": _("This is not a JSON object."),
    "maturity": _("“%(value)s” is not a level from 1 to 5."),
    "missing": _("A value is needed here."),
    "missing_company": _("A company needs a name or a domain."),
    "missing_person": _("A person needs an e-mail address or an external id."),
    "naics": _("“%(value)s” is not a NAICS code."),
    "negative": _("“%(value)s” is below zero."),
    "too_large": _("“%(value)s” is more than there can be."),
    "not_a_number": _("“%(value)s” is neither a number nor a range."),
    "nul": _("The cell holds a character that cannot be stored."),
    "open_quote": _(
        "A quotation mark is not closed: lines %(first)s to %(last)s were read as one row."
    ),
    "quoted_row": _(
        "The row is quoted as a whole, and what is inside does not fit the columns of the header."
    ),
    "quoted_rows": _(
        "Lines %(first)s to %(last)s are quoted as one cell, and what is inside does not fit the columns "
        "of the header."
    ),
    "phone": _("“%(value)s” is not a phone number."),
    "role": _("“%(value)s” is not a role we know, such as decision-maker or champion."),
    "plan_date": _("“%(value)s” lies before the year 2000."),
    "touch_channel": _("“%(value)s” is not a channel we know, such as e-mail, call or event."),
    "several_lines": _(
        "This cell goes on over several lines (the row is lines %(first)s to %(last)s); perhaps a "
        "quotation mark is not closed."
    ),
    "shared_domain": _(
        "Row %(row)s gives %(value)s to “%(name)s”. If these are two companies, give this one its own "
        "website or none; if they are one, leave out this row."
    ),
    "shared_host": _("%(value)s hosts pages of many companies; give the company's own domain."),
    "side": _("“%(value)s” is not a side we know: write marketing or sales."),
    "state": _("“%(value)s” is not a US state."),
    "strength": _("“%(value)s” is not a strength from 0 to 100."),
    "too_long": _("Longer than %(limit)s characters."),
    "url": _("“%(value)s” is not a web address."),
    "zip": _("“%(value)s” is not a US ZIP code."),
}

SHOWN = 60


class CellError(ValueError):
    """One cell that cannot be understood; ``code`` is a key of ``MESSAGES``."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def unreadable(code: str, value: str, **params: str) -> CellError:
    """The error for a value, quoted in a shortened form without NUL."""
    shown = value.replace("\0", "\ufffd")
    return CellError(code, value=shown[:SHOWN] + ("…" if len(shown) > SHOWN else ""), **params)


@dataclass(frozen=True, slots=True)
class RowError:
    """An error with its place: ``column`` is the header as in the file, "" for the whole row."""

    column: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The message in the active language."""
        return str(MESSAGES[self.code]) % dict(self.params)

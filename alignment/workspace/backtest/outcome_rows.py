"""A list of outcomes: who, won or lost, when.

Needs no database and no settings, because a process of its own reads the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from alignment.imports.parsing.errors import CellError
from alignment.imports.parsing.mapping import normalised_header
from alignment.imports.parsing.moments import guess_day_first, parse_moment
from alignment.imports.parsing.opening import open_table
from alignment.imports.parsing.tables import Limits, Row, UnreadableTable
from alignment.reference.rules import fold
from alignment.reference.web import BadAddress, parse_email

# Headers and values, normalized: lower case, without accents.
HEADERS = {
    "email": ("email", "e mail", "email address", "work email", "contact email", "mail",
              "courriel", "adresse e mail", "adresse email", "adresse mail"),
    "external_id": ("external id", "id", "contact id", "person id", "crm id", "record id",
                    "identifiant", "id externe", "id contact", "reference"),
    "outcome": ("outcome", "result", "status", "stage", "deal stage", "won", "won lost", "won or lost",
                "issue", "resultat", "statut", "etape", "gagne", "gagne perdu", "etat"),
    "date": ("date", "closed at", "close date", "closed on", "outcome date", "decided at",
             "closed date", "date de cloture", "cloture", "cloture le", "date de l issue",
             "date d issue", "date de signature", "decide le"),
}  # fmt: skip
WON = frozenset(
    ("won", "win", "closed won", "won deal", "yes", "true", "1", "gagne", "gagnee", "gagnes",
     "cloture gagne", "cloturee gagnee", "ferme gagne", "signe", "signee", "oui", "vrai")
)  # fmt: skip
LOST = frozenset(
    ("lost", "loss", "closed lost", "lost deal", "no", "false", "0", "perdu", "perdue", "perdus",
     "cloture perdu", "cloturee perdue", "ferme perdu", "non", "faux")
)  # fmt: skip
COMPLAINTS = {
    "row": _("This line cannot be read."),
    "nobody": _("Neither an e-mail address nor an external id."),
    "email": _("“%(value)s” is not an e-mail address."),
    "outcome": _("“%(value)s” is neither won nor lost."),
    "no_outcome": _("No outcome."),
    "date": _("“%(value)s” is not a date."),
    "future": _("%(value)s is in the future."),
    "unknown": _("Nobody in this program is known as “%(value)s”."),
    "no_lead": _("“%(value)s” had no lead by then."),
    "twice": _("“%(value)s” has an outcome in an earlier row."),
}
LONGEST_SHOWN = 80
LIMITS = Limits(file=20 * 2**20, cells=2_000_000)
MOST_ROWS = 100_000


class NoColumn(Exception):
    """The list lacks a required column, which the text names."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The index of each column; None if the list lacks it."""

    outcome: int
    email: int | None
    external_id: int | None
    date: int | None
    day_first: bool = False


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a row is skipped; `code` is a key of `COMPLAINTS`."""

    row: int
    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """A person's outcome, identified by e-mail address or else by external id."""

    row: int
    email: str
    external_id: str
    won: bool
    decided_at: datetime | None

    @property
    def who(self) -> str:
        return self.email or self.external_id


def said(complaint: dict[str, object]) -> str:
    """A stored error in the reader's language."""
    text = str(COMPLAINTS[str(complaint["code"])])
    return text % {"value": complaint["value"]}


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of outcomes; `zone` is that of times without one, and nothing after `now` counts."""

    path: Path
    zone: tzinfo
    now: datetime


def read_list(listed: Listed) -> list[OutcomeRow | Complaint]:
    """The rows of a CSV or XLSX file. Raises `UnreadableTable`, `NoColumn`."""
    with open_table(listed.path, limits=LIMITS) as table:
        columns = find_columns(table.headers, table.sample())
        read: list[OutcomeRow | Complaint] = []
        for row in table.rows():
            if len(read) >= MOST_ROWS:
                raise UnreadableTable("too_many_cells", limit=str(LIMITS.cells))
            read.append(read_row(row, columns, zone=listed.zone, now=listed.now))
        return read


def find_columns(headers: Sequence[str], sample: Sequence[Sequence[str]]) -> Columns:
    """The columns by their headers. Raises `NoColumn`."""
    words = [normalised_header(header) for header in headers]
    place = {name: _first(words, known) for name, known in HEADERS.items()}
    outcome, email, external_id, date = (
        place[name] for name in ("outcome", "email", "external_id", "date")
    )
    if outcome is None:
        raise NoColumn(
            _("No column with the outcome: name one “outcome” and write “won” or “lost” in it.")
        )
    if email is None and external_id is None:
        raise NoColumn(_("No column says who: name one “email” or “external id”."))
    dates = [row[date] for row in sample] if date is not None else []
    return Columns(outcome, email, external_id, date, guess_day_first(dates))


def _first(words: Sequence[str], known: Sequence[str]) -> int | None:
    """The column whose header comes first in `known`."""
    found = [words.index(header) for header in known if header in words]
    return found[0] if found else None


def read_row(row: Row, columns: Columns, *, zone: tzinfo, now: datetime) -> OutcomeRow | Complaint:
    """Parse a row. A date without a time starts at midnight in `zone`."""
    if row.fault:
        return Complaint(row.number, "row")
    cells = row.cells
    email = _cell(cells, columns.email).lower()
    external_id = _cell(cells, columns.external_id)
    if not email and not external_id:
        return Complaint(row.number, "nobody")
    if email:
        try:
            email = parse_email(email)
        except BadAddress:
            return Complaint(row.number, "email", email[:LONGEST_SHOWN])
    outcome = _cell(cells, columns.outcome)
    word = fold(outcome)
    if word not in WON and word not in LOST:
        return Complaint(row.number, "outcome" if word else "no_outcome", outcome[:LONGEST_SHOWN])
    moment = _moment(row.number, _cell(cells, columns.date), columns, zone, now)
    if isinstance(moment, Complaint):
        return moment
    return OutcomeRow(row.number, email, external_id, word in WON, moment)


def _moment(
    number: int, text: str, columns: Columns, zone: tzinfo, now: datetime
) -> datetime | Complaint | None:
    if not text:
        return None
    try:
        moment = parse_moment(text, zone=zone, day_first=columns.day_first)
    except CellError:
        return Complaint(number, "date", text[:LONGEST_SHOWN])
    return moment if moment <= now else Complaint(number, "future", text[:LONGEST_SHOWN])


def _cell(cells: Sequence[str], place: int | None) -> str:
    """Without NUL, which PostgreSQL cannot store."""
    return cells[place].replace("\0", "").strip() if place is not None else ""

"""The whole draft of a contract, submitted together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.http import QueryDict

from ..rules.contract import CONDITION, ELAPSED, MAX_CLAUSES, SIDES, TIMED, Contract
from .contract import NUMBER, NoteForm, PromiseRow

NEW_LADDER = [
    ("0", {"to": "manager", "after_minutes": 0, "channels": ["app", "email"]}),
    ("1", {"to": "owner", "after_minutes": 30, "channels": ["app", "email"]}),
]
NEW = {TIMED: {"unit": "hours", "counted": ELAPSED, "warn_at": "80"}, CONDITION: {}}


class ContractForm:
    """Promises and the note. A command such as "rung-up:3.1" changes rows without saving them."""

    def __init__(self, rows: list[PromiseRow], note: NoteForm) -> None:
        self.rows = rows
        self.note_form = note
        self.errors: list[str] = []

    @classmethod
    def of(cls, contract: Contract, note: str) -> ContractForm:
        rows = [PromiseRow.of(str(i), clause) for i, clause in enumerate(contract.clauses)]
        return cls(rows, NoteForm(initial={"note": note}))

    @classmethod
    def sent(cls, data: QueryDict) -> ContractForm:
        numbers = dict.fromkeys(n for n in data.getlist("row") if NUMBER.fullmatch(n))
        rows = [
            PromiseRow.sent(number, data, data.getlist(f"rungs-{number}"))
            for number in list(numbers)[:MAX_CLAUSES]
        ]
        return cls(rows, NoteForm(data))

    @property
    def is_full(self) -> bool:
        return len(self.rows) >= MAX_CLAUSES

    @property
    def has_wrong_rows(self) -> bool:
        """Whether a row has errors, perhaps out of sight further down."""
        return any(row.is_wrong for row in self.rows)

    @property
    def why(self) -> str:
        return str(self.note_form.cleaned_data.get("note") or "")

    def loosened(self) -> ContractForm:
        """The same values without errors."""
        note = NoteForm(initial={"note": self.note_form["note"].value()})
        return ContractForm([row.loosened() for row in self.rows], note)

    def rearrange(self, wish: str) -> None:
        """Do what a button asks; invalid commands do nothing."""
        verb, _colon, which = wish.partition(":")
        number, _dot, step = which.partition(".")
        row = next((row for row in self.rows if row.number == number), None)
        if verb in (TIMED, CONDITION):
            self.add(verb, which)
        elif row is not None:
            wishes: dict[str, Callable[[], None]] = {
                "remove": lambda: self.rows.remove(row),
                "up": lambda: self._move(row, -1),
                "down": lambda: self._move(row, 1),
                "rung-add": row.add_rung,
                "rung-remove": lambda: row.remove_rung(step),
                "rung-up": lambda: row.move_rung(step, -1),
                "rung-down": lambda: row.move_rung(step, 1),
            }
            wishes.get(verb, lambda: None)()
            row.is_open = verb.startswith("rung-")

    def add(self, kind: str, owes: str) -> None:
        """Add a promise with the default ladder."""
        if self.is_full or owes not in SIDES:
            return
        number = str(max((int(row.number) for row in self.rows), default=-1) + 1)
        start = {"kind": kind, "owes": owes, **NEW[kind]}
        self.rows.append(PromiseRow.filled(number, start, NEW_LADDER))

    def _move(self, row: PromiseRow, by: int) -> None:
        """Move it past its neighbour on the same side."""
        own = next(rows for _side, rows in self.sides if row in rows)
        place = own.index(row) + by
        if 0 <= place < len(own):
            one, other = self.rows.index(row), self.rows.index(own[place])
            self.rows[one], self.rows[other] = self.rows[other], self.rows[one]

    def is_valid(self) -> bool:
        return all([self.note_form.is_valid(), *(row.is_valid() for row in self.rows)])

    def content(self) -> dict[str, Any]:
        """The content to store; new promises get a key derived from what they are about."""
        rows = [row.row() for row in self.rows]
        _name(rows)
        return {"clauses": rows}

    def sketch(self) -> tuple[dict[str, Any], dict[str, str]]:
        """The contract as filled in so far, and the row number of each clause key."""
        found = [(row.number, clause) for row in self.rows if (clause := row.sketch()) is not None]
        clauses = [clause for _number, clause in found]
        _name(clauses)
        return {"clauses": clauses}, {clause["key"]: number for number, clause in found}

    def take_errors(self, errors: Mapping[str, str]) -> None:
        """Attach errors such as `clauses.2.ladder.0.channels` to their fields."""
        for path, text in errors.items():
            parts = path.split(".")
            if len(parts) > 2 and int(parts[1]) < len(self.rows):
                self.rows[int(parts[1])].take_error(parts[2:], text)
            else:
                self.errors.append(text)

    @property
    def sides(self) -> list[tuple[str, list[PromiseRow]]]:
        """Rows by the side that owes them; rows with an invalid side are shown under marketing."""
        sales = [row for row in self.rows if row.clause["owes"].value() == "sales"]
        return [("marketing", [r for r in self.rows if r not in sales]), ("sales", sales)]


def _name(clauses: list[dict[str, Any]]) -> None:
    taken = {clause["key"] for clause in clauses if "key" in clause}
    for clause in clauses:
        if "key" in clause:
            continue
        about = str(clause.get("ends") or clause.get("condition") or "clause")
        base = key = re.sub(r"[^a-z0-9]+", "-", about.lower())[:30] or "clause"
        number = 2
        while key in taken:
            key, number = f"{base}-{number}", number + 1
        clause["key"] = key
        taken.add(key)

"""Resolves the people and signals of a batch of events in one query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.models import Signal
from alignment.core.arrays import text_array
from alignment.core.prepared import fetch
from alignment.people.models import Program

from .event_rows import EventRow, Known

_KNOWN = """
SELECT kind::text, code, id FROM accounts_signal
    WHERE program_id = %(program)s AND code = ANY(%(signal)s::text[])
UNION ALL SELECT 'email', address, stakeholder_id FROM accounts_emailaddress
    WHERE program_id = %(program)s AND address = ANY(%(email)s::text[])
UNION ALL SELECT 'external_id', external_id, id FROM accounts_stakeholder
    WHERE program_id = %(program)s AND external_id = ANY(%(external_id)s::text[])
UNION ALL SELECT 'id', id::text, id FROM accounts_stakeholder
    WHERE program_id = %(program)s AND id = ANY(%(id)s::bigint[])
"""
KINDS: tuple[Known, ...] = ("id", "email", "external_id")


@dataclass(frozen=True, slots=True)
class Resolved:
    """Ids by the identifiers that the events use."""

    ids: dict[tuple[str, str], int]

    def signal(self, event: EventRow) -> int | None:
        return self.fact(event) or self.ids.get((Signal.Kind.BEHAVIOUR, event.signal))

    def fact(self, event: EventRow) -> int | None:
        """The id of its signal, if that signal is a fact."""
        return self.ids.get((Signal.Kind.FACT, event.signal))

    def person(self, event: EventRow) -> int | None:
        return self.ids.get((event.known_by, str(event.person)))


def resolve(program: Program, events: Sequence[EventRow]) -> Resolved:
    """Signals and stakeholders of this program that the events name."""
    people = {(event.known_by, event.person) for event in events}
    return Resolved(_known(program, {event.signal for event in events}, people))


def person_ids(
    program: Program, people: Iterable[tuple[Known, str | int]]
) -> dict[tuple[str, str], int]:
    """Ids of stakeholders by their identifiers."""
    return _known(program, (), people)


def unknown_addresses(resolved: Resolved, events: Iterable[EventRow]) -> dict[str, str]:
    """E-mail addresses that belong to nobody, with the source of the first event naming them."""
    found: dict[str, str] = {}
    for event in events:
        if event.known_by == "email" and resolved.person(event) is None:
            found.setdefault(str(event.person), event.source)
    return found


def _known(
    program: Program, codes: Iterable[str], people: Iterable[tuple[Known, str | int]]
) -> dict[tuple[str, str], int]:
    named: dict[Known, list[str]] = {kind: [] for kind in KINDS}
    for known_by, value in people:
        named[known_by].append(str(value))
    texts: dict[str, str] = {kind: text_array(values) for kind, values in named.items()}
    rows = fetch(_KNOWN, {"program": program.pk, "signal": text_array(codes), **texts})
    return {(kind, name): row_id for kind, name, row_id in rows}

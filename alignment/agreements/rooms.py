"""The rooms that carry agreements out. Each says here what is asked of its kind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from alignment.people.models import Program, User

from .models import Kind, Version
from .rules import Clause, Remark


def _nothing(program: Program, content: Mapping[str, Any]) -> list[Remark]:
    return []


@dataclass(frozen=True, slots=True)
class Room:
    """`check` raises `InvalidContent`; `clauses` puts contents in words, each by itself, with a number
    of queries that does not grow with them; `carry_out` runs in the transaction that brings a
    version in force (None: no person, its day has come); `remarks` says what readers of an open
    version should look at; `shipped` are the reasons of the version that a program starts from."""

    check: Callable[[Program, Mapping[str, Any]], None]
    clauses: Callable[[Program, Sequence[Mapping[str, Any]]], list[list[Clause]]]
    carry_out: Callable[[Version, User | None], None]
    remarks: Callable[[Program, Mapping[str, Any]], list[Remark]] = _nothing
    shipped: frozenset[str] = frozenset()


_ROOMS: dict[str, Room] = {}


def register(kind: Kind, room: Room) -> None:
    """Called once by each room when the applications are ready."""
    _ROOMS[kind] = room


def kinds() -> frozenset[str]:
    """The kinds that a room carries out."""
    return frozenset(_ROOMS)


def room_of(kind: str) -> Room:
    """The room that carries out this kind; a kind without one is a mistake of ours."""
    return _ROOMS[kind]


def shown_reason(reason: str) -> str:
    """A shipped reason in the reader's language; what the program wrote stays as it is."""
    return gettext(reason) if reason in _shipped() else reason


def kept_reason(said: str) -> str:
    """The shipped reason that `said` is in the reader's language, so that whoever reads it next reads
    theirs; anything else as it was said."""
    of_shipped = {_plain(gettext(reason)): reason for reason in _shipped()}
    return of_shipped.get(_plain(said), said)


def _shipped() -> set[str]:
    return {reason for room in _ROOMS.values() for reason in room.shipped}


def _plain(text: str) -> str:
    """Without the spaces that French sets and browsers may send back as common ones."""
    return " ".join(text.split())

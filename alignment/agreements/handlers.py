"""The rooms that carry agreements out. Each registers the functions for its kind here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from alignment.people.models import Program, User

from .models import Kind, Version
from .rules import Clause, Remark


def _no_remarks(program: Program, content: Mapping[str, Any]) -> list[Remark]:
    return []


@dataclass(frozen=True, slots=True)
class AgreementHandlers:
    """`check` raises `InvalidContent`; `clauses` puts each content in words, with a number of
    queries that does not grow with them; `carry_out` runs in the transaction that brings a version
    in force (its user is None when the start date came); `remarks` lists what readers of an open
    version should look at; `shipped` holds the reasons in the version that a program starts from.
    """

    check: Callable[[Program, Mapping[str, Any]], None]
    clauses: Callable[[Program, Sequence[Mapping[str, Any]]], list[list[Clause]]]
    carry_out: Callable[[Version, User | None], None]
    remarks: Callable[[Program, Mapping[str, Any]], list[Remark]] = _no_remarks
    shipped: frozenset[str] = frozenset()


_HANDLERS: dict[str, AgreementHandlers] = {}


def register(kind: Kind, room: AgreementHandlers) -> None:
    """Called once by each room when the applications are ready."""
    _HANDLERS[kind] = room


def kinds() -> frozenset[str]:
    """The kinds for which a room is registered."""
    return frozenset(_HANDLERS)


def handlers_of(kind: str) -> AgreementHandlers:
    """The room that carries out this kind; a kind without one is a bug."""
    return _HANDLERS[kind]


def shown_reason(reason: str) -> str:
    """A shipped reason in the reader's language; a program's own text stays as it is."""
    return gettext(reason) if reason in _shipped() else reason


def kept_reason(said: str) -> str:
    """Turns a shipped reason in the reader's language back into the shipped text, so that the next
    reader gets their own language; any other text is returned unchanged.
    """
    of_shipped = {_plain(gettext(reason)): reason for reason in _shipped()}
    return of_shipped.get(_plain(said), said)


def _shipped() -> set[str]:
    return {reason for room in _HANDLERS.values() for reason in room.shipped}


def _plain(text: str) -> str:
    """Joined by common spaces: browsers may send French no-break spaces back as common ones."""
    return " ".join(text.split())

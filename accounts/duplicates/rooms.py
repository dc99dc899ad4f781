"""The rooms above that have a say when accounts are merged: what moving a link does not settle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import Account
from alignment.people.models import User


@dataclass(frozen=True, slots=True)
class Room:
    """Of (survivor, gone). `warnings`: what a merge would end, in words, told before it.

    `settle` runs in the transaction of the merge, while everything still means the account that it
    meant; by whom (None: the machine) comes third.
    """

    warnings: Callable[[Account, Account], list[str]]
    settle: Callable[[Account, Account, User | None], None]


_ROOMS: list[Room] = []


def register(room: Room) -> None:
    """Called once by each room when the applications are ready."""
    _ROOMS.append(room)


def warnings_of(survivor: Account, gone: Account) -> list[str]:
    """What making `gone` part of `survivor` would end."""
    return [words for room in _ROOMS for words in room.warnings(survivor, gone)]


def settle(survivor: Account, gone: Account, by: User | None) -> None:
    for room in _ROOMS:
        room.settle(survivor, gone, by)

"""Hooks for rooms above that must act when accounts are merged, beyond moving their links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import Account
from alignment.people.models import User


@dataclass(frozen=True, slots=True)
class MergeHooks:
    """A room's hooks, called with (survivor, gone). `warnings`: what a merge would end, in words.

    `lock` takes the room's own locks before the accounts are locked: whoever holds one of them may
    be about to insert a row that refers to an account, and would wait for the merge. `settle` runs
    in the transaction of the merge, before any link is moved; its third argument is the person who
    merges (None: the system).
    """

    warnings: Callable[[Account, Account], list[str]]
    lock: Callable[[Account, Account], None]
    settle: Callable[[Account, Account, User | None], None]


_HOOKS: list[MergeHooks] = []


def register(room: MergeHooks) -> None:
    """Called once by each room when the applications are ready."""
    _HOOKS.append(room)


def warnings_of(survivor: Account, gone: Account) -> list[str]:
    """Warnings about what merging `gone` into `survivor` would end."""
    return [words for room in _HOOKS for words in room.warnings(survivor, gone)]


def lock_for_merge(survivor: Account, gone: Account) -> None:
    """Until the transaction ends, no room changes what `settle` is about to change."""
    for room in _HOOKS:
        room.lock(survivor, gone)


def settle(survivor: Account, gone: Account, by: User | None) -> None:
    for room in _HOOKS:
        room.settle(survivor, gone, by)

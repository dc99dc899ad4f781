"""Telling people: a notice each, and from it what leaves by e-mail, Slack or webhook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from alignment.core.live import bus
from alignment.people.models import Program, User

from ..models import Notice


@dataclass(frozen=True, slots=True)
class Words:
    """What one person reads. `path` is a page of the program, from the root of the site."""

    title: str
    text: str = ""
    path: str = ""


def tell(
    *,
    program: Program,
    users: Sequence[User],
    kind: str,
    cause: str,
    words: Callable[[], Words],
) -> None:
    """Write one notice per person, each in the person's language; `words` is called per language.

    `cause` names what it is about ("clock-42-breach-1"): the same cause is told once, however
    often this runs. Call it in the transaction of what it tells of.
    """
    spoken: dict[str, Words] = {}
    for user in users:
        if user.language not in spoken:
            with translation.override(user.language):
                spoken[user.language] = words()
    Notice.objects.bulk_create(
        [
            Notice(
                program=program,
                user=user,
                kind=kind,
                cause=cause[:120],
                title=spoken[user.language].title[:200],
                text=spoken[user.language].text,
                path=spoken[user.language].path[:300],
            )
            for user in users
        ],
        ignore_conflicts=True,
    )
    bus.publish(program.pk, *(f"notices-{user.pk}" for user in users))


def announce(
    *, program: Program, event: str, cause: str, data: Mapping[str, Any], text: str
) -> None:
    """Put an event into the outbox of the program's endpoints that want it. `text` is for Slack."""

"""The days of a period have one name in every request and reply: `from` and `to`."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from rest_framework import serializers

NAMES = {"first": "from", "last": "to"}


def unknown(name: str, known: Container[str], otherwise: str) -> str:
    """What to say of a name that there is not: its new one, where it has one."""
    new = NAMES.get(name)
    return f"It is called `{new}`." if new and new in known else otherwise


class WithPeriod(serializers.Serializer[Any]):
    """`from` is a word of Python, so its field is declared as `first` and renamed; `last` goes with it.
    Both need their source."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {NAMES.get(name, name): field for name, field in super().get_fields().items()}

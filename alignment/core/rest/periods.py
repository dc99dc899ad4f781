"""The days of a period are called `from` and `to` in every request and reply."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from rest_framework import serializers

NAMES = {"first": "from", "last": "to"}


def unknown(name: str, known: Container[str], otherwise: str) -> str:
    """The message for an unknown name; it gives the new name if the field was renamed."""
    new = NAMES.get(name)
    return f"It is called `{new}`." if new and new in known else otherwise


class WithPeriod(serializers.Serializer[Any]):
    """`from` is a Python keyword, so the field is declared as `first` and renamed, and `last`
    likewise. Both declarations need an explicit `source`.
    """

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {NAMES.get(name, name): field for name, field in super().get_fields().items()}

"""Names over the API. The days of a period are called `from` and `to` in every request and reply."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from rest_framework import serializers

NAMES = {"first": "from", "last": "to"}


def unknown(name: str, known: Container[str], otherwise: str) -> str:
    """The message for an unknown name; it gives the right one if that only ends otherwise
    (`account` for `account_id`) or was renamed."""
    likely = (NAMES.get(name, name), f"{name}_id", f"{name}_email", f"{name}_ids")
    found = next((each for each in likely if each in known), None)
    return f"It is called `{found}`." if found else otherwise


class WithPeriod(serializers.Serializer[Any]):
    """`from` is a Python keyword, so the field is declared as `first` and renamed, and `last`
    likewise. Both declarations need an explicit `source`.
    """

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {NAMES.get(name, name): field for name, field in super().get_fields().items()}

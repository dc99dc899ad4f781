"""Ids of rows in bodies."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from alignment.core.addresses import HIGHEST_ID


class IdField(serializers.IntegerField):
    """A number that the id of a row can be."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=HIGHEST_ID, **options)

"""Names over the API: the rule of the forms."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers

from alignment.core.names import named


class NameField(serializers.CharField):
    """A text of which something is seen."""

    def to_internal_value(self, data: Any) -> str:
        try:
            return named(super().to_internal_value(data))
        except ValidationError as refused:
            raise serializers.ValidationError(refused.messages, code="invisible") from refused

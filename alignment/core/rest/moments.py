"""Dates with times, as API clients write them."""

import datetime
from typing import Any

from rest_framework import serializers


def parse_moment(text: str) -> datetime.datetime:
    """An ISO 8601 date and time with its zone, converted to UTC.

    Raises ValueError; `NoZone` when only the zone is missing. PostgreSQL accepts offsets up to
    15:59, Python up to 23:59; in UTC the difference does not matter. RFC 3339 allows lowercase
    letters.
    """
    moment = datetime.datetime.fromisoformat(text.upper())
    if moment.tzinfo is None:
        raise NoZone(text)
    try:
        return moment.astimezone(datetime.UTC)
    except OverflowError as error:
        raise ValueError(text) from error


class NoZone(ValueError):
    """A date and time without a time zone."""


class MomentField(serializers.DateTimeField):
    """A date and time as clients write it, also in lowercase letters."""

    def to_internal_value(self, value: Any) -> Any:
        return super().to_internal_value(value.upper() if isinstance(value, str) else value)


class ZonedDateTimeField(MomentField):
    """A date and time with its zone; without a zone it is refused instead of guessed."""

    def enforce_timezone(self, value: Any) -> Any:
        if value.tzinfo is None:
            raise serializers.ValidationError("Needs a time zone, such as Z.")
        return super().enforce_timezone(value)

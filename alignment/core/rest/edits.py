"""Concurrent edits over the API: the later writer gets 409 with both values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from .problems import FieldError, Problem, pointer
from .schema import ProblemBody

DETAIL = "Somebody else wrote this after you read it. Look at `now`, then send yours again with it."


class OvertakenProblem(ProblemBody):
    """Nothing was written: the fields in `errors` have changed since you read them."""

    now: Any = serializers.DictField(required=False, help_text="What stands there, by field.")
    yours: Any = serializers.DictField(required=False, help_text="What you sent, by field.")

    class Meta:
        ref_name = "OvertakenProblem"


def overtaken(fields: Iterable[str], now: Mapping[str, Any], yours: Mapping[str, Any]) -> Problem:
    """The 409; `fields` are named as in the API."""
    names = sorted(fields)
    errors: list[FieldError] = [
        {"pointer": pointer(name), "detail": "Somebody else wrote another value."} for name in names
    ]
    more = {
        "now": {name: now.get(name) for name in names},
        "yours": {name: yours.get(name) for name in names},
    }
    return Problem(409, DETAIL, errors=errors, more=more)

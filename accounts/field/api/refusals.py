"""What actions refuse, as problems that point at the field."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import ValidationError

from alignment.core.rest import Problem
from alignment.core.rest.problems import FieldError, pointer

T = TypeVar("T")


def done(action: Callable[[], T], **names: str) -> T:
    """The result of an action; what it refuses becomes a 422. `names` are fields that the API calls
    otherwise than the action does."""
    try:
        return action()
    except ValidationError as refused:
        errors: list[FieldError] = [
            {"pointer": pointer(names.get(name, name)), "detail": text}
            for name, texts in refused.message_dict.items()
            for text in texts
        ]
        raise Problem(422, "Some values were not accepted.", errors=errors) from refused


def refused(name: str, text: str) -> Problem:
    error: FieldError = {"pointer": pointer(name), "detail": text}
    return Problem(422, "Some values were not accepted.", errors=[error])

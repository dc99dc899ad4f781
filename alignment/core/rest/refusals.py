"""Turns refusals of actions into problems that point at the field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from django.core.exceptions import ValidationError

from .problems import FieldError, Problem, pointer

NOT_ACCEPTED = "Some values were not accepted."
T = TypeVar("T")


def done(action: Callable[[], T], **names: str) -> T:
    """The result of an action; its refusals become a 422. `names` maps the action's field names to
    the API's where they differ.
    """
    try:
        return action()
    except ValidationError as wrong:
        raise invalid(wrong, names) from wrong


def invalid(wrong: ValidationError, names: Mapping[str, str] | None = None) -> Problem:
    """422 with all errors, by field where they belong to one."""
    if not hasattr(wrong, "error_dict"):
        return Problem(422, " ".join(wrong.messages))
    sent_as = names or {}
    errors: list[FieldError] = [
        {"pointer": pointer(sent_as.get(name, name)), "detail": text}
        for name, texts in wrong.message_dict.items()
        for text in texts
    ]
    return Problem(422, NOT_ACCEPTED, errors=errors)


def refused(name: str, text: str) -> Problem:
    """422 at the field `name`."""
    return refused_at(pointer(name), text)


def refused_at(place: str, text: str) -> Problem:
    """422 at a JSON pointer; "" is the body as a whole."""
    error: FieldError = {"pointer": place, "detail": text}
    return Problem(422, NOT_ACCEPTED, errors=[error])

"""What actions refuse, as problems that point at the field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from django.core.exceptions import ValidationError

from .problems import FieldError, Problem, pointer

NOT_ACCEPTED = "Some values were not accepted."
T = TypeVar("T")


def done(action: Callable[[], T], **names: str) -> T:
    """The result of an action; what it refuses becomes a 422. `names` are fields that the API calls
    otherwise than the action does."""
    try:
        return action()
    except ValidationError as wrong:
        raise invalid(wrong, names) from wrong


def invalid(wrong: ValidationError, names: Mapping[str, str] | None = None) -> Problem:
    """422 with all that is wrong, by field where it is of one."""
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

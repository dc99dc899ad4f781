"""Errors as problem+json (RFC 9457), with a JSON pointer to each wrong field."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypedDict

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

log = logging.getLogger(__name__)

# Seconds to wait before retrying after the database did not answer.
DATABASE_BACK = 5
DATABASE_AWAY = "The database does not answer. Send the request again in a moment."
BROKEN = "Something broke on our side; nothing was changed."


class FieldError(TypedDict):
    """`pointer` is a JSON pointer (RFC 6901) into the request body."""

    pointer: str
    detail: str


class Problem(exceptions.APIException):
    """A refusal: its status, a sentence for the developer and the fields that caused it."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """`more` holds members specific to this kind of problem, beside those that all have."""
        super().__init__(detail)
        self.status_code = status
        self.errors = list(errors)
        self.more = more or {}
        self.wait = retry_after


def pointer(*steps: str | int) -> str:
    """JSON pointer: ("events", 3, "source") -> "/events/3/source"; always encodable as UTF-8."""
    path = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
    return path.encode(errors="replace").decode()


def errors_at(detail: Any, *steps: str | int) -> list[FieldError]:
    """A serializer's nested errors as a flat list of pointers."""
    return list(_flatten(detail, steps))


def _flatten(detail: Any, steps: tuple[str | int, ...]) -> Iterator[FieldError]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            whole = name == "non_field_errors"
            yield from _flatten(inner, steps if whole else (*steps, name))
    elif isinstance(detail, list | tuple):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from _flatten(inner, (*steps, index) if nested else steps)
    else:
        yield {"pointer": pointer(*steps), "detail": str(detail)}


def refuse_missing(
    given: Sequence[int], rows: QuerySet[Any], detail: str, *steps: str | int, last: str = ""
) -> None:
    """Raises `Problem` 422 that points at each given id without a row; `steps` lead to the list,
    and `last` names the id if its items are objects.
    """
    known = set(rows.filter(pk__in=given).values_list("pk", flat=True)) if given else set()
    end = (last,) if last else ()
    errors: list[FieldError] = [
        {"pointer": pointer(*steps, index, *end), "detail": detail}
        for index, pk in enumerate(given)
        if pk not in known
    ]
    if errors:
        raise Problem(422, "Some values were not accepted.", errors=errors)


def problem_details(error: Exception, context: dict[str, Any]) -> Response:
    """The exception handler of the API. An unknown exception is a bug: 500, logged."""
    # Not at module level: rest_framework's views module loads this one through the settings.
    from rest_framework.views import exception_handler

    if isinstance(error, SuspiciousOperation):
        # Django's own limits on forms and bodies.
        error = Problem(413 if isinstance(error, RequestDataTooBig) else 400, "Refused: too much.")
    if isinstance(error, OperationalError | InterfaceError):
        # The database is down, out of connections or cancelled the statement: a passing fault.
        log.error("database did not answer", exc_info=error)
        error = Problem(503, DATABASE_AWAY, retry_after=DATABASE_BACK)
    response = exception_handler(error, context)
    if response is None:
        log.error("API call failed", exc_info=error, extra={"request": context.get("request")})
        error = Problem(500, BROKEN)
        response = Response(status=500)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(response.status_code).phrase,
        "status": response.status_code,
        "detail": _sentence(error),
    }
    errors = _errors(error)
    if errors:
        body["errors"] = errors
    if isinstance(error, Problem):
        body |= error.more
    response.data = body
    return response


def _sentence(error: Exception) -> str:
    if isinstance(error, Http404):
        return "There is nothing here."
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        # The action's own message says more than the framework's.
        said = str(error) if isinstance(error, PermissionDenied) else ""
        return said or "This key or person may not do that."
    if isinstance(error, exceptions.ValidationError):
        return "Some parameters were not accepted."
    return str(getattr(error, "detail", ""))


def _errors(error: Exception) -> list[Any]:
    if isinstance(error, Problem):
        return error.errors
    # Bodies are refused with `Problem`; this is what filters and pages report of the query string.
    if isinstance(error, exceptions.ValidationError):
        return _parameters(error.detail)
    return []


def _parameters(detail: Any) -> list[dict[str, str]]:
    named: Iterable[tuple[str, Any]] = (
        detail.items() if isinstance(detail, dict) else [("", detail)]
    )
    return [
        {"parameter": name, "detail": error["detail"]}
        for name, inner in named
        for error in errors_at(inner)
    ]

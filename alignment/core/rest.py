"""REST foundations: problem+json errors (RFC 9457), strict JSON in, cursor pages out."""

import json
from typing import Any

from django.http import Http404
from django.core.exceptions import PermissionDenied
from rest_framework import exceptions, status
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer as DRFJSONRenderer
from rest_framework.response import Response


class JSONRenderer(DRFJSONRenderer):
    """Plain JSON; errors are labelled `application/problem+json`."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Any = None,
    ) -> bytes:
        response = (renderer_context or {}).get("response")
        if response is not None and response.status_code >= status.HTTP_400_BAD_REQUEST:
            response["Content-Type"] = "application/problem+json"
        return super().render(data, accepted_media_type, renderer_context)


def _reject_nul(text: str) -> None:
    if "\\u0000" in text or "\x00" in text:
        raise exceptions.ParseError("NUL characters are not allowed.")


class StrictJSONParser(JSONParser):
    """JSON that PostgreSQL can store: UTF-8, no NUL, no NaN, an object or array of sane depth."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            text = stream.read().decode("utf-8")
            _reject_nul(text)
            return json.loads(text, parse_constant=_refuse_constant)
        except RecursionError as error:
            raise exceptions.ParseError("The JSON is nested too deeply.") from error
        except ValueError as error:
            raise exceptions.ParseError(f"This is not valid JSON: {error}") from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


class CursorPages(CursorPagination):
    """Pages by cursor; `limit` up to 200 rows."""

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200
    ordering = "-id"


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every error as problem+json; field errors under `errors`."""
    # Not at the top: the views module itself loads this one through the settings.
    from rest_framework.views import exception_handler

    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, Http404):
        detail: Any = "There is nothing here."
    elif isinstance(error, PermissionDenied):
        detail = "This key or person may not do that."
    else:
        detail = getattr(error, "detail", "")
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": response.status_text,
        "status": response.status_code,
    }
    if isinstance(error, exceptions.ValidationError):
        body["detail"] = "Some values were not accepted."
        body["errors"] = error.detail
    else:
        body["detail"] = str(detail)
    response.data = body
    return response

"""The reply to a request that failed outside of what views and the API handle."""

import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

from alignment.core.rest.problems import BROKEN, DATABASE_AWAY, DATABASE_BACK


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 with `Retry-After` while the database does not answer; for the API a problem."""
    is_away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_away else HTTPStatus.INTERNAL_SERVER_ERROR
    if request.path.startswith("/api/"):
        response = _problem(status, DATABASE_AWAY if is_away else BROKEN)
    else:
        response = defaults.server_error(request)
        response.status_code = status
    if is_away:
        response["Retry-After"] = str(DATABASE_BACK)
    return response


def _problem(status: HTTPStatus, detail: str) -> HttpResponse:
    body = {"type": "about:blank", "title": status.phrase, "status": status, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")

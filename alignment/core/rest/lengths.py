"""The length of bodies sent in chunks, which clients do not announce but much code relies on."""

import os
from collections.abc import Callable
from typing import IO

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


class MeasuredBodyMiddleware:
    """Sets the content length of a chunked body, which its client did not send.

    Without a length, Django REST framework takes the body to be empty, forms get no data and no
    limit applies. By now the ASGI handler has received the whole body, so it can be measured.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request, ASGIRequest) and not request.META.get("CONTENT_LENGTH"):
            request.META["CONTENT_LENGTH"] = str(_length(request))
        return self.get_response(request)


def _length(request: ASGIRequest) -> int:
    body: IO[bytes] = request._stream
    length = body.seek(0, os.SEEK_END)
    body.seek(0)
    return length

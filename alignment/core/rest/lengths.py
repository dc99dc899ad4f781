"""Bodies sent in chunks: nobody announced how long they are, and much relies on that."""

import os
from collections.abc import Callable
from typing import IO

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


class MeasuredBodyMiddleware:
    """Says how long a chunked body is, as its client did not.

    Without a length Django REST framework takes a body for empty, forms hold nothing, and no
    limit applies. The ASGI handler has received the whole body by now, so it can be measured.
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

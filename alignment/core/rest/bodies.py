"""JSON in and out: only what PostgreSQL can store is accepted."""

import json
import math
import re
from collections.abc import Iterator
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer as DRFJSONRenderer
from rest_framework.request import Request

from .problems import FieldError, Problem, pointer

# Only a text that contains these is worth searching for NUL and lone surrogates.
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
DEEPEST = 32
# Ten times what any view takes.
LONGEST_LIST = 10_000


class JSONRenderer(DRFJSONRenderer):
    """Plain JSON; errors are labelled `application/problem+json`."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Any = None,
    ) -> bytes:
        response = (renderer_context or {}).get("response")
        if response is not None and response.status_code >= 400:
            response["Content-Type"] = "application/problem+json"
        try:
            return super().render(data, accepted_media_type, renderer_context)
        except UnicodeEncodeError:
            # A lone surrogate, quoted from the request.
            return json.dumps(data, cls=self.encoder_class, ensure_ascii=False).encode(
                errors="replace"
            )


class StrictJSONParser(JSONParser):
    """UTF-8 JSON of bounded size and depth; no NaN, NUL or lone surrogate.

    A view that accepts good rows and rejects bad ones sets `checks_texts = True` and checks them
    itself.
    """

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        view = (parser_context or {}).get("view")
        return parse_json(
            read_limited(stream), check_texts=not getattr(view, "checks_texts", False)
        )


def parse_json(body: bytes, *, check_texts: bool = True) -> Any:
    """The value in `body`; raises `Problem` 400 when it is malformed or cannot be stored, 413 when
    it has a list that no view takes.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, f"The body is not UTF-8: byte {error.start} is invalid.") from error
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_each_name_once)
    except RecursionError as error:
        raise Problem(400, "The JSON is nested too deeply.") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Problem(400, f"This is not valid JSON: {error.msg}, {where}.") from error
    except ValueError as error:
        # Python refuses to parse a number of several thousand digits.
        raise Problem(400, "A number has too many digits.") from error
    if text.count(",") >= LONGEST_LIST:
        _refuse_long_lists(value)
    if check_texts and (_SUSPECT.search(text) or "\x00" in text):
        errors = list(unstorable(value))
        if errors:
            raise Problem(400, "Some texts cannot be stored.", errors=errors)
    return value


def _refuse_long_lists(value: Any) -> None:
    """Serializers check and complain of each entry before they look at the length."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            if len(each) > LONGEST_LIST:
                text = f"A list has more than {LONGEST_LIST:,} entries. Send smaller batches."
                raise Problem(413, text)
            waiting += each


def read_limited(stream: IO[bytes]) -> bytes:
    """The whole body; raises `Problem` 413 above the limit without reading the rest."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    body = stream.read(limit + 1)
    if len(body) > limit:
        raise too_large()
    return body


def too_large() -> Problem:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    return Problem(413, f"The body is larger than {limit} bytes. Send smaller batches.")


def refuse_large(request: Request) -> None:
    """Refuse by the announced length, before anything is read."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    if announced.isdecimal() and int(announced) > limit:
        raise too_large()


def refuse_encoded(request: Request) -> None:
    """Refuse a compressed body: its few bytes may stand for any number."""
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding != "identity":
        raise Problem(415, f"A body is sent as it is, not as {encoding[:40]}.")


def storable_text(text: str) -> bool:
    """False for NUL and lone surrogates, which PostgreSQL refuses."""
    if "\x00" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def unstorable(value: Any, *steps: str | int) -> Iterator[FieldError]:
    """An error for each place in a JSON value that PostgreSQL could not store or is too deep."""
    if isinstance(value, str):
        if not storable_text(value):
            yield _error(steps, "Contains NUL or half a surrogate pair.")
    elif isinstance(value, dict | list):
        if len(steps) >= DEEPEST:
            yield _error(steps, "Nested too deeply.")
            return
        yield from _unstorable_members(value, steps)
    elif isinstance(value, float) and not math.isfinite(value):
        yield _error(steps, "The number is out of range.")


def _unstorable_members(
    value: dict[str, Any] | list[Any], steps: tuple[str | int, ...]
) -> Iterator[FieldError]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from unstorable(item, *steps, index)
        return
    for name, item in value.items():
        if storable_text(name):
            yield from unstorable(item, *steps, name)
        else:
            yield _error(steps, "A name contains NUL or half a surrogate pair.")


def _error(steps: tuple[str | int, ...], detail: str) -> FieldError:
    return {"pointer": pointer(*steps), "detail": detail}


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuses duplicate names, of which JSON parsers would silently keep the last value."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Problem(400, f"An object has “{name[:60]}” more than once.")
        found[name] = value
    return found


def _refuse_constant(name: str) -> Any:
    raise Problem(400, f"This is not valid JSON: {name} is not a number.")

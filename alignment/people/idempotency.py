"""`Idempotency-Key`: a request that is sent again gets the first reply and does nothing twice.

The claim, the work and the kept reply are one transaction. A server that dies in the middle
therefore leaves nothing behind, and the request may simply be sent again. A refused request changed
nothing and its reply is not kept, so the corrected request may use the same key.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.rest import Problem
from alignment.core.rest.bodies import refuse_large, too_large

from .models import ApiKey, IdempotentReply

KEPT = timedelta(hours=24)
LONGEST = 255
HEADER = "Idempotency-Key"
Handler = Callable[..., Response]

# One request at a time per name; a second one is refused at once instead of waiting.
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
CLAIM = """
INSERT INTO people_idempotentreply AS kept (api_key_id, key, request_hash, created_at)
VALUES (%(api_key)s, %(name)s, %(digest)s, now())
ON CONFLICT (api_key_id, key) DO UPDATE
    SET request_hash = excluded.request_hash, created_at = excluded.created_at,
        status = NULL, body = NULL
    WHERE kept.created_at < now() - %(kept)s
RETURNING id
"""


def idempotent(handler: Handler) -> Handler:
    """Wraps a view's `post`. Without the header nothing changes."""

    @wraps(handler)
    def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        name = request.headers.get(HEADER)
        if name is None or not isinstance(request.auth, ApiKey):
            return handler(view, request, *args, **kwargs)
        _check_name(name)
        digest = _digest(request)
        with transaction.atomic():
            reply_id = _claim(request.auth.pk, name, digest)
            if reply_id is None:
                return _replay(request.auth.pk, name, digest)
            response = handler(view, request, *args, **kwargs)
            if response.status_code >= 400:
                transaction.set_rollback(True)
            else:
                _keep(reply_id, response)
        return response

    return once


def purge() -> int:
    """Delete replies older than a day; returns how many."""
    old = IdempotentReply.objects.filter(created_at__lt=timezone.now() - KEPT)
    return old.delete()[0]


def _check_name(name: str) -> None:
    if not (0 < len(name) <= LONGEST and name.isascii() and name.isprintable() and " " not in name):
        raise Problem(400, f"{HEADER} takes 1 to {LONGEST} visible ASCII characters.")


def _digest(request: Request) -> str:
    """SHA-256 over method, URL and body, so that a key cannot be reused for another request."""
    plain = request._request
    found = hashlib.sha256(f"{request.method} {plain.get_full_path()}\n".encode())
    if request.content_type.startswith("multipart/"):
        _digest_form(request, found)
    else:
        refuse_large(request)
        if len(plain.body) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
            raise too_large()
        found.update(plain.body)
    return found.hexdigest()


def _digest_form(request: Request, found: Any) -> None:
    # A form's boundary differs each time, so the fields are compared, not the bytes.
    fields: Any = request.data
    for name, value in sorted(fields.items()):
        found.update(f"{name}\n".encode())
        if hasattr(value, "chunks"):
            for chunk in value.chunks():
                found.update(chunk)
            value.seek(0)
        else:
            found.update(str(value).encode(errors="replace"))


def _claim(api_key: int, name: str, digest: str) -> int | None:
    """The id of a newly claimed row; None when there is a kept reply."""
    with connection.cursor() as cursor:
        cursor.execute(TRY_LOCK, [f"{api_key}:{name}"])
        if not cursor.fetchone()[0]:
            raise Problem(409, f"A request with this {HEADER} is still running.", retry_after=1)
        parameters: Any = {"api_key": api_key, "name": name, "digest": digest, "kept": KEPT}
        cursor.execute(CLAIM, parameters)
        row = cursor.fetchone()
    return row[0] if row else None


def _replay(api_key: int, name: str, digest: str) -> Response:
    kept = IdempotentReply.objects.get(api_key_id=api_key, key=name)
    if kept.request_hash != digest:
        raise Problem(422, f"This {HEADER} was used for another request.")
    return Response(kept.body, status=kept.status, headers={"Idempotent-Replayed": "true"})


def _keep(reply_id: int, response: Response) -> None:
    body = json.loads(JSONRenderer().render(response.data) or b"null")
    IdempotentReply.objects.filter(pk=reply_id).update(status=response.status_code, body=body)

"""A key, and a client that speaks JSON with it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import models
from django.test import Client

from tests.cast import Cast, api_key, bearer

Reply = Any
LONG_AGO, SINCE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


@dataclass
class Api:
    """Calls of `/api/v1/` with one key; bodies are encoded as JSON unless they are bytes."""

    secret: str
    client: Client

    def get(self, path: str, **query: Any) -> Reply:
        return self.client.get(f"/api/v1/{path}", query, headers=bearer(self.secret))

    def send(self, method: str, path: str, body: Any, **headers: str) -> Reply:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = headers.pop("content_type", "application/json")
        return self.client.generic(
            method, f"/api/v1/{path}", data, kind, headers={**bearer(self.secret), **headers}
        )

    def post(self, path: str, body: Any = b"", **headers: str) -> Reply:
        return self.send("POST", path, body, **headers)

    def patch(self, path: str, body: Any) -> Reply:
        return self.send("PATCH", path, body)

    def put(self, path: str, body: Any) -> Reply:
        return self.send("PUT", path, body)


@pytest.fixture
def client_with() -> Callable[..., Api]:
    return lambda secret: Api(secret, Client(raise_request_exception=False))


@pytest.fixture
def api(cast: Cast, client_with: Callable[..., Api]) -> Api:
    """A key with every scope, owned by the program's owner."""
    return client_with(api_key(cast.program, cast.owner))


@pytest.fixture
def stranger_api(cast: Cast, client_with: Callable[..., Api]) -> Api:
    return client_with(api_key(cast.other_program, cast.stranger))


@pytest.fixture
def aged() -> Callable[[type[models.Model]], None]:
    """Makes all rows of a model look as if they had changed long ago."""

    def age(model: type[models.Model]) -> None:
        model._base_manager.update(updated_at=LONG_AGO)

    return age


def news(api: Api, path: str) -> list[int]:
    """Ids of the rows of a list by change that changed since they were `aged`."""
    rows = api.get(path, updated_since=SINCE.isoformat(), order="-updated_at").json()["items"]
    return [row["id"] for row in rows]


def problem(reply: Reply, status: int) -> dict[str, Any]:
    """The body of a refusal, checked to be a problem document (RFC 9457)."""
    assert reply.status_code == status, reply.content[:500]
    assert reply["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = reply.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


def pointers(body: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in body.get("errors", [])]

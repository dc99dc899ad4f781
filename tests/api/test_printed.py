"""The requests printed in docs/api.md and README.md are those that the API takes."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
PRINTED = re.compile(r"(?:\$API|http://127\.0\.0\.1:8000/api/v1)(/[a-z][^\s\"'`]*)")


def printed() -> list[tuple[str, str]]:
    """The file and the address of each request."""
    return [
        (name, address)
        for name in ("README.md", "docs/api.md")
        for address in PRINTED.findall((ROOT / name).read_text())
    ]


def test_what_is_printed_is_in_the_document() -> None:
    reply = Client().get("/api/v1/schema/", headers={"Accept": "application/json"})
    paths: dict[str, Any] = reply.json()["paths"]
    shapes = {re.sub(r"\{[^}]+\}", "1", path): item for path, item in paths.items()}
    wrong, asked = [], 0
    for name, address in printed():
        parts = urlsplit(re.sub(r"\$[A-Z]+|\{id\}", "1", address))
        if parts.path in ("/docs/", "/schema/"):
            continue
        asked += 1
        item = shapes.get("/api/v1" + re.sub(r"/\d+/", "/1/", parts.path))
        known = {
            each["name"]
            for operation in (item or {}).values()
            for each in operation.get("parameters", ())
        }
        if item is None or not {key for key, _ in parse_qsl(parts.query)} <= known:
            wrong.append((name, address))
    assert wrong == []
    assert asked > 15

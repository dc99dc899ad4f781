"""A database that does not answer is not the caller's error, and is temporary."""

import socket
from collections.abc import Iterator

import pytest
from django.db import connections

from tests.api.conftest import Api, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def no_database(api: Api, free_port: int) -> Iterator[None]:
    """This thread's connections go to a closed port; the key of `api` was created before."""
    answering = connections["default"]
    place = {"HOST": "127.0.0.1", "PORT": str(free_port), "OPTIONS": {}}
    connections["default"] = type(answering)({**answering.settings_dict, **place}, "default")
    yield
    connections["default"] = answering


@pytest.mark.usefixtures("no_database")
def test_a_refused_connection_is_a_503_that_says_when_to_come_again(api: Api) -> None:
    for reply in (
        api.get("accounts/"),
        api.post("accounts/", {"name": "A"}),
        api.post("accounts/", {"name": "A"}, **{"Idempotency-Key": "k"}),
    ):
        body = problem(reply, 503)
        assert int(reply["Retry-After"]) > 0
        assert "127.0.0.1" not in body["detail"]

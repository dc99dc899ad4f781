"""What a browser is told while the database does not answer."""

from collections.abc import Iterator

import pytest
from django.db import connections
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(cast: Cast) -> Client:
    client: Client = cast.client("rep")
    client.raise_request_exception = False
    return client


@pytest.fixture
def no_database(browser: Client) -> Iterator[None]:
    """This thread's connections go to a port on which nothing listens."""
    answering = connections["default"]
    place = {"HOST": "127.0.0.1", "PORT": "1", "OPTIONS": {}}
    connections["default"] = type(answering)({**answering.settings_dict, **place}, "default")
    yield
    connections["default"] = answering


@pytest.mark.usefixtures("no_database")
def test_a_page_is_away_for_a_moment(cast: Cast, browser: Client) -> None:
    reply = browser.get(f"/p/{cast.program.slug}/queue/")
    assert (reply.status_code, int(reply["Retry-After"]) > 0) == (503, True)
    assert b"Try again" in reply.content


@pytest.mark.usefixtures("no_database")
def test_the_api_says_so_to_a_session_too(browser: Client) -> None:
    reply = browser.get("/api/v1/accounts/")
    assert (reply.status_code, reply["Content-Type"]) == (503, "application/problem+json")
    assert int(reply["Retry-After"]) > 0
    assert "database" in reply.json()["detail"]


@pytest.mark.usefixtures("no_database")
def test_health_says_why() -> None:
    reply = Client().get("/healthz")
    assert (reply.status_code, reply.content) == (503, b"the database does not answer\n")


def test_another_fault_is_a_500(
    cast: Cast, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alignment.people.middleware.membership_in", lambda **_: 1 / 0)
    assert browser.get(f"/p/{cast.program.slug}/queue/").status_code == 500

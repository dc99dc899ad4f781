"""The cast of all tests that undo what they did: making it anew takes longer than most of them.

It is committed once. A test in a transaction gets a copy, and what it changes is rolled back; a
transactional test starts in an empty database, into which its rows are put back.
"""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.core.cache import cache
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.cast import Cast, make_cast
from tests.emptied import Kept, empty, keep, may_bypass, put_back


class StandingCast:
    """Keeps the cast in the database, or the database empty, as the next test wants it."""

    def __init__(self, blocker: DjangoDbBlocker) -> None:
        self._blocker = blocker
        self._stands = False
        self._cast: Cast | None = None
        self._rows: Kept = {}

    def enter(self) -> None:
        if not self._stands:
            with self._blocker.unblock():
                self.make()
            self._stands = True

    def leave(self) -> None:
        if self._stands:
            with self._blocker.unblock():
                empty()
            self._stands = False

    def make(self) -> Cast:
        """Commit the cast to the empty database."""
        if self._cast is None or not may_bypass():
            self._cast = make_cast()
            self._rows = keep()
        else:
            put_back(self._rows)
        return deepcopy(self._cast)

    def copy(self) -> Cast:
        """The very first test of a session comes before anybody could enter, and makes its own."""
        return deepcopy(self._cast) if self._cast and self._stands else make_cast()


STANDING = pytest.StashKey[StandingCast]()


@pytest.fixture(scope="session")
def _standing(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[StandingCast]:
    standing = request.config.stash[STANDING] = StandingCast(django_db_blocker)
    yield standing
    del request.config.stash[STANDING]


@pytest.fixture
def cast(db: None, _standing: StandingCast) -> Cast:
    """Who is who; nothing that another test left in the cache."""
    cache.clear()
    return _standing.copy() if connection.in_atomic_block else _standing.make()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture opens a transaction."""
    standing = item.config.stash.get(STANDING, None)
    if standing is None:
        return
    if is_transactional(item):
        standing.leave()
    elif "cast" in item.fixturenames:  # type: ignore[attr-defined]
        standing.enter()


def is_transactional(item: pytest.Item) -> bool:
    """Whether the test commits, and the database is emptied after it."""
    marker = item.get_closest_marker("django_db")
    names: list[str] = getattr(item, "fixturenames", [])
    return "transactional_db" in names or bool(marker and marker.kwargs.get("transaction"))

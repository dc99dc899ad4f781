"""The cast shared by all tests that roll back: creating it takes longer than most of them.

It is committed once. A test in a transaction gets a copy, and its changes are rolled back; a
transactional test starts with an empty database, into which the rows are put back.
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
    """Keeps the cast in the database, or the database empty, as the next test needs it."""

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
        """A copy of the cast; a session's first test may run before `enter` and gets a new one."""
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
    """The cast, with an empty cache."""
    cache.clear()
    return _standing.copy() if connection.in_atomic_block else _standing.make()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Runs before any fixture opens a transaction."""
    standing = item.config.stash.get(STANDING, None)
    if standing is None:
        return
    if is_transactional(item):
        standing.leave()
    elif "cast" in item.fixturenames:  # type: ignore[attr-defined]
        standing.enter()


def is_transactional(item: pytest.Item) -> bool:
    """Whether the test commits, so that the database is emptied after it."""
    marker = item.get_closest_marker("django_db")
    names: list[str] = getattr(item, "fixturenames", [])
    return "transactional_db" in names or bool(marker and marker.kwargs.get("transaction"))

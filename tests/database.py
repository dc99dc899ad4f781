"""One migrated database per session, which every worker copies.

Migrating takes seconds, more with every migration; copying takes a fraction of a second. A database
migrated earlier is restored from a file (`tests.kept`).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg.sql import SQL, Identifier
from pytest_django import DjangoDbBlocker

from tests import kept
from tests.engines import TEMPLATE

# An advisory lock that nothing else on this server uses; workers wait for it while one migrates.
LOCK = 0x454E5445


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Makes this process's test database a copy of the migrated one."""
    template = os.environ[TEMPLATE]
    with django_db_blocker.unblock(), _maintenance() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if not _exists(server, template):
            _make(server, template)
    settings.DATABASES["default"]["TEST"]["TEMPLATE"] = template
    connection.settings_dict["TEST"]["TEMPLATE"] = template


@contextmanager
def _maintenance() -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        yield server


def _exists(server: psycopg.Connection, name: str) -> bool:
    found = server.execute("SELECT FROM pg_database WHERE datname = %s", [name])
    return found.fetchone() is not None


def _make(server: psycopg.Connection, template: str) -> None:
    file = kept.kept_file(server.info.server_version)
    if file and file.exists():
        server.execute(SQL("CREATE DATABASE {}").format(Identifier(template)))
        kept.restore(file, template)
        return
    _migrate(template)
    if file:
        kept.keep(template, file)


def _migrate(template: str) -> None:
    """Migrate into a test database with the template's name, as Django creates test databases."""
    usual, test = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    own, test["NAME"] = test["NAME"], template
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
        test["NAME"] = own
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = usual

"""Pytest plugin (`-p tests.engines`): PostgreSQL and Valkey of this session alone, as in `make run`.

The application role of the tests is the ordinary one of production: it may create databases and is no
superuser. `DATABASE_URL` and `BROKER_URL`, where given, name other servers.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from alignment.config.local.engines import engines
from alignment.config.local.problems import StartProblem

# The name of the migrated database that all workers copy (`tests.database`).
TEMPLATE = "ENTENTE_TEST_TEMPLATE"
_running = ExitStack()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    """Before Django reads its settings. Workers of xdist use the engines of their controller."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        # One Valkey database each: their caches and streams must not meet.
        os.environ["BROKER_URL"] = (
            f"{os.environ['BROKER_URL'].rpartition('/')[0]}/{int(worker[2:]) + 1}"
        )
    else:
        _start()
    return (yield)


def _start() -> None:
    root = Path(tempfile.mkdtemp(prefix="entente-test-"))
    _running.callback(shutil.rmtree, root, ignore_errors=True)
    try:
        os.environ.update(_running.enter_context(engines(root, durable=False)))
    except StartProblem as problem:
        _running.close()
        raise pytest.UsageError(str(problem)) from None
    os.environ[TEMPLATE] = f"template_{uuid4().hex}"
    _running.callback(_drop_template)


def _drop_template() -> None:
    """The server may be one that lives on."""
    name = Identifier(os.environ[TEMPLATE])
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(SQL("DROP DATABASE IF EXISTS {}").format(name))


def pytest_unconfigure() -> None:
    _running.close()

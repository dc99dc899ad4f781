"""Pytest plugin (`-p tests.engines`): PostgreSQL and Valkey for this session alone, as in `make
run`.

The tests' database role has the same rights as in production: it may create databases and is no
superuser. `DATABASE_URL` and `BROKER_URL`, if set, name other servers.
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
    """Runs before Django reads its settings. xdist workers use the engines of their controller."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        # One Valkey database per worker, so that their caches and streams stay separate.
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
    """The server may outlive this session."""
    name = Identifier(os.environ[TEMPLATE])
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(SQL("DROP DATABASE IF EXISTS {}").format(name))


def pytest_unconfigure() -> None:
    _running.close()

"""PostgreSQL and Valkey of one data folder, or the servers in `DATABASE_URL` and `BROKER_URL`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

from alignment.config.local.folder import DataFolder
from alignment.config.local.postgres import Postgres
from alignment.config.local.problems import StartProblem
from alignment.config.local.processes import MARK, Child, end_left_over
from alignment.config.local.valkey import Valkey

PATIENCE = 20.0


def instance_environment(folder: DataFolder) -> dict[str, str]:
    """The environment of every process of an instance, before the engines' URLs are known."""
    env = dict(os.environ)
    env.setdefault("DJANGO_SETTINGS_MODULE", "alignment.config.settings")
    env.setdefault("SECRET_KEY", folder.secret("django"))
    # Plain HTTP is for this machine only; behind a proxy, set HTTPS=true.
    env.setdefault("HTTPS", "false")
    env["ENTENTE_DATA"] = str(folder.root)
    env["PYTHONUNBUFFERED"] = "1"
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env.get('PATH', os.defpath)}"
    env[MARK] = str(folder.root)
    return env


def start_engines(folder: DataFolder, env: dict[str, str], *, durable: bool = True) -> list[Child]:
    """Start the engines that the environment doesn't name; puts both URLs into `env`.

    The folder must be open. Returns the processes that the caller has to watch and stop.
    """
    end_left_over(folder.root)
    started: list[Child] = []
    try:
        if "DATABASE_URL" not in env:
            database = Postgres(folder, durable=durable)
            started.append(database.start(env))
            env["DATABASE_URL"] = database.url()
        if "BROKER_URL" not in env:
            broker = Valkey(folder, durable=durable)
            started.append(broker.start(env))
            env["BROKER_URL"] = broker.url()
        wait_for_servers(env["DATABASE_URL"], env["BROKER_URL"])
    except BaseException:
        stop_engines(folder, started)
        raise
    return started


def stop_engines(folder: DataFolder, started: list[Child]) -> None:
    """Stop them in reverse order, then everything else that carries this instance's mark."""
    for child in reversed(started):
        child.stop()
    end_left_over(folder.root)


@contextmanager
def engines(root: Path, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """Engines for a test session or a benchmark; yields the environment for its processes."""
    folder = DataFolder(root.resolve())
    folder.open()
    try:
        env = instance_environment(folder)
        started = start_engines(folder, env, durable=durable)
        try:
            yield env
        finally:
            stop_engines(folder, started)
    finally:
        folder.close()


def wait_for_servers(database_url: str, broker_url: str, patience: float = PATIENCE) -> None:
    """Return once both answer; raises StartProblem that names the one that doesn't."""
    deadline = time.monotonic() + patience
    _wait(
        "database",
        database_url,
        lambda: psycopg.connect(database_url, connect_timeout=5).close(),
        deadline,
    )
    with redis.Redis.from_url(broker_url, socket_timeout=5, socket_connect_timeout=5) as client:
        _wait("broker", broker_url, client.ping, deadline)


def _wait(name: str, url: str, attempt: Callable[[], object], deadline: float) -> None:
    while True:
        try:
            attempt()
            return
        except (psycopg.OperationalError, redis.RedisError) as error:
            if time.monotonic() > deadline:
                parts = urlsplit(url)
                said = str(error).strip().splitlines()[-1]
                raise StartProblem(
                    f"The {name} at {parts.hostname}:{parts.port} does not answer: {said}"
                ) from None
            time.sleep(0.3)

"""`make run` with its real processes."""

import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from .instance import Instance


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """Not a pytest folder, which `nobody`, the database's account under root, cannot enter."""
    with tempfile.TemporaryDirectory(prefix="entente-instances-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module", autouse=True)
def waiting_for_a_database(place: Path) -> Iterator[tuple[Instance, int]]:
    """An instance whose servers do not answer, and their port; it waits while other tests run."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        url = f"postgres://entente:x@127.0.0.1:{port}/entente"
        instance = Instance(place / "elsewhere", DATABASE_URL=url, BROKER_URL="redis://x")
        yield instance.start(), port


@pytest.fixture(scope="module")
def running(place: Path) -> Iterator[Instance]:
    instance = Instance(place / "first").start()
    instance.wait_until_said("Stop with Ctrl-C")
    yield instance
    assert instance.stop(signal.SIGTERM) == 0
    assert instance.processes() == []


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def database_url(instance: Instance) -> str:
    lines = (instance.root / "instance.env").read_text().splitlines()
    return next(line.partition("=")[2] for line in lines if line.startswith("DATABASE_URL="))


def test_it_serves_and_says_where(running: Instance) -> None:
    assert running.answers()
    assert f"http://127.0.0.1:{running.port}/" in running.said()


def test_secrets_are_readable_by_their_owner_only(running: Instance) -> None:
    for name in ("secrets.json", "instance.env", "ports.json"):
        assert (running.root / name).stat().st_mode & 0o077 == 0


def test_the_application_is_no_superuser(running: Instance) -> None:
    with psycopg.connect(database_url(running)) as connection:
        row = connection.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == (False,)


def test_what_commits_is_on_disk(running: Instance) -> None:
    with psycopg.connect(database_url(running)) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)


@pytest.mark.parametrize("word", ["granian", "worker", "beat", "run_guard"])
def test_a_killed_process_is_started_again(running: Instance, word: str) -> None:
    before = {process.pid for process in running.processes(word)}
    assert before
    for pid in before:
        psutil.Process(pid).kill()
    wait_for(lambda: {process.pid for process in running.processes(word)} - before)
    wait_for(running.answers)


def test_a_killed_database_is_started_again(running: Instance) -> None:
    pid = int((running.root / "postgres/postmaster.pid").read_text().split()[0])
    psutil.Process(pid).kill()
    wait_for(lambda: f"postgres ended ({-signal.SIGKILL})" in running.said())
    wait_for(running.answers)


def test_a_second_instance_needs_its_own_folder(running: Instance, place: Path) -> None:
    second = Instance(running.root)
    second.output = place / "second.output"
    assert f"already runs on the data folder {running.root}" in second.refusal()
    wait_for(running.answers)


def test_a_busy_port_gets_one_sentence(running: Instance, place: Path) -> None:
    second = Instance(place / "other", port=running.port)
    assert second.refusal().startswith(f"Port {running.port} is busy:")
    assert len(second.said().splitlines()) == 1


def test_two_run_side_by_side_and_a_stop_leaves_nothing(running: Instance, place: Path) -> None:
    second = Instance(place / "a folder with spaces").migrated().start()
    second.wait_until_said("Stop with Ctrl-C")
    wait_for(running.answers)
    wait_for(second.answers)
    assert second.stop(signal.SIGINT) == 0
    assert second.processes() == []
    assert not second.answers()
    wait_for(running.answers)


def test_after_a_killed_supervisor_the_next_one_takes_over_with_the_data(running: Instance) -> None:
    with psycopg.connect(database_url(running)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    assert running.process is not None
    running.process.kill()
    running.process.wait()
    orphans = {process.pid for process in running.processes()}
    assert orphans

    running.start().wait_until_said("Stop with Ctrl-C")

    assert not orphans & {process.pid for process in running.processes()}
    with psycopg.connect(database_url(running)) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_servers_of_the_environment_are_used_instead(
    waiting_for_a_database: tuple[Instance, int],
) -> None:
    instance, port = waiting_for_a_database
    assert instance.exit_code() == 1
    sentence = instance.said().splitlines()[-1]
    assert sentence.startswith(f"The database at 127.0.0.1:{port} does not answer:")
    assert not (instance.root / "postgres").exists()

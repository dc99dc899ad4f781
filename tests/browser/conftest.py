"""A real server, a real worker and a real browser, on the test database of this process."""

import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from alignment.config.local import services
from alignment.config.local.folder import DataFolder, free_port
from alignment.config.local.processes import Child, run_to_end
from tests.browser import chromium
from tests.browser.journeys import Online

READY_WITHIN = 60.0


@dataclass
class Server:
    """The URL of the running product, and its two processes."""

    url: str
    web: Child
    worker: Child
    mail: Path


@pytest.fixture(scope="session", autouse=True)
def _orm_beside_playwright() -> None:
    """Playwright's event loop makes Django suspect async code, but the tests are synchronous."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def _server(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = DataFolder(Path(tmp_path_factory.mktemp("server")))
    folder.open()
    port = free_port()
    env = _environment(folder, port)
    collect = services.collect_static(folder, env)
    run_to_end(collect, "collecting static files")
    server = Server(
        f"http://127.0.0.1:{port}",
        services.web(folder, env, port),
        services.worker(folder, env, "clocks,events,jobs,outbox"),
        folder.root / "mail",
    )
    try:
        server.worker.start()
        server.web.start()
        _wait_until_ready(server)
        yield server
    finally:
        server.web.stop()
        server.worker.stop()
        folder.close()


@pytest.fixture
def server(_server: Server, transactional_db: None) -> Server:
    """The running product, which serves what a test commits; the data is deleted after the test."""
    return _server


@pytest.fixture(scope="session")
def _browser() -> Iterator[Browser]:
    with chromium.opened() as browser:
        yield browser


@pytest.fixture
def online(_browser: Browser, server: Server) -> Iterator[Online]:
    """Opens browsers for people. Errors in their consoles fail the test."""
    people = Online(_browser, server.url)
    yield people
    people.close()


def _environment(folder: DataFolder, port: int) -> dict[str, str]:
    name = settings.DATABASES["default"]["NAME"]
    base, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    return {
        **os.environ,
        "DATABASE_URL": f"{base}/{name}",
        "ENTENTE_DATA": str(folder.root),
        "SITE_ADDRESS": f"http://127.0.0.1:{port}",
        "DATABASE_POOL": "6",
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        # Without a name server, a lookup fails after a second instead of ten (resolv.conf(5)).
        "RES_OPTIONS": "timeout:1 attempts:1",
    }


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and server.web.running:
        try:
            with urllib.request.urlopen(server.url + services.SIGN_IN_PATH, timeout=5):
                return
        except urllib.error.HTTPError:
            break
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The server did not start: {server.web.tail()}")

"""The product with a Valkey of its own, which can be stopped, flushed and frozen."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis

from alignment.config.local import services
from alignment.config.local.folder import DataFolder, free_port
from alignment.config.local.processes import Child, run_to_end
from alignment.config.local.valkey import Valkey
from tests.cast import Cast, api_key, sign_in

from .hardship import environment

SLOWEST_S = 2.0
# Generous, because other tests keep the machine busy; a page that waits for the broker still fails.
SLOWEST_BESIDE_OTHERS_S = 4.0


@dataclass
class Product:
    """The product's address, requests as Ravi, and how long each took."""

    port: int
    valkey: Valkey
    env: dict[str, str]
    program: str
    cookie: str
    key: str
    took: list[float] = field(default_factory=list)

    def page(self, path: str = "") -> int:
        return self._ask("GET", f"/p/{self.program}/{path}", {"Cookie": f"sessionid={self.cookie}"})

    def api(self, path: str, body: Any = None) -> int:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        text = json.dumps(body) if body is not None else None
        return self._ask("POST", f"/api/v1/{path}", headers, text)

    def _ask(self, method: str, path: str, headers: dict[str, str], body: str | None = None) -> int:
        began = time.monotonic()
        web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        web.request(method, path, body, headers)
        status = web.getresponse().status
        self.took.append(time.monotonic() - began)
        web.close()
        return status

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def flush(self) -> None:
        redis.Redis.from_url(self.env["BROKER_URL"]).flushall()

    def stop_broker(self) -> None:
        assert self.valkey.child is not None
        self.valkey.child.stop()

    def start_broker(self) -> None:
        self.valkey.start(self.env)

    def _signal(self, number: signal.Signals) -> None:
        assert self.valkey.child is not None
        assert self.valkey.child.pid is not None
        os.kill(self.valkey.child.pid, number)


@contextmanager
def product(cast: Cast, root: Path, *, with_celery: bool, late_after: float) -> Iterator[Product]:
    """Starts the web server and the guard; with Celery also worker and scheduler."""
    folder = DataFolder(root)
    folder.open()
    valkey, port = Valkey(folder), free_port()
    env = environment() | {"ENTENTE_DATA": str(root), "SITE_ADDRESS": f"http://127.0.0.1:{port}"}
    valkey.start(env)
    env["BROKER_URL"] = valkey.url()
    web, guard = services.web(folder, env, port), services.guard(folder, env)
    guard.command += ["--late-after", str(late_after), "--every", "0.5"]
    children: list[Child] = [web, guard]
    if with_celery:
        children += [services.worker(folder, env, "clocks"), services.scheduler(folder, env)]
    cookie = sign_in(cast.rep).cookies["sessionid"].value
    key = api_key(cast.program, cast.rep)
    made = Product(port, valkey, env, cast.program.slug, cookie, key)
    try:
        run_to_end(services.collect_static(folder, env), "collecting static files")
        for child in children:
            child.start()
        _wait_until_ready(made, web)
        yield made
    finally:
        with contextlib.suppress(ProcessLookupError):
            made.thaw()
        for each in (*children, valkey.child):
            if each is not None:
                each.stop()
        folder.close()


def _wait_until_ready(made: Product, web: Child) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if made.page() == http.HTTPStatus.OK:
                made.took.clear()
                return
        except OSError:
            assert web.running, web.tail()
        time.sleep(0.2)
    raise AssertionError(web.tail())

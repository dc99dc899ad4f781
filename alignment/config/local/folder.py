"""The data folder: everything that one instance keeps, and the lock that admits one supervisor."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import socket
from pathlib import Path

from alignment.config.local.problems import StartProblem

CHECKOUT = Path(__file__).resolve().parents[3]
NEEDED_FIRST = 600 * 1024**2
NEEDED_LATER = 100 * 1024**2
LOG_KEPT = 10 * 1024**2


def chosen_root() -> Path:
    """`ENTENTE_DATA`, or `.entente` in the checkout."""
    return Path(os.environ.get("ENTENTE_DATA") or CHECKOUT / ".entente").expanduser().resolve()


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port of 127.0.0.1 that is free now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class DataFolder:
    """Paths, generated secrets and remembered ports below one root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.postgres = root / "postgres"
        self.valkey = root / "valkey"
        self.logs = root / "logs"
        self.environment_file = root / "instance.env"
        self.demo_signins = root / "demo-signins.txt"
        self._lock: int | None = None

    def open(self) -> None:
        """Create the folder, take its lock and check that the disk has room.

        The kernel releases the lock when the process ends, so a killed supervisor leaves none
        behind.
        """
        if self.root.exists() and not self.root.is_dir():
            raise StartProblem(f"{self.root} is not a folder: set ENTENTE_DATA to one.")
        first = not (self.postgres / "PG_VERSION").exists()
        self.logs.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartProblem(
                f"Entente already runs on the data folder {self.root}: stop it first, "
                "or set ENTENTE_DATA (and PORT) for a second instance."
            ) from None
        self._check_space(NEEDED_FIRST if first else NEEDED_LATER)

    def close(self) -> None:
        """Release the lock."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _check_space(self, needed: int) -> None:
        free = shutil.disk_usage(self.root).free
        if free < needed:
            raise StartProblem(
                f"The disk of {self.root} is full: {free // 1024**2} MB are free and Entente needs "
                f"{needed // 1024**2} MB; free some space, or set ENTENTE_DATA to a folder on another disk."
            )

    def secret(self, name: str) -> str:
        """A secret generated once and kept, readable by its owner only."""
        return str(self._remember("secrets.json", name, secrets.token_urlsafe(48)))

    def port(self, name: str) -> int:
        """The port remembered for an engine, or a new one if something else uses it."""
        port = int(self._remember("ports.json", name, free_port()))
        if port_is_free(port):
            return port
        return int(self._remember("ports.json", name, free_port(), replace=True))

    def _remember(self, file: str, key: str, value: object, *, replace: bool = False) -> str:
        path = self.root / file
        known: dict[str, object] = json.loads(path.read_text()) if path.exists() else {}
        if key not in known or replace:
            known[key] = value
            self.write_private(path, json.dumps(known, indent=1))
        return str(known[key])

    def write_private(self, path: Path, text: str) -> None:
        """Replace a file in one step, readable by its owner only."""
        new = path.with_name(path.name + ".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        new.replace(path)

    def log(self, name: str) -> Path:
        """The log of one process; a large one is moved aside once, at start."""
        path = self.logs / f"{name}.log"
        if path.exists() and path.stat().st_size > LOG_KEPT:
            path.replace(path.with_name(f"{name}.1.log"))
        return path

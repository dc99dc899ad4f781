"""A real instance for the tests: the supervisor as a subprocess, as `make run` starts it."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import psycopg

from alignment.config.local.engines import instance_environment
from alignment.config.local.folder import CHECKOUT, DataFolder, free_port
from alignment.config.local.postgres import DATABASE, Postgres
from alignment.config.local.processes import marked
from tests import kept

STARTING = 240.0
NOT_INHERITED = ("DATABASE_URL", "BROKER_URL", "SECRET_KEY", "ENTENTE_INSTANCE", "STATIC_ROOT")


class Instance:
    """One data folder, one port, and the supervisor that runs on them."""

    def __init__(self, root: Path, port: int | None = None, **environment: str) -> None:
        self.root = root
        self.port = port or free_port()
        inherited = {name: text for name, text in os.environ.items() if name not in NOT_INHERITED}
        self.env = {
            **inherited,
            "ENTENTE_DATA": str(root),
            "PORT": str(self.port),
            "ENTENTE_DEMO": "no",
            **environment,
        }
        self.output = root.with_name(f"{root.name}.output")
        self.process: subprocess.Popen[bytes] | None = None

    def migrated(self) -> "Instance":
        """Create the tables that its first start would create, if this checkout has a saved copy.

        Another test covers migrating from nothing, which takes most of the time of a first start.
        """
        folder = DataFolder(self.root)
        folder.open()
        database = Postgres(folder)
        child = database.start(instance_environment(folder))
        try:
            with psycopg.connect(database.url()) as server:
                file = kept.kept_file(server.info.server_version)
            if file and file.exists():
                kept.restore(file, DATABASE, database.url())
        finally:
            child.stop()
            folder.close()
        return self

    def start(self) -> "Instance":
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "alignment.config.local.run"],
                cwd=CHECKOUT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def wait_until_said(self, text: str, seconds: float = STARTING) -> None:
        assert self.process is not None
        deadline = time.monotonic() + seconds
        while text not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def said(self) -> str:
        return self.output.read_text()

    def exit_code(self, seconds: float = 90.0) -> int:
        assert self.process is not None
        return self.process.wait(seconds)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.exit_code()

    def refusal(self) -> str:
        """The sentence it prints when it can't start; checks the exit code too."""
        self.start()
        assert self.exit_code() == 1
        return self.said().splitlines()[-1]

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sign-in/login/", timeout=10):
                return True
        except OSError:
            return False

    def processes(self, word: str = "") -> list[psutil.Process]:
        """Its running processes whose command line contains the word."""
        return [
            process
            for process in marked(self.root)
            if process.status() != psutil.STATUS_ZOMBIE and word in " ".join(process.cmdline())
        ]

"""Keeps one instance running: starts processes in order, restarts those that die, stops all."""

from __future__ import annotations

import contextlib
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from alignment.config.local import services
from alignment.config.local.engines import instance_environment, start_engines, stop_engines
from alignment.config.local.folder import DataFolder, port_is_free
from alignment.config.local.problems import StartProblem
from alignment.config.local.processes import Child, end_left_over, run_to_end

TICK = 0.2
READY_WITHIN = 60.0
STABLE_AFTER = 60.0
LONGEST_PAUSE = 30.0


class StopAsked(BaseException):
    """Ctrl-C or a stop signal arrived."""


class Supervisor:
    """One instance on one data folder."""

    def __init__(self, folder: DataFolder, port: int) -> None:
        self.folder = folder
        self.port = port
        self.engines: list[Child] = []
        self.services: list[Child] = []

    def run(self) -> None:
        """Start everything, then watch until someone asks to stop."""
        _on_stop(_ask_to_stop)
        try:
            self._start()
            while True:
                time.sleep(TICK)
                self._watch()
        except StopAsked:
            print_line("\nStopping ...")
        finally:
            _on_stop(signal.SIG_IGN)
            self._stop()
        print_line("Stopped. The data stays in " + str(self.folder.root))

    def _start(self) -> None:
        self.folder.open()
        # Before checking the port, which the web server of a killed supervisor may still hold.
        end_left_over(self.folder.root)
        if not port_is_free(self.port):
            raise StartProblem(
                f"Port {self.port} is busy: stop what uses it, or choose another one with PORT=8001 make run."
            )
        env = instance_environment(self.folder)
        env.setdefault("SITE_ADDRESS", f"http://127.0.0.1:{self.port}")
        print_line("Starting the database and the broker ...")
        self.engines = start_engines(self.folder, env)
        self._remember(env)
        print_line("Preparing the data (the first start takes a minute) ...")
        run_to_end(services.preparation(self.folder, env), "preparing the data")
        self.services = [
            services.web(self.folder, env, self.port),
            services.worker(self.folder, env, "clocks"),
            services.worker(self.folder, env, "events"),
            services.worker(self.folder, env, "jobs"),
            services.outbox(self.folder, env),
            services.scheduler(self.folder, env),
            services.guard(self.folder, env),
        ]
        for child in self.services:
            child.start()
        self._wait_for_web(self.services[0])
        self._welcome()

    def _remember(self, env: dict[str, str]) -> None:
        """Records the servers for `manage.py` in another terminal."""
        names = (
            "DATABASE_URL",
            "BROKER_URL",
            "SECRET_KEY",
            "HTTPS",
            "SITE_ADDRESS",
            "ENTENTE_DATA",
        )
        text = "".join(f"{name}={env[name]}\n" for name in names)
        self.folder.write_private(self.folder.environment_file, text)

    def _wait_for_web(self, web: Child) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline and web.running:
            try:
                with urllib.request.urlopen(self._address() + services.SIGN_IN_PATH, timeout=5):
                    return
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    return
                break
            except OSError:
                time.sleep(0.1)
        raise StartProblem(
            f"The web server did not start; the end of {web.log} says:\n{web.tail()}"
        )

    def _address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _welcome(self) -> None:
        print_line(f"\nEntente runs at {self._address()}/")
        if self.folder.demo_signins.exists():
            print_line(self.folder.demo_signins.read_text().rstrip())
        print_line(f"Logs: {self.folder.logs}")
        print_line("Stop with Ctrl-C; the data stays.")

    def _watch(self) -> None:
        now = time.monotonic()
        for child in (*self.engines, *self.services):
            if child.restart_at is not None:
                if now >= child.restart_at:
                    child.start()
                continue
            code = child.exit_code()
            if code is None:
                continue
            if now - child.started_at > STABLE_AFTER:
                child.failures = 0
            pause = min(LONGEST_PAUSE, 2.0**child.failures)
            child.failures += 1
            child.restart_at = now + pause
            # Anything it left (a pool process, a granian worker) must not run beside the new one.
            child.stop()
            print_line(
                f"{child.name} ended ({code}); starting it again in {pause:.0f} s. Its log: {child.log}"
            )

    def _stop(self) -> None:
        for child in self.services:
            child.ask_to_stop()
        for child in self.services:
            child.stop()
        stop_engines(self.folder, self.engines)
        self.folder.close()


def _ask_to_stop(_number: int, _frame: FrameType | None) -> NoReturn:
    # Make and the terminal may each send a signal: only the first counts.
    _on_stop(signal.SIG_IGN)
    raise StopAsked


def _on_stop(handler: Callable[[int, FrameType | None], NoReturn] | signal.Handlers) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def print_line(text: str) -> None:
    """Print a line for the person at the keyboard; their terminal may be gone."""
    with contextlib.suppress(OSError):
        print(text, flush=True)

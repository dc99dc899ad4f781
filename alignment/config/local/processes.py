"""Child processes: starting, watching and stopping them, and finding a former supervisor's."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

from alignment.config.local.problems import StartProblem

MARK = "ENTENTE_INSTANCE"
"""Every child carries the data folder in this variable: no pid files that could lie."""


class Child:
    """One process in its own session, so that Ctrl-C reaches only the supervisor."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        log: Path,
        cwd: Path,
        stop_signals: Sequence[tuple[signal.Signals, float]] = ((signal.SIGTERM, 15.0),),
        account: tuple[int, int] | None = None,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.env = dict(env)
        self.log = log
        self.cwd = cwd
        self.stop_signals = stop_signals
        self.account = account
        self.started_at = 0.0
        self.failures = 0
        self.restart_at: float | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it (again), appending its output to its log."""
        uid, gid = self.account or (None, None)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                env=self.env,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=uid,
                group=gid,
                extra_groups=[] if self.account else None,
            )
        self.started_at = time.monotonic()
        self.restart_at = None

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll() if self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def wait(self, seconds: float) -> int | None:
        """The exit code, or None if it is still running after that time."""
        assert self._process is not None
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def ask_to_stop(self) -> None:
        """Send its first stop signal without waiting, so that several stop in parallel."""
        if self._process is not None and self.running:
            self._process.send_signal(self.stop_signals[0][0])

    def stop(self) -> None:
        """Send each stop signal in turn, then kill it; its whole process group ends with it."""
        if self._process is None:
            return
        for number, patience in self.stop_signals:
            if not self.running:
                break
            self._process.send_signal(number)
            self.wait(patience)
        signal_group(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def tail(self, lines: int = 15) -> str:
        """The end of its log."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 8192))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])


def run_to_end(child: Child, doing: str) -> None:
    """Run a child that must succeed before anything else can start."""
    child.start()
    try:
        while (code := child.wait(0.5)) is None:
            pass
    finally:
        child.stop()
    if code:
        tail = child.tail()
        if "No space left on device" in tail:
            raise StartProblem(
                f"The disk is full while {doing}: free some space, or set ENTENTE_DATA to a folder on another disk."
            )
        raise StartProblem(f"Stopped while {doing}; the end of {child.log} says:\n{tail}")


def signal_group(group: int, number: signal.Signals) -> None:
    """Signal a process group, which may already be gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def marked(root: Path) -> list[psutil.Process]:
    """Processes of the instance on this data folder, except this process and its ancestors."""
    own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid not in own and process.environ().get(MARK) == str(root):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def end_left_over(root: Path, patience: float = 5.0) -> int:
    """End processes that a killed supervisor left on this data folder; returns their number.

    The database is skipped: it takes this signal as "wait for every client", and Postgres.start
    ends a left-over server.
    """
    left = [process for process in marked(root) if not _is_database(process)]
    for process in left:
        _quietly(process.terminate)
    _gone, alive = psutil.wait_procs(left, timeout=patience)
    for process in alive:
        _quietly(process.kill)
    psutil.wait_procs(alive, timeout=patience)
    return len(left)


def _quietly(action: Callable[[], object]) -> None:
    with contextlib.suppress(psutil.Error):
        action()


def _is_database(process: psutil.Process) -> bool:
    try:
        return bool(process.name() == "postgres")
    except psutil.Error:
        return False

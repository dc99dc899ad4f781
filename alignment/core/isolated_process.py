"""Running a function in a process of its own, with a limit of time and of memory.

Files of unknown origin may take minutes or gigabytes, and in the web process one of them would hold
up everybody. The process starts within half a second, and needs no database and no settings.
"""

from __future__ import annotations

import pickle
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings

Given = TypeVar("Given")
Found = TypeVar("Found")


class TooCostly(Exception):
    """The function needed more time or memory than allowed."""


def run_isolated(
    function: Callable[[Given], Found], given: Given, *, seconds: int, megabytes: int
) -> Found:
    """The result of the module-level `function`, whose module must be importable without Django.

    `seconds` are of processor time; it may take twice as long by the clock, because others work
    too. Raises what the function raises, `TooCostly` beyond a limit, and `RuntimeError` if the
    process failed.
    """
    command = [sys.executable, "-c", f"from {__name__} import serve; serve()"]
    try:
        done = subprocess.run(
            command,
            input=pickle.dumps((function, given, seconds, megabytes * 2**20)),
            stdout=subprocess.PIPE,
            cwd=settings.BASE_DIR,
            timeout=2 * seconds,
        )
    except subprocess.TimeoutExpired:
        raise TooCostly from None
    # Ended by a signal: that of the limit, or of a machine without memory.
    if done.returncode < 0:
        raise TooCostly
    if done.returncode:
        raise RuntimeError(f"The process ended with {done.returncode}.")
    found = pickle.loads(done.stdout)
    if isinstance(found, Exception):
        raise found
    return found  # type: ignore[no-any-return]


def serve() -> None:
    """The process: receives a function and its argument, and sends the result or the error."""
    # Ctrl-C in a terminal is meant for the parent process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    function, given, seconds, size = pickle.load(sys.stdin.buffer)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    # Only Linux keeps to it.
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    pickle.dump(_result(function, given), sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)


def _result(function: Callable[[Any], Any], given: Any) -> Any:
    try:
        return function(given)
    except MemoryError:
        return TooCostly()
    except Exception as error:
        return error

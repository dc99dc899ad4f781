"""Functions in a process of their own."""

import os
import signal
import time

import pytest

from alignment.core.isolated_process import TooCostly, run_isolated


def process_of(_given: None) -> int:
    return os.getpid()


def double(number: int) -> int:
    return number * 2


def refuse(why: str) -> None:
    raise ValueError(why)


def never_end(_given: None) -> None:
    while True:
        pass


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def take(megabytes: int) -> int:
    return len(bytearray(megabytes * 2**20))


def be_killed(_given: None) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail(_given: None) -> None:
    os._exit(3)


def test_the_result_comes_from_another_process() -> None:
    assert run_isolated(double, 21, seconds=5, megabytes=512) == 42
    assert run_isolated(process_of, None, seconds=5, megabytes=512) != os.getpid()


def test_what_it_raises_is_raised_here() -> None:
    with pytest.raises(ValueError, match="because"):
        run_isolated(refuse, "because", seconds=5, megabytes=512)


def test_time_and_memory_are_limited() -> None:
    with pytest.raises(TooCostly):
        run_isolated(never_end, None, seconds=1, megabytes=512)
    with pytest.raises(TooCostly):
        run_isolated(sleep, 60.0, seconds=1, megabytes=512)
    with pytest.raises(TooCostly):
        run_isolated(take, 1_000, seconds=5, megabytes=512)
    assert run_isolated(take, 100, seconds=5, megabytes=512) == 100 * 2**20


def test_a_killed_process_counts_as_too_costly_and_a_failed_one_as_a_fault() -> None:
    with pytest.raises(TooCostly):
        run_isolated(be_killed, None, seconds=5, megabytes=512)
    with pytest.raises(RuntimeError, match="3"):
        run_isolated(fail, None, seconds=5, megabytes=512)

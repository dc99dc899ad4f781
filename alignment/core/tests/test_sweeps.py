"""What fails in one program holds up no other."""

import pytest
from django.db import OperationalError

from alignment.core.sweeps import in_each


def test_the_others_follow_one_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    def work(program: int) -> int:
        if program == 1:
            raise ValueError("poison")
        return 10 * program

    assert in_each([1, 2, 3], work) == [20, 30]
    assert "program 1" in caplog.text
    assert "poison" in caplog.text


def test_a_database_that_is_away_ends_the_round() -> None:
    done: list[int] = []

    def work(program: int) -> None:
        done.append(program)
        raise OperationalError

    with pytest.raises(OperationalError):
        in_each([1, 2], work)
    assert done == [1]

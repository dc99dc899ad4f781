"""Figures as people say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.core.figures import share


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (29, 30, 97),
        (59, 63, 94),
        (1, 8, 13),
        (999, 1_000, 99),
        (1, 1_000, 1),
        (0, 3, 0),
        (3, 3, 100),
        (1, 2, 50),
    ],
)
def test_shares(part: int, whole: int, percent: int) -> None:
    assert share(part, whole) == percent


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_only_all_is_full_and_only_none_is_empty(pair: tuple[int, int]) -> None:
    part, whole = pair
    assert (share(part, whole) == 100) == (part == whole)
    assert (share(part, whole) == 0) == (part == 0)
    assert abs(share(part, whole) - 100 * part / whole) < 1

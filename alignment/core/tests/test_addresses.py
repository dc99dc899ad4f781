"""Only what can be the number of a row is one."""

import pytest
from django.http import QueryDict

from alignment.core.addresses import number_in


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("after=7", 7),
        ("after=" + "9" * 18, 10**18 - 1),
        ("after=" + "9" * 19, None),
        ("after=-1", None),
        ("after=1.5", None),
        ("after=x", None),
        ("after=", None),
        ("", None),
        ("after=1&after=2", 2),
    ],
)
def test_numbers(query: str, number: int | None) -> None:
    assert number_in(QueryDict(query), "after") == number

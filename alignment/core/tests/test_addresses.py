"""Row ids in URLs and forms, and URLs of rows."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from alignment.core.addresses import address_of, number_in, numbers_of


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("after=7", 7),
        ("after=" + "9" * 18, 10**18 - 1),
        ("after=" + "9" * 19, None),
        ("after=-1", None),
        ("after=1.5", None),
        ("after=x", None),
        ("after=²", None),
        ("after=٣", None),
        ("after=", None),
        ("", None),
        ("after=1&after=2", 2),
    ],
)
def test_numbers(query: str, number: int | None) -> None:
    assert number_in(QueryDict(query), "after") == number


def test_what_is_no_number_is_left_out() -> None:
    # The last has more digits than int() reads.
    assert numbers_of(["7", "x", "", "12", "9" * 5_000]) == [7, 12]


@pytest.mark.parametrize("name", ["workspace:person", "workspace:lead", "workspace:account_edit"])
@pytest.mark.parametrize("program", ["us-mid-market", "0", "p-0-7"])
@pytest.mark.parametrize("row", [0, 7, 10**12])
def test_the_address_of_a_row(name: str, program: str, row: int) -> None:
    assert address_of(name, program, row) == reverse(name, args=[program, row])

"""The unit of a column's bare numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.imports.parsing import fields
from alignment.imports.parsing.mapping import ColumnMapping, guess_mapping
from alignment.imports.parsing.scales import SCALES, UNKNOWN_SCALE, guess_scale

THOUSANDS, MILLIONS, BILLIONS = SCALES[1:]
FEW = ["36.9", "12.4", "1,204.5"]


def guessed(header: str, values: list[str]) -> tuple[str, int]:
    rows = [[f"Company {number}", value] for number, value in enumerate(values)]
    (_name, column) = guess_mapping("accounts", ["Company", header], rows)
    return column.field, column.scale


@pytest.mark.parametrize(
    ("header", "scale"),
    [
        ("Revenue ($M)", MILLIONS),
        ("revenue_usd_millions", MILLIONS),
        ("Revenue (in millions)", MILLIONS),
        ("RevenueMM", MILLIONS),
        ("Est. Revenue 2023 (US$ mn)", MILLIONS),
        ("2023 Revenue in millions", MILLIONS),
        ("CA (M€)", MILLIONS),
        ("CA en millions d'euros", MILLIONS),
        ("Chiffre d'affaires (k€)", THOUSANDS),
        ("Sales ($000s)", THOUSANDS),
        ("Revenue USD '000", THOUSANDS),
        ("Revenue ($bn)", BILLIONS),
        ("CA (Mds €)", BILLIONS),
    ],
)
def test_headers_say_it(header: str, scale: int) -> None:
    assert guessed(header, FEW) == ("revenue", scale)


@pytest.mark.parametrize("header", ["Revenue", "revenue_usd", "Annual revenue", "Revenue ($)"])
def test_what_nobody_says_is_asked(header: str) -> None:
    assert guessed(header, FEW) == ("revenue", UNKNOWN_SCALE)
    assert guessed(header, ["523964", "280522", "4592"]) == ("revenue", UNKNOWN_SCALE)
    assert guessed(header, ["36900000", "4500000", "n/a"]) == ("revenue", 1)
    assert guessed(header, ["$1.2B", "36.9 Million", "$0.8m"]) == ("revenue", 1)
    # Full amounts under a header that says millions.
    assert guessed("Revenue ($M)", ["36900000", "4500000"]) == ("revenue", UNKNOWN_SCALE)


def test_employees_may_be_counted_in_thousands() -> None:
    assert guessed("Employees (thousands)", FEW) == ("employees", THOUSANDS)
    assert guessed("Employees", ["36.9", "12.4", "0.8"]) == ("employees", UNKNOWN_SCALE)
    assert guessed("Employees", ["36", "12", "51-200", "1,450"]) == ("employees", 1)
    found = fields.parse_employees("36.9", scale=THOUSANDS)
    assert found == (36_900, 36_900)
    assert fields.parse_employees("1.450", scale=THOUSANDS) == (1_450, 1_450)
    assert fields.parse_employees("1.450") == (1_450, 1_450)
    assert fields.parse_employees("2k", scale=THOUSANDS) == (2_000, 2_000)


@given(st.lists(st.integers(1, 999_999).map(str), min_size=1, max_size=9))
def test_a_bare_small_sum_is_never_taken_for_dollars(values: list[str]) -> None:
    assert guess_scale("Revenue", "revenue", values) == UNKNOWN_SCALE


def test_while_it_is_unknown_cells_are_shown_as_they_stand() -> None:
    assert ColumnMapping(1, "revenue", UNKNOWN_SCALE).reading().scale == 1

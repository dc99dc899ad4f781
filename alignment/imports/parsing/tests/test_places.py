import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.imports.parsing.errors import CellError
from alignment.imports.parsing.places import (
    Location,
    parse_country,
    parse_location,
    parse_state,
    parse_zip,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Saint Paul, Minnesota", ("Saint Paul", "MN", "", "US")),
        ("San Francisco, California, United States", ("San Francisco", "CA", "", "US")),
        ("Billings, MT 59101-1234", ("Billings", "MT", "59101", "US")),
        ("123 Main St, Boston, MA 02110", ("Boston", "MA", "02110", "US")),
        ("Billings MT", ("Billings", "MT", "", "US")),
        ("Washington, D.C.", ("Washington", "DC", "", "US")),
        ("Reston, Virginia[2]", ("Reston", "VA", "", "US")),
        ("Columbus, Ohio; Detroit, Michigan", ("Columbus", "OH", "", "US")),
        ("Atlanta, Georgia", ("Atlanta", "GA", "", "US")),
        ("New York, New York", ("New York", "NY", "", "US")),
        ("Los Angeles, CA", ("Los Angeles", "CA", "", "US")),
        ("Paris, Île-de-France, France", ("Paris", "", "", "FR")),
        ("Warmley, Bristol, United Kingdom", ("Warmley", "", "", "GB")),
        ("Kenya", ("", "", "", "KE")),
        ("États-Unis", ("", "", "", "US")),
        ("MT", ("", "MT", "", "US")),
        ("", ("", "", "", "")),
    ],
)
def test_places_in_one_cell(text: str, expected: tuple[str, str, str, str]) -> None:
    assert parse_location(text) == Location(*expected)


def test_states() -> None:
    texts = ("MT", "montana", "Saint Paul, Minnesota", "Floride", "D.C.", "new-york")
    assert [parse_state(t) for t in texts] == ["MT", "MT", "MN", "FL", "DC", "NY"]
    with pytest.raises(CellError):
        parse_state("Bavaria")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("59101-1234", "59101"),
        ("1234", "01234"),
        ("591011234", "59101"),
        ("59101.0", "59101"),
        ("601", "00601"),
        (" 59101 ", "59101"),
    ],
)
def test_zip_codes(text: str, code: str) -> None:
    assert parse_zip(text) == code


@pytest.mark.parametrize("text", ["abc", "0", "123456", "12-34", "SW1A 1AA", "٥٩١٠١"])
def test_not_zip_codes(text: str) -> None:
    with pytest.raises(CellError):
        parse_zip(text)


def test_countries() -> None:
    texts = ("US", "u.s.a.", "United States of America", "Allemagne", "fr", "Côte d'Ivoire")
    assert [parse_country(t) for t in texts] == ["US", "US", "US", "DE", "FR", "CI"]
    with pytest.raises(CellError):
        parse_country("Atlantis")


@given(st.text(max_size=60))
def test_any_text_is_some_place(text: str) -> None:
    place = parse_location(text)
    assert not place.state or place.country == "US"

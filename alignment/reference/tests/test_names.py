import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.reference.names import city_key, name_key
from alignment.reference.rules import STATES, state_code


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("The Acme Widgets Co., Inc.", "acme widgets"),
        ("ACME WIDGETS", "acme widgets"),
        ("A. O. Smith", "ao smith"),
        ("A.O. Smith Corp", "ao smith"),
        ("AT&T", "at and t"),
        ("Tiffany & Co.", "tiffany"),
        ("Société Générale SA", "societe generale"),
        ("L'Oréal S.A.", "loreal"),
        ("Alphabet Inc. (Class A)", "alphabet"),
        ("Coca-Cola Company (The)", "coca cola"),
        ("S.A.", "sa"),
        ("The Limited", "limited"),
        ("株式会社", "株式会社"),
    ],
)
def test_spellings_meet(name: str, key: str) -> None:
    assert name_key(name) == key


@given(st.text(max_size=40))
def test_a_key_is_its_own_key(name: str) -> None:
    key = name_key(name)
    assert key == " ".join(key.split())
    assert len(key) <= 4 * len(name) + 4


def test_cities() -> None:
    assert city_key("St. Paul") == city_key("SAINT PAUL") == "saint paul"
    assert city_key("New York City") == "new york"
    assert city_key("Kansas City") == "kansas city"


def test_states() -> None:
    assert len({code for code, _, _ in STATES}) == 52
    assert all(state_code(name) == code for code, name, _ in STATES)
    assert state_code("Bavaria") is None

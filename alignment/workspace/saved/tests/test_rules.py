"""Which parts of a query string are saved."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment.workspace.saved.rules import MOST_PARTS, NOT_KEPT, kept

KNOWN = ("q", "state", "columns")
names = st.sampled_from([*KNOWN, *NOT_KEPT, "colour", "x"])
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8)
addresses = st.lists(st.tuples(names, texts), max_size=20)


@settings(deadline=None)  # the machine may be busy
@given(addresses)
def test_what_is_kept_is_known_sorted_and_kept_again_as_it_is(pairs: list) -> None:
    query, unknown = kept(urlencode(pairs), KNOWN)
    said = parse_qsl(query)
    assert said == sorted(set(said))
    assert {name for name, _value in said} <= set(KNOWN)
    assert kept(query, KNOWN) == (query, ())
    assert set(said) == {(n, v) for n, v in pairs if n in KNOWN and v}
    assert set(unknown) == {n for n, v in pairs if v and n not in KNOWN and n not in NOT_KEPT}


@given(addresses, st.randoms())
def test_the_order_of_an_address_makes_no_difference(pairs: list, random: object) -> None:
    shuffled = list(pairs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert kept(urlencode(pairs), KNOWN).query == kept("?" + urlencode(shuffled), KNOWN).query


@pytest.mark.parametrize("query", ["q=a%00b", "&".join(["columns=x"] * (MOST_PARTS + 1))])
def test_what_no_page_could_store(query: str) -> None:
    with pytest.raises(ValueError, match=r"NUL|fields"):
        kept(query, KNOWN)

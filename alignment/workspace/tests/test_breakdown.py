"""Accounts on the map and in the tree of industries."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.reference.rules import STATES
from alignment.workspace.accounts.tiles import PLACES, SHADES, shade, tiles
from alignment.workspace.tests.pages import queries, text
from tests import cast as make
from tests.cast import Cast
from tests.markup import tight


def test_every_state_has_one_square_of_its_own() -> None:
    assert set(PLACES) == {code for code, _name, _fips in STATES}
    assert len(set(PLACES.values())) == len(PLACES)


@given(st.dictionaries(st.sampled_from(sorted(PLACES)), st.integers(0, 10**6)))
def test_more_accounts_are_never_lighter_and_one_is_never_none(numbers: dict) -> None:
    shown = sorted(tiles(numbers), key=lambda tile: tile.number)
    shades = [tile.shade for tile in shown]
    assert shades == sorted(shades)
    assert all((tile.shade > 0) == (tile.number > 0) for tile in shown)
    assert max(shades) == (SHADES if any(numbers.values()) else 0)


@given(st.integers(-5, 10**7), st.integers(-5, 10**7))
def test_shades_stay_within_bounds(number: int, most: int) -> None:
    assert 0 <= shade(number, most) <= SHADES


@pytest.fixture
def market(cast: Cast) -> Cast:
    fits: dict[str, Any] = {
        "employees_low": 800,
        "employees_high": 900,
        "revenue_low": 80_000_000,
        "revenue_high": 90_000_000,
    }
    make.account(cast.program, "A", city="Boston", state="MA", naics="513210", **fits)
    make.account(cast.program, "B", city="Boston", state="MA", naics="332722", employees_high=3)
    make.account(cast.program, "C", city="Austin", state="TX", naics="5132")
    make.account(cast.program, "D", state="TX", naics="51")
    make.account(cast.program, "E")
    make.account(cast.other_program, "Z", city="Austin", state="TX", naics="722511")
    return cast


def row(page: str, name: str) -> list[str]:
    """The numbers in one row of a table."""
    line = re.search(rf"<tr><th[^>]*>(?:<[^>]*>)*{re.escape(name)}<.*?</tr>", page, re.DOTALL)
    assert line, name
    return re.findall(r'<td class="num">(?:<b>)?(\d*)', line[0])


@pytest.mark.django_db
def test_the_map_counts_by_state_and_verdict(market: Cast) -> None:
    page = tight(text(market, "observer", "accounts/map/"))
    assert row(page, "Texas")[-1] == "2"
    assert row(page, "Massachusetts")[-1] == "2"
    assert row(page, "State unknown")[-1] == "1"
    total, *parts = reversed([int(n or 0) for n in row(page, "Massachusetts")])
    assert sum(parts) == total
    assert row(page, "Austin-Round Rock-San Marcos, TX")[-1] == "1"
    assert 'aria-label="Texas: 2 accounts"' in page
    assert 'aria-label="Ohio: 0 accounts"' in page


@pytest.mark.django_db
def test_a_state_chosen_narrows_its_areas_and_leads_to_the_list(market: Cast) -> None:
    page = tight(text(market, "rep", "accounts/map/?state=TX&industry=51"))
    assert "Boston" not in page.partition("metros-title")[2].partition("states-title")[0]
    assert row(page, "Massachusetts")[-1] == "1"
    assert "Show the accounts in Texas" in page
    assert re.search(r'href="[^"]*/accounts/\?state=TX&amp;industry=51&amp;view=all"', page)


@pytest.mark.django_db
@pytest.mark.parametrize(("count", "number"), [("yes", 1), ("no", 1), ("total", 2), ("x", 2)])
def test_the_map_may_count_one_verdict(market: Cast, count: str, number: int) -> None:
    page = tight(text(market, "rep", f"accounts/map/?count={count}"))
    assert f'aria-label="Massachusetts: {number} account' in page


@pytest.mark.django_db
def test_the_tree_counts_sectors_and_what_is_below(market: Cast) -> None:
    page = tight(text(market, "rep", "accounts/industries/"))
    numbers = dict(re.findall(r"industry=([\d-]+)&[^>]*>.*?tabular\">(\d+)<", page))
    assert numbers == {"31-33": "1", "332": "1", "51": "3", "513": "2"}
    assert re.search(r"Industry unknown.*?tabular\">1<", page)
    only = tight(text(market, "rep", "accounts/industries/?state=MA"))
    assert dict(re.findall(r"industry=([\d-]+)&[^>]*>.*?tabular\">(\d+)<", only))["51"] == "1"


@pytest.mark.django_db
def test_a_branch_counts_what_the_list_finds(cast: Cast) -> None:
    for code in ("511210", "513210", "448120", "458", "447190", "454310", "454110"):
        make.account(cast.program, naics=code)
    page = tight(text(cast, "rep", "accounts/industries/"))
    numbers = dict(re.findall(r"industry=([\d-]+)&[^>]*>.*?tabular\">(\d+)<", page))
    assert numbers == {"44-45": "5", "457": "2", "458": "2", "51": "2", "513": "2"}
    for code, number in numbers.items():
        listed = text(cast, "rep", f"accounts/?industry={code}")
        assert listed.count('<tr id="account-') == int(number)


@pytest.mark.django_db
def test_industries_and_states_are_named_in_the_language_of_the_reader(cast: Cast) -> None:
    make.account(cast.program, naics="513210", state="NC")
    assert "Publishing Industries" in text(cast, "rep", "accounts/industries/")
    cast.rep.language = "fr"
    cast.rep.save()
    assert "Édition, logiciels compris" in text(cast, "rep", "accounts/industries/")
    assert "Caroline du Nord" in text(cast, "rep", "accounts/map/")


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["accounts/map/", "accounts/industries/"])
def test_they_cost_the_same_for_one_account_and_three(cast: Cast, page: str) -> None:
    make.account(cast.program, state="TX", naics="513210")
    one = queries(cast, "rep", page)
    make.account(cast.program, city="Boston", state="MA", naics="332722")
    make.account(cast.program)
    assert queries(cast, "rep", page) == one


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["state=XX", "metro=%00", "employees_min=many", "count=%00"])
def test_nonsense_is_no_error(market: Cast, asked: str) -> None:
    text(market, "rep", f"accounts/map/?{asked}")
    text(market, "rep", f"accounts/industries/?{asked}")

"""Which facts are taken from the removed account."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from accounts.duplicates.rules import FACTS, GROUPS, differing, gaps_filled, says, taken
from accounts.rules import accounts as facts_of_accounts

values = st.sampled_from([None, "", "a", "b"])
facts = st.fixed_dictionaries(dict.fromkeys(FACTS, values))
groups = st.sets(st.sampled_from(sorted(GROUPS)))


def test_every_fact_can_be_chosen_but_what_follows_from_others() -> None:
    kept = {"source", "name_key", "city_key"}
    assert set(FACTS) == set(facts_of_accounts.FACTS) - kept


@given(facts, facts)
def test_the_same_accounts_leave_nothing_to_choose(first: Any, second: Any) -> None:
    assert differing(first, first) == []
    assert set(differing(first, second)) == set(differing(second, first))


@given(facts, facts)
def test_gaps_are_filled_and_nothing_known_is_written_over(first: Any, second: Any) -> None:
    filled = gaps_filled(first, second)
    assert set(filled) <= set(differing(first, second))
    assert not any(says(first, group) for group in filled)
    after = {**first, **taken(second, filled)}
    assert all(says(after, group) for group in GROUPS if says(first, group) or says(second, group))


@given(facts, groups)
def test_a_group_is_taken_whole(gone: Any, chosen: set[str]) -> None:
    facts = taken(gone, chosen)
    assert set(facts) == {name for group in chosen for name in GROUPS[group]}
    assert all(gone[name] == value for name, value in facts.items())

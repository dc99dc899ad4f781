from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.policy.defaults import DEFAULT_POLICY
from campaigns.policy.rules import BOUNDS, InvalidPolicy, parse_policy


def test_the_default_is_a_policy() -> None:
    assert parse_policy(DEFAULT_POLICY).gap_hours == 24


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("wrong", [None, "3", True, 1.5, -1, 10**6])
def test_each_number_is_told_apart_when_wrong(name: Any, wrong: Any) -> None:
    with pytest.raises(InvalidPolicy) as refused:
        parse_policy(DEFAULT_POLICY | {name: wrong})
    assert set(refused.value.errors) == {name}


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(InvalidPolicy) as refused:
        parse_policy(DEFAULT_POLICY | {"per_planet": 3})
    assert set(refused.value.errors) == {"per_planet"}


def test_an_account_takes_no_less_than_one_of_its_people() -> None:
    with pytest.raises(InvalidPolicy) as refused:
        parse_policy(DEFAULT_POLICY | {"per_stakeholder": 9, "per_account": 8})
    assert set(refused.value.errors) == {"per_account"}


@given(st.integers(0, 1439), st.integers(0, 1439))
def test_quiet_and_open_hours_fill_the_day(quiet_from: Any, quiet_until: Any) -> None:
    policy = parse_policy(DEFAULT_POLICY | {"quiet_from": quiet_from, "quiet_until": quiet_until})
    quiet = sum(policy.is_quiet(minute) for minute in range(1440))
    assert quiet == (quiet_until - quiet_from) % 1440

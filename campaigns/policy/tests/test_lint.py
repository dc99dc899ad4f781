"""Remarks on policies that are valid but probably mistakes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.policy.defaults import DEFAULT_POLICY
from campaigns.policy.lint import remarks_on
from campaigns.policy.rules import CLAUSES, parse_policy
from campaigns.policy.words import clauses_of, lines_of


def said(**changes: Any) -> list[tuple[str, str]]:
    found = remarks_on(parse_policy(DEFAULT_POLICY | changes))
    return [(remark.place, remark.severity) for remark in found]


def test_nothing_is_to_be_said_of_the_shipped_policy() -> None:
    assert said() == []


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"per_stakeholder": 1}, ("per_stakeholder", "warning")),
        (
            {"per_stakeholder": 12, "window_days": 7, "per_account": 50},
            ("per_stakeholder", "warning"),
        ),
        ({"per_account": 7}, ("per_account", "hint")),
        ({"gap_hours": 0}, ("gap_hours", "warning")),
        ({"gap_hours": 14 * 24}, ("gap_hours", "warning")),
        ({"quiet_from": 480, "quiet_until": 480}, ("quiet", "warning")),
        ({"quiet_from": 600, "quiet_until": 540}, ("quiet", "wrong")),
        ({"pause_days": 0}, ("pause_days", "hint")),
    ],
)
def test_what_is_hardly_meant_is_told(changes: dict[str, Any], remark: tuple[str, str]) -> None:
    assert said(**changes) == [remark]


POLICIES = st.fixed_dictionaries(
    {
        "per_stakeholder": st.integers(1, 100),
        "per_account": st.integers(100, 1_000),
        "window_days": st.integers(1, 90),
        "gap_hours": st.integers(0, 720),
        "quiet_from": st.integers(0, 1439),
        "quiet_until": st.integers(0, 1439),
        "pause_days": st.integers(0, 90),
    }
)


@given(POLICIES)
def test_every_policy_is_said_in_full_and_remarks_are_about_its_clauses(content: Any) -> None:
    clauses = clauses_of(content)
    assert [clause.key for clause in clauses] == list(CLAUSES)
    assert all(clause.says for clause in clauses)
    assert [line.clause for line in lines_of(content)] == clauses
    assert {remark.place for remark in remarks_on(parse_policy(content))} <= set(CLAUSES)


@given(POLICIES, POLICIES)
def test_two_policies_are_said_differently_where_they_differ(one: Any, other: Any) -> None:
    """Every difference shows in a sentence, so that nobody signs a change without seeing it."""
    policy, then = parse_policy(one), parse_policy(other)
    no_hours = policy.quiet_from == policy.quiet_until and then.quiet_from == then.quiet_until
    if policy != then and not no_hours:
        assert clauses_of(one) != clauses_of(other)

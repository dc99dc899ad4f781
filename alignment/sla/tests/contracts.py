"""Contracts for examples and hypothesis strategies."""

from typing import Any

from hypothesis import strategies as st

from alignment.sla.rules.contract import (
    CHANNELS,
    CONDITIONS,
    ENDS,
    HOURS_OF,
    MAX_RUNGS,
    RECIPIENTS,
    SIDES,
    STARTS,
)

rungs = st.lists(
    st.fixed_dictionaries(
        {
            "to": st.sampled_from(RECIPIENTS),
            "after_minutes": st.integers(0, 3_000),
            "channels": st.lists(st.sampled_from(CHANNELS), min_size=1, unique=True),
        }
    ),
    max_size=MAX_RUNGS,
).map(lambda found: [{"step": i, **rung} for i, rung in enumerate(found, 1)])
common = {
    "owes": st.sampled_from(SIDES),
    "starts": st.sampled_from(STARTS),
    "ladder": rungs,
    "reason": st.text(max_size=20),
}
timed = st.fixed_dictionaries(
    common
    | {
        "kind": st.just("timed"),
        "ends": st.sampled_from(ENDS),
        "minutes": st.integers(1, 10_000),
        "time": st.sampled_from(("elapsed", "business")),
        "hours_of": st.sampled_from(HOURS_OF),
        "warn_at": st.lists(st.integers(1, 99), max_size=MAX_RUNGS, unique=True),
    }
)
conditions = st.fixed_dictionaries(
    common | {"kind": st.just("condition"), "condition": st.sampled_from(CONDITIONS)}
)
contracts = st.lists(timed | conditions, max_size=6).map(
    lambda found: {"clauses": [{"key": f"clause-{i}", **row} for i, row in enumerate(found)]}
)


def clause(key: str = "first-contact", **changes: Any) -> dict[str, Any]:
    """A timed promise of sales as a version stores it; None removes a key."""
    usual: dict[str, Any] = {
        "key": key,
        "owes": "sales",
        "kind": "timed",
        "starts": "handed_off",
        "ends": "contacted",
        "minutes": 60,
        "time": "elapsed",
        "warn_at": [50],
        "ladder": [{"step": 1, "to": "manager", "after_minutes": 0, "channels": ["app"]}],
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}


def condition(key: str = "brief", **changes: Any) -> dict[str, Any]:
    """A promise of marketing without a limit."""
    usual: dict[str, Any] = {
        "key": key,
        "owes": "marketing",
        "kind": "condition",
        "starts": "handed_off",
        "condition": "brief_complete",
        "ladder": [{"step": 1, "to": "owner", "after_minutes": 0, "channels": ["email"]}],
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}

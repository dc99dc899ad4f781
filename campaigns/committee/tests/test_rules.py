"""Gaps of a committee, and its hierarchy."""

from hypothesis import given
from hypothesis import strategies as st

from campaigns.committee.rules import Gap, Node, Part, lacks, tree, would_circle

ROLES = (
    "decision_maker",
    "economic_buyer",
    "champion",
    "influencer",
    "technical",
    "blocker",
    "user",
)
PARTS = st.builds(
    Part,
    key=st.integers(1, 9),
    role=st.sampled_from(ROLES),
    stance=st.sampled_from(("", "for", "neutral", "against")),
    sales=st.booleans(),
    marketing=st.booleans(),
    influence=st.integers(1, 3),
    owned=st.booleans(),
)


def test_nobody_known_lacks_whom_every_deal_needs() -> None:
    assert [lack.gap for lack in lacks([])] == [
        Gap.NO_DECISION_MAKER,
        Gap.NO_ECONOMIC_BUYER,
        Gap.NO_CHAMPION,
    ]


@given(st.lists(PARTS, unique_by=lambda part: part.key))
def test_each_gap_is_true_and_none_is_missed(parts: list[Part]) -> None:
    found = {lack.gap: lack.keys for lack in lacks(parts)}
    roles = [part.role for part in parts]
    assert (Gap.NO_ECONOMIC_BUYER in found) == ("economic_buyer" not in roles)
    unowned = {p.key for p in parts if p.role in ROLES[:2] and not p.sales}
    assert set(found.get(Gap.DECIDER_WITHOUT_SALES, ())) == unowned
    cold = {p.key for p in parts if p.role in ROLES[2:] and not p.marketing}
    assert set(found.get(Gap.WITHOUT_NURTURE, ())) == cold
    alone = {
        p.key
        for p in parts
        if (p.stance, p.influence, p.owned) == ("against", 3, False) and p.role in ROLES[2:]
    }
    assert set(found.get(Gap.INFLUENCE_AGAINST, ())) == alone
    assert all(keys or gap in list(Gap)[:3] for gap, keys in found.items())


def grown(moves: list[tuple[int, int]]) -> dict[int, int | None]:
    """Build a hierarchy step by step; moves that would close a cycle are refused."""
    above: dict[int, int | None] = dict.fromkeys(range(6))
    for key, boss in moves:
        if not would_circle(above, key, boss):
            above[key] = boss
    return above


def keys(nodes: list[Node]) -> list[int]:
    return [key for node in nodes for key in (node.key, *keys(node.below))]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=30))
def test_everybody_is_drawn_exactly_once(moves: list[tuple[int, int]]) -> None:
    assert sorted(keys(tree(grown(moves)))) == list(range(6))


def test_a_circle_is_seen_from_anywhere_in_it() -> None:
    above: dict[int, int | None] = {1: None, 2: 1, 3: 2}
    assert would_circle(above, 1, 3)
    assert would_circle(above, 1, 1)
    assert not would_circle(above, 3, 1)
    assert not would_circle(above, 1, None)

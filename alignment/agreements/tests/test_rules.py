"""The canonical form that is signed, and the differences between two versions."""

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from alignment.agreements.rules import Clause, canonical, diff, digest, pieces

scalars = st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8)
contents = st.recursive(
    scalars | st.none(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=20,
)
objects = st.dictionaries(st.text(max_size=6), contents, max_size=5)
clauses = st.lists(
    st.builds(
        Clause,
        key=st.sampled_from("abcdefgh"),
        title=st.sampled_from(["Employees", "Revenue"]),
        says=st.sampled_from(["50–200", "100–500", "any"]),
    ),
    max_size=8,
    unique_by=lambda clause: clause.key,
)


def shuffled(value: Any, dice: Random) -> Any:
    """The same content with every list and every object in another order."""
    if isinstance(value, dict):
        items = [(name, shuffled(item, dice)) for name, item in value.items()]
        return dict(dice.sample(items, len(items)))
    if isinstance(value, list):
        return dice.sample([shuffled(item, dice) for item in value], len(value))
    return value


@given(objects, st.randoms(use_true_random=False))
def test_same_content_in_any_order_has_the_same_hash(content: Any, dice: Random) -> None:
    assert digest("icp", content) == digest("icp", shuffled(content, dice))


@given(objects, st.text(min_size=1, max_size=5), st.integers())
def test_another_value_has_another_hash(content: Any, name: str, value: int) -> None:
    changed = {**content, name: value}
    same = repr(canonical(changed)) == repr(canonical(content))
    assert (digest("icp", changed) == digest("icp", content)) == same


def test_kind_and_terms_are_part_of_what_is_signed() -> None:
    one = digest("icp", {"a": 1}, hands_over=False)
    assert one != digest("scoring", {"a": 1}, hands_over=False)
    assert one != digest("icp", {"a": 1}, hands_over=True)
    assert one == digest("icp", {"a": 1, "b": None, "c": []}, hands_over=False)
    assert digest("icp", {"a": 1}) != digest("icp", {"a": True})


@given(clauses, clauses)
def test_the_diff_leads_from_one_to_the_other(before: list[Clause], after: list[Clause]) -> None:
    changes = {change.key: change for change in diff(before, after)}
    old, new = {c.key: c for c in before}, {c.key: c for c in after}
    for key in old.keys() | new.keys():
        if key not in new:
            assert changes[key].kind == "removed"
        elif key not in old:
            assert changes[key].kind == "added"
        elif (old[key].title, old[key].says) != (new[key].title, new[key].says):
            assert changes[key].kind == "changed"
            assert changes[key].was != ""
            assert changes[key].now == new[key].says
        else:
            assert key not in changes


@given(clauses, st.randoms(use_true_random=False))
def test_order_alone_is_no_difference(said: list[Clause], dice: Random) -> None:
    assert diff(said, dice.sample(said, len(said))) == []


words = st.lists(
    st.sampled_from(["in", "60", "45", "minutes", "of", "the", "hand-off"]), max_size=9
)


@given(words, words)
def test_pieces_hold_both_sentences(was: list[str], now: list[str]) -> None:
    found = pieces(" ".join(was), " ".join(now))
    for kind, sentence in (("gone", was), ("new", now)):
        kept = " ".join(piece.text.strip() for piece in found if piece.kind in ("same", kind))
        assert kept == " ".join(sentence)
    if was == now and was:
        assert [piece.kind for piece in found] == ["same"]


def test_only_what_differs_is_marked() -> None:
    was = "Sales makes first contact within 1 business hour of the hand-off, at any hour"
    now = "Sales makes first contact within 45 business minutes of the hand-off, at any hour"
    assert [(piece.kind, piece.text.strip()) for piece in pieces(was, now)] == [
        ("same", "Sales makes first contact within"),
        ("gone", "1 business hour"),
        ("new", "45 business minutes"),
        ("same", "of the hand-off, at any hour"),
    ]
    assert [p.kind for p in pieces("50 to 200 employees", "any number of them")] == ["gone", "new"]
    assert [p.kind for p in pieces("40", "35")] == ["gone", "new"]


def test_a_number_is_one_word() -> None:
    found = pieces("200–5\u202f000 · Indispensable", "180–5\u202f000 · Indispensable")
    assert [(piece.kind, piece.text.strip()) for piece in found] == [
        ("gone", "200–5\u202f000"),
        ("new", "180–5\u202f000"),
        ("same", "· Indispensable"),
    ]

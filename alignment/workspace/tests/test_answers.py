"""Answers to criteria as bit masks."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.icp.models import Verdict
from alignment.workspace.accounts.answers import masks_of, said_of
from alignment.workspace.tests.pages import text
from tests import cast as make
from tests.cast import Cast

KEYS = ("a", "b", "c")
weights = st.tuples(*[st.sampled_from(["must", "preferred", "exclude"])] * 3)
said = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["yes", "no", "unknown"]))
bits = st.integers(0, 7)


def profile(weights: Any) -> Any:
    return [SimpleNamespace(key=k, weight=w) for k, w in zip(KEYS, weights, strict=True)]


@given(weights, said, bits, bits)
def test_the_bits_find_what_the_page_of_an_account_would_say(
    weights: Any, said: dict, yes: int, unknown: int
) -> None:
    yes &= ~unknown
    masks = masks_of([f"{k}:{v}" for k, v in said.items()], profile(weights))
    assert masks is not None
    assert masks.is_possible
    found = (
        yes & masks.yes == masks.yes
        and unknown & masks.unknown == masks.unknown
        and not (yes | unknown) & masks.neither
    )

    def mark(at: int) -> str:
        if unknown >> at & 1:
            return "unknown"
        return "yes" if bool(yes >> at & 1) != (weights[at] == "exclude") else "no"

    assert found == all(mark(KEYS.index(key)) == answer for key, answer in said.items())


@pytest.mark.parametrize("asked", ["", "a", "a:", "a:maybe", "d:yes", ":yes"])
def test_what_there_is_not(asked: str) -> None:
    assert masks_of([asked], profile(["must"] * 3)) is None
    assert said_of({"a": "A"}, asked) == asked


@pytest.mark.django_db
def test_each_answer_is_a_chip_of_its_own(cast: Cast) -> None:
    make.account(cast.program, "Acme", employees_low=800, employees_high=900)
    assert Verdict.objects.in_program(cast.program).exists()
    page = text(cast, "rep", "accounts/?answer=employees:yes&answer=budget:unknown&answer=")
    assert "200–5,000: Match" in page
    assert 'href="?answer=budget%3Aunknown"' in page
    assert 'href="?answer=employees%3Ayes"' in page
    assert '<option value="employees:yes" selected>' in page

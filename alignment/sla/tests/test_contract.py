"""The contract as a value: what is refused, what the hash covers, and how it reads."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.agreements.rules import diff, digest
from alignment.sla.defaults import DEFAULT_CONTRACT
from alignment.sla.rules.contract import Contract, InvalidContract, SlaClause, parse_contract
from alignment.sla.words import contract_clause

from .contracts import clause, condition, contracts


def shuffled(content: dict[str, Any], dice: Random) -> dict[str, Any]:
    """The same contract with clauses, steps, channels and warnings in another order."""
    rows = []
    for row in content["clauses"]:
        ladder = [
            {**rung, "channels": dice.sample(rung["channels"], len(rung["channels"]))}
            for rung in row["ladder"]
        ]
        mixed = {**row, "ladder": dice.sample(ladder, len(ladder))}
        if "warn_at" in row:
            mixed["warn_at"] = dice.sample(row["warn_at"], len(row["warn_at"]))
        rows.append(mixed)
    return {"clauses": dice.sample(rows, len(rows))}


def as_set(contract: Contract) -> set[SlaClause]:
    return set(contract.clauses)


def sides(content: dict[str, Any]) -> set[str]:
    return {row["owes"] for row in content["clauses"]}


@given(contracts, st.randoms(use_true_random=False))
def test_order_is_neither_signed_nor_meant(content: Any, dice: Random) -> None:
    other = shuffled(content, dice)
    assert digest("sla", content) == digest("sla", other)
    assert as_set(parse_contract(content)) == as_set(parse_contract(other))


@given(contracts, contracts)
def test_what_means_something_else_has_another_hash(one: Any, other: Any) -> None:
    if as_set(parse_contract(one)) != as_set(parse_contract(other)):
        assert digest("sla", one) != digest("sla", other)


@given(contracts.filter(lambda c: c["clauses"]), st.randoms(use_true_random=False))
def test_each_single_change_is_signed(content: Any, dice: Random) -> None:
    """The hash changes whenever a part of a clause does."""
    place = dice.randrange(len(content["clauses"]))
    row = dict(content["clauses"][place])
    changes: list[dict[str, Any]] = [
        {"owes": "marketing" if row["owes"] == "sales" else "sales"},
        {"starts": "became_mql" if row["starts"] != "became_mql" else "recycled"},
        {"ladder": row["ladder"][:-1]},
        {
            "ladder": [
                {**rung, "after_minutes": rung["after_minutes"] + 1} for rung in row["ladder"]
            ]
        },
        {"ladder": [{**rung, "to": "owner"} for rung in row["ladder"]]},
        {"reason": row["reason"] + "!"},
    ]
    if row["kind"] == "timed":
        changes += [{"minutes": row["minutes"] + 1}, {"warn_at": row["warn_at"][1:]}]
        changes.append({"time": "business" if row["time"] == "elapsed" else "elapsed"})
    before = as_set(parse_contract(content))
    for change in changes:
        rows = [*content["clauses"]]
        rows[place] = row | change
        if as_set(parse_contract({"clauses": rows})) != before:
            assert digest("sla", {"clauses": rows}) != digest("sla", content)


def test_the_order_of_the_ladder_is_signed() -> None:
    steps = [("manager", 0), ("owner", 0)]
    ladders = [
        [
            {"step": i, "to": to, "after_minutes": after, "channels": ["app"]}
            for i, (to, after) in enumerate(order, 1)
        ]
        for order in (steps, steps[::-1])
    ]
    one, other = ({"clauses": [clause(ladder=ladder)]} for ladder in ladders)
    assert digest("sla", one) != digest("sla", other)


@given(contracts, contracts)
def test_promises_that_read_alike_are_alike(one: Any, other: Any) -> None:
    """The diff in words covers everything that affects a verdict; reasons don't."""
    before, after = parse_contract(one), parse_contract(other)
    told = diff(*([contract_clause(c) for c in side.clauses] for side in (before, after)))
    plain = [{replace(c, reason="") for c in side.clauses} for side in (before, after)]
    assert bool(told) == (plain[0] != plain[1])


def test_the_words_say_everything() -> None:
    promise = next(row for row in DEFAULT_CONTRACT["clauses"] if row["key"] == "first-contact")
    said = contract_clause(parse_contract({"clauses": [promise]}).clauses[0])
    assert said.key == "clause:first-contact"
    assert said.title == "First contact"
    assert said.says == (
        "Sales makes first contact within 1 business hour of the hand-off, in the hours of the team;"
        " warnings at 50% and 80%;"
        " if broken: at once the managers of sales (app, e-mail),"
        " unanswered for 30 minutes the program's owner (app, e-mail)"
    )
    brief = contract_clause(parse_contract({"clauses": [condition(ladder=[])]}).clauses[0])
    assert brief.says == (
        "Marketing gives a complete brief at the hand-off; if broken, nobody is told"
    )


@pytest.mark.parametrize(
    ("minutes", "time", "words"),
    [
        (1, "elapsed", "within 1 minute of"),
        (45, "business", "within 45 business minutes of"),
        (60, "elapsed", "within 1 hour of"),
        (1440, "elapsed", "within 24 hours of"),
        (2880, "elapsed", "within 2 days of"),
        (2880, "business", "within 48 business hours of"),
        (90, "elapsed", "within 90 minutes of"),
    ],
)
def test_limits_in_words(minutes: int, time: str, words: str) -> None:
    row = clause(minutes=minutes, time=time, hours_of="team")
    assert words in contract_clause(parse_contract({"clauses": [row]}).clauses[0]).says


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"clauses": "none"}, "clauses"),
        ({"clauses": [clause(str(n)) for n in range(21)]}, "clauses"),
        ({"clauses": ["text"]}, "clauses.0"),
        ({"clauses": [clause(), clause()]}, "clauses.1.key"),
        ({"clauses": [clause("Not a key")]}, "clauses.0.key"),
        ({"clauses": [{**clause(), "key": ["x"]}]}, "clauses.0.key"),
        ({"clauses": [clause(owes="both")]}, "clauses.0.owes"),
        ({"clauses": [clause(starts=None)]}, "clauses.0.starts"),
        ({"clauses": [clause(ends="lunch")]}, "clauses.0.ends"),
        ({"clauses": [clause(minutes=0)]}, "clauses.0.minutes"),
        ({"clauses": [clause(minutes=1.5)]}, "clauses.0.minutes"),
        ({"clauses": [clause(minutes=True)]}, "clauses.0.minutes"),
        ({"clauses": [clause(time="business", hours_of="moon")]}, "clauses.0.hours_of"),
        ({"clauses": [clause(warn_at=[100])]}, "clauses.0.warn_at"),
        ({"clauses": [clause(reason="x" * 2_001)]}, "clauses.0.reason"),
        ({"clauses": [condition(condition="weather")]}, "clauses.0.condition"),
        ({"clauses": [clause(ladder=[{"step": 2}])]}, "clauses.0.ladder.0.to"),
        (
            {"clauses": [clause(ladder=[{"step": 1, "to": "owner", "channels": [{}]}])]},
            "clauses.0.ladder.0.channels",
        ),
        (
            {
                "clauses": [
                    clause(
                        ladder=[{"step": 2, "to": "owner", "after_minutes": 0, "channels": ["app"]}]
                    )
                ]
            },
            "clauses.0.ladder",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_place(content: Any, place: str) -> None:
    with pytest.raises(InvalidContract) as refused:
        parse_contract(content)
    assert place in refused.value.errors


def test_nothing_is_promised_by_an_empty_content() -> None:
    assert parse_contract({}) == Contract()


def test_the_shipped_contract_binds_both_sides() -> None:
    assert sides(DEFAULT_CONTRACT) == {"marketing", "sales"}
    assert len(parse_contract(DEFAULT_CONTRACT).clauses) == 7

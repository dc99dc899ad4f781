"""Routing as a value: fair, never to somebody away, and deterministic."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from alignment.sla.rules.routing import (
    ACCOUNT_OWNER,
    LEAD_OWNER,
    NOBODY,
    ROTATION,
    TERRITORY,
    Asked,
    Claimant,
    Ground,
    Rep,
    after,
    choose,
)

NOW = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
ANA, BEN, CAL = Rep(1, "Ana", team_id=7), Rep(2, "Ben", team_id=7), Rep(3, "Cal", team_id=8)
THREE = {rep.user_id: rep for rep in (ANA, BEN, CAL)}


def changed(rep: Rep, **values: object) -> dict[int, Rep]:
    return {**THREE, rep.user_id: replace(rep, **values)}  # type: ignore[arg-type]


def test_owner_of_the_lead_then_of_the_account_then_the_territory_then_the_turn() -> None:
    asked = Asked(
        lead_owner=Claimant(3, "Cal"),
        account_owner=Claimant(2, "Ben"),
        state="TX",
        ground=Ground("TX", person=Claimant(1, "Ana")),
    )
    assert choose(asked, THREE).route == LEAD_OWNER
    asked = Asked(account_owner=Claimant(2, "Ben"), state="TX", ground=asked.ground)
    assert (choose(asked, THREE).user_id, choose(asked, THREE).route) == (2, ACCOUNT_OWNER)
    asked = Asked(state="TX", ground=asked.ground)
    found = choose(asked, THREE)
    assert (found.user_id, found.route, found.why["state"]) == (1, TERRITORY, "TX")
    assert (choose(Asked(), THREE).user_id, choose(Asked(), THREE).route) == (1, ROTATION)


def test_a_team_takes_turns_in_its_territory() -> None:
    asked = Asked(state="TX", ground=Ground("TX", team_id=7, team_name="West"))
    reps = changed(ANA, taken=3)
    found = choose(asked, reps)
    assert (found.user_id, found.route, found.why["team"]) == (2, TERRITORY, "West")
    assert found.why["turn"] == {"among": 2, "taken": 0, "weight": 1}


def test_whoever_is_away_is_passed_over_with_the_reason() -> None:
    asked = Asked(account_owner=Claimant(2, "Ben"))
    found = choose(asked, changed(BEN, on_leave=True))
    assert found.user_id == 1
    assert found.why["passed_over"] == [{"who": "Ben", "as": ACCOUNT_OWNER, "because": "leave"}]
    gone = choose(Asked(account_owner=Claimant(99, "Zoe")), THREE)
    assert gone.why["passed_over"][0]["because"] == "not_in_sales"


def test_outside_hours_an_owner_keeps_the_lead_unless_the_program_covers() -> None:
    asked = Asked(account_owner=Claimant(2, "Ben"))
    reps = changed(BEN, works_now=False)
    assert choose(asked, reps).user_id == 2
    covered = choose(asked, reps, cover=True)
    assert covered.user_id == 1
    assert covered.why["passed_over"][0]["because"] == "out_of_hours"
    asleep = {pk: Rep(pk, rep.name, works_now=False) for pk, rep in THREE.items()}
    assert choose(asked, asleep, cover=True).user_id == 2
    # The person who claimed the lead keeps it.
    mine = Asked(lead_owner=Claimant(2, "Ben"))
    assert choose(mine, reps, cover=True).user_id == 2


def test_room_comes_before_hours_and_hours_before_fairness() -> None:
    reps = {1: Rep(1, "Full", room=2, taken=2), 2: Rep(2, "Asleep", works_now=False, taken=0)}
    assert choose(Asked(), reps).user_id == 2
    reps = {1: Rep(1, "Busy", taken=9), 2: Rep(2, "Asleep", works_now=False)}
    assert choose(Asked(), reps).user_id == 1
    full = {1: Rep(1, "A", room=1, taken=4), 2: Rep(2, "B", room=1, taken=3)}
    found = choose(Asked(), full)
    assert found.user_id == 2
    assert found.why["turn"]["all_full"]


def test_nobody_possible_says_so() -> None:
    away = {1: Rep(1, "A", on_leave=True), 2: Rep(2, "B", weight=0)}
    found = choose(Asked(), away)
    assert (found.user_id, found.route) == (None, NOBODY)
    assert (found.why["away"], found.why["people"]) == (1, 1), "B takes no turns"
    assert choose(Asked(), {2: Rep(2, "B", weight=0, on_leave=True)}).why["away"] == 0
    assert choose(Asked(), {}).user_id is None


def test_ties_go_to_who_waits_longest_then_to_the_lowest_id() -> None:
    reps = {
        5: Rep(5, "E", taken=1, last_at=NOW),
        4: Rep(4, "D", taken=1, last_at=NOW - timedelta(days=2)),
        6: Rep(6, "F", taken=1, last_at=NOW - timedelta(days=2)),
    }
    for order in permutations(reps):
        assert choose(Asked(), {pk: reps[pk] for pk in order}).user_id == 4


weights = st.lists(st.integers(min_value=1, max_value=10), min_size=1, max_size=8)


@given(weights)
def test_shares_follow_the_weights(shares: list[int]) -> None:
    reps = {n: Rep(n, str(n), weight=weight) for n, weight in enumerate(shares, 1)}
    rounds = 20
    for step in range(rounds * sum(shares)):
        found = choose(Asked(), reps)
        assert found.user_id is not None
        reps = after(reps, found.user_id, NOW + timedelta(seconds=step))
    assert [rep.taken for rep in reps.values()] == [rounds * weight for weight in shares]


people = st.lists(
    st.builds(
        Rep,
        user_id=st.integers(min_value=1, max_value=50),
        name=st.just("R"),
        team_id=st.sampled_from([None, 7, 8]),
        weight=st.integers(min_value=0, max_value=10),
        room=st.none() | st.integers(min_value=1, max_value=5),
        taken=st.integers(min_value=0, max_value=8),
        last_at=st.none() | st.just(NOW),
        on_leave=st.booleans(),
        works_now=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda rep: rep.user_id,
)
claimants = st.none() | st.builds(Claimant, st.integers(min_value=1, max_value=50), st.just("C"))
grounds = (
    st.none()
    | st.builds(Ground, st.just("TX"), person=claimants)
    | st.builds(Ground, st.just("TX"), team_id=st.sampled_from([7, 8]), team_name=st.just("T"))
)
everything = st.builds(
    Asked, lead_owner=claimants, account_owner=claimants, state=st.just("TX"), ground=grounds
)


@given(everything, people, st.booleans(), st.randoms())
def test_nobody_away_ever_gets_a_lead(
    asked: Asked, reps: list[Rep], cover: bool, dice: object
) -> None:
    by_id = {rep.user_id: rep for rep in reps}
    found = choose(asked, by_id, cover=cover)
    dice.shuffle(reps)  # type: ignore[attr-defined]
    assert choose(asked, {rep.user_id: rep for rep in reps}, cover=cover) == found
    turning = [rep for rep in reps if rep.weight and not rep.on_leave]
    if found.user_id is None:
        assert not turning
        return
    chosen = by_id[found.user_id]
    assert not chosen.on_leave
    if "turn" in found.why and not chosen.has_room:
        team = asked.ground.team_id if asked.ground and found.route == TERRITORY else None
        among = [rep for rep in turning if team is None or rep.team_id == team]
        assert found.why["turn"]["all_full"]
        assert not any(rep.has_room for rep in among)

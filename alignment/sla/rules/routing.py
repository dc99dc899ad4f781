"""Who gets a lead: its owner, the account's owner, the territory, else the next in rotation.

Nobody on leave gets a lead. Outside their hours the owner of the account or territory keeps the
lead, unless the program wants it covered and somebody in the rotation is working; the lead's own
owner always keeps it. The turn goes to people with capacity left in the week (all, if nobody has),
among these to those working now (all, if nobody is), and of these to the one with the fewest leads
for their weight; ties go to the longest wait, then to the lowest id. The same facts always give the
same choice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

LEAD_OWNER, ACCOUNT_OWNER, TERRITORY, ROTATION, NOBODY = (
    "lead_owner",
    "account_owner",
    "territory",
    "rotation",
    "nobody",
)
# Why somebody with a prior claim was passed over.
ON_LEAVE, NOT_IN_SALES, OUT_OF_HOURS = "leave", "not_in_sales", "out_of_hours"


@dataclass(frozen=True, slots=True)
class Rep:
    """A member of sales. `taken` is the number of leads handed to them in the last seven days;
    `room` is how many they can take in that time, None for any number. Weight 0 takes no turns."""

    user_id: int
    name: str
    team_id: int | None = None
    weight: int = 1
    room: int | None = None
    taken: int = 0
    last_at: datetime | None = None
    on_leave: bool = False
    works_now: bool = True

    @property
    def has_room(self) -> bool:
        return self.room is None or self.taken < self.room


@dataclass(frozen=True, slots=True)
class Claimant:
    """Somebody with a claim to the lead, perhaps no longer in sales."""

    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Ground:
    """The holder of a state: a person, or a team that takes turns."""

    state: str
    person: Claimant | None = None
    team_id: int | None = None
    team_name: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """The facts of a lead that decide its owner."""

    lead_owner: Claimant | None = None
    account_owner: Claimant | None = None
    state: str = ""
    ground: Ground | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """`user_id` is None if nobody can be chosen. `why` holds the facts from which the reason is
    worded."""

    user_id: int | None
    route: str
    why: Mapping[str, Any] = field(default_factory=dict)


def choose(asked: Asked, reps: Mapping[int, Rep], *, cover: bool = False) -> Choice:
    """Choose the owner of one lead among `reps`, given by user id."""
    passed: list[dict[str, str]] = []
    may_cover = cover and any(rep.works_now for rep in _on_turn(reps.values()))
    for route, claimant in _claimants(asked):
        if claimant is None:
            continue
        refusal = _refusal(reps.get(claimant.user_id), may_cover and route != LEAD_OWNER)
        if not refusal:
            return Choice(claimant.user_id, route, _why(asked, route, passed, reps))
        passed.append({"who": claimant.name, "as": route, "because": refusal})
    ground = asked.ground
    if ground is not None and ground.team_id is not None:
        team = [rep for rep in reps.values() if rep.team_id == ground.team_id]
        chosen = _turn(team)
        # If nobody in the territory's team is working, anybody who is may cover, if the program
        # wants it.
        if chosen and (chosen.works_now or not may_cover):
            return _by_turn(TERRITORY, asked, chosen, passed, team)
        away = ON_LEAVE if any(rep.weight > 0 for rep in team) else NOT_IN_SALES
        because = OUT_OF_HOURS if chosen else away
        passed.append({"who": ground.team_name, "as": TERRITORY, "because": because})
    chosen = _turn(reps.values())
    if chosen is None:
        return Choice(None, NOBODY, _why(asked, NOBODY, passed, reps))
    return _by_turn(ROTATION, asked, chosen, passed, reps.values())


def after(reps: Mapping[int, Rep], user_id: int, at: datetime) -> dict[int, Rep]:
    """The same people after one of them got a lead."""
    rep = reps.get(user_id)
    if rep is None:
        return dict(reps)
    return {**reps, user_id: replace(rep, taken=rep.taken + 1, last_at=at)}


def _claimants(asked: Asked) -> tuple[tuple[str, Claimant | None], ...]:
    person = asked.ground.person if asked.ground else None
    return (
        (LEAD_OWNER, asked.lead_owner),
        (ACCOUNT_OWNER, asked.account_owner),
        (TERRITORY, person),
    )


def _refusal(rep: Rep | None, may_cover: bool) -> str:
    if rep is None:
        return NOT_IN_SALES
    if rep.on_leave:
        return ON_LEAVE
    return OUT_OF_HOURS if may_cover and not rep.works_now else ""


def _on_turn(reps: Iterable[Rep]) -> list[Rep]:
    return [rep for rep in reps if rep.weight > 0 and not rep.on_leave]


def _turn(reps: Iterable[Rep]) -> Rep | None:
    """Whose turn it is; None if everybody is away or takes no turns."""
    there = _on_turn(reps)
    there = [rep for rep in there if rep.has_room] or there
    there = [rep for rep in there if rep.works_now] or there
    return min(there, key=_order, default=None)


def _order(rep: Rep) -> tuple[Fraction, float, int]:
    # Somebody who never got one has waited longest.
    since = rep.last_at.timestamp() if rep.last_at else float("-inf")
    return Fraction(rep.taken, rep.weight), since, rep.user_id


def _by_turn(
    route: str, asked: Asked, chosen: Rep, passed: list[dict[str, str]], among: Collection[Rep]
) -> Choice:
    """The choice with the figures that decided it, so that everybody can check it."""
    turn: dict[str, Any] = {
        "among": len(_on_turn(among)),
        "taken": chosen.taken,
        "weight": chosen.weight,
    }
    if not chosen.has_room:
        turn["all_full"] = True
    if not chosen.works_now:
        turn["nobody_works"] = True
    why = _why(asked, route, passed, {rep.user_id: rep for rep in among})
    return Choice(chosen.user_id, route, {**why, "turn": turn})


def _why(
    asked: Asked, route: str, passed: list[dict[str, str]], reps: Mapping[int, Rep]
) -> dict[str, Any]:
    why: dict[str, Any] = {}
    if route == TERRITORY and asked.ground:
        why["state"] = asked.ground.state
        if asked.ground.team_name and not asked.ground.person:
            why["team"] = asked.ground.team_name
    if passed:
        why["passed_over"] = passed
    if route == NOBODY:
        turning = [rep for rep in reps.values() if rep.weight > 0]
        why["away"] = sum(rep.on_leave for rep in turning)
        why["people"] = len(turning)
    return why

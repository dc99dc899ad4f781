"""The order in which accounts are proposed, and the facts that explain it."""

from dataclasses import dataclass
from typing import Any

# A code and its values, stored with the candidate as they were that day.
Reason = dict[str, Any]
_VERDICTS = {"yes": 2, "unknown": 1}


@dataclass(frozen=True, slots=True)
class Standing:
    """The standing of an account. It uses maximums, since an average would hide one hot person.

    `score` is the account score by the signed formula, `hottest` the highest lead score, `warm` the
    number of people who reach the threshold of that formula, `known` the number of people known to
    somebody of the teams. `surges` counts topics that surge now; `change` compares with the three
    weeks before.
    """

    account: int
    verdict: str = "unknown"
    grade: int = 0
    score: int = 0
    hottest: int = 0
    warm: int = 0
    known: int = 0
    surges: int = 0
    change: int = 0

    @property
    def is_surging(self) -> bool:
        return self.surges > 0 and self.change > 0


def order_of(standing: Standing) -> tuple[int, ...]:
    """Sort key, best first: the verdict, the account score, then its components."""
    return (
        -_VERDICTS.get(standing.verdict, 0),
        -standing.score,
        -standing.hottest,
        -standing.warm,
        -standing.known,
        -standing.surges,
        -standing.grade,
        standing.account,
    )


def reasons_of(standing: Standing) -> list[Reason]:
    """The verdict always, so that the next session can tell whether it changed; then whatever
    counts.
    """
    found: list[Reason] = [{"code": "verdict", "answer": standing.verdict, "grade": standing.grade}]
    counts = (
        ("score", standing.score),
        ("hottest", standing.hottest),
        ("warm", standing.warm),
        ("known", standing.known),
        ("surges", standing.surges),
    )
    return found + [{"code": code, "value": value} for code, value in counts if value]


# Reasons that say what happened since the last list, or what it left open.
CHANGES = frozenset(("flipped", "quiet", "surge", "wanted", "disagreed", "unwanted", "merged"))


def is_change(reason: Reason) -> bool:
    """Whether it happened since the last list, rather than describing the standing."""
    return reason.get("code") in CHANGES


def verdict_in(reasons: list[Reason]) -> str:
    """The verdict stored in the reasons; empty if there is none."""
    return next((str(r["answer"]) for r in reasons if r.get("code") == "verdict"), "")


def value_in(reasons: list[Reason], code: str) -> int:
    """The number stored in the reasons under that code; 0 if there is none."""
    return next((int(r["value"]) for r in reasons if r.get("code") == code), 0)


def how_many(*, proposed: int, free: int, most: int) -> int:
    """How many accounts the ranking proposes: enough to fill the free places, at least the usual
    number.
    """
    return min(max(proposed, free), most)

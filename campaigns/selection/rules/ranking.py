"""In which order accounts are proposed, and the facts that say why."""

from dataclasses import dataclass
from typing import Any

# Reasons are kept with the candidate as they were that day: a code and its values.
Reason = dict[str, Any]
_VERDICTS = {"yes": 2, "unknown": 1}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an account stands: the best is asked first, an average would hide one hot person.

    `score`: of the account, by the signed formula. `hottest`: the highest lead score. `warm`: people
    with as many points as the signed formula of the account score asks for. `known`: people there whom somebody of us knows. `surges`: topics
    that are read about now; `change`: against the three weeks before.
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
    """Sort key, best first: verdict, account score; then what it is made of, one by one."""
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
    """The verdict always, so that the next session can tell whether it flipped; then what counts."""
    found: list[Reason] = [{"code": "verdict", "answer": standing.verdict, "grade": standing.grade}]
    counts = (
        ("score", standing.score),
        ("hottest", standing.hottest),
        ("warm", standing.warm),
        ("known", standing.known),
        ("surges", standing.surges),
    )
    return found + [{"code": code, "value": value} for code, value in counts if value]


# Reasons that tell what happened since the last list, or what it left open.
CHANGES = frozenset(("flipped", "quiet", "surge", "wanted", "disagreed", "unwanted", "merged"))


def is_change(reason: Reason) -> bool:
    """Something that happened since the last list, rather than how the account stands."""
    return reason.get("code") in CHANGES


def verdict_in(reasons: list[Reason]) -> str:
    """The verdict that the reasons remember; empty if they remember none."""
    return next((str(r["answer"]) for r in reasons if r.get("code") == "verdict"), "")


def value_in(reasons: list[Reason], code: str) -> int:
    """The number that the reasons remember under that code; 0 if they remember none."""
    return next((int(r["value"]) for r in reasons if r.get("code") == code), 0)


def how_many(*, proposed: int, free: int, most: int) -> int:
    """Accounts that the ranking proposes: enough to fill the free places, never less than usual."""
    return min(max(proposed, free), most)

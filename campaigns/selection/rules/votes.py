"""The outcome of two votes, and how often both sides agree."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """The combined vote of both sides. `OPEN`: one of the votes is missing."""

    YES = "yes"
    NO = "no"
    LATER = "later"
    DISAGREED = "disagreed"
    OPEN = "open"


def outcome(marketing: str | None, sales: str | None) -> Outcome:
    """From two choices ("yes", "no", "later"); None or empty if a side did not vote."""
    if not marketing or not sales:
        return Outcome.OPEN
    return Outcome(marketing) if marketing == sales else Outcome.DISAGREED


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of the `both` candidates on which both sides voted, `alike` got the same vote."""

    both: int = 0
    alike: int = 0

    @property
    def percent(self) -> int | None:
        """Rounded, half up; None without any such candidate: nothing was there to agree on."""
        return (self.alike * 200 + self.both) // (self.both * 2) if self.both else None


def agreement(pairs: Iterable[tuple[str | None, str | None]]) -> Agreement:
    both = [(one, other) for one, other in pairs if one and other]
    return Agreement(len(both), sum(one == other for one, other in both))


def is_revealed_by(
    *, ready: set[str], asking: str, complete: set[str], sides: set[str], anyway: bool
) -> bool:
    """Whether the readiness of `asking` reveals the votes.

    It does if every other side is ready, too. With `anyway`, a side that has voted on every
    candidate counts as ready.
    """
    done = ready | complete if anyway else ready
    return asking in ready and sides - {asking} <= done

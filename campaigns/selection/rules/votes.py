"""What two votes come to, and how often both sides see an account alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What the votes of both sides say together. `OPEN`: one of them is missing."""

    YES = "yes"
    NO = "no"
    LATER = "later"
    DISAGREED = "disagreed"
    OPEN = "open"


def outcome(marketing: str | None, sales: str | None) -> Outcome:
    """Of two choices ("yes", "no", "later"), None or empty where a side did not vote."""
    if not marketing or not sales:
        return Outcome.OPEN
    return Outcome(marketing) if marketing == sales else Outcome.DISAGREED


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of `both` candidates on which both sides voted, `alike` got the same vote."""

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
    """Does the readiness of `asking` reveal the votes?

    It does when each other side has said that it is ready too. One that has voted on every
    candidate and did not say so need not be waited for, if `anyway` says so.
    """
    done = ready | complete if anyway else ready
    return asking in ready and sides - {asking} <= done

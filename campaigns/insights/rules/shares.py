"""Shares that say how many cases they are of."""

from __future__ import annotations

from dataclasses import dataclass

# A share of fewer cases than that would be read as more than it is.
ENOUGH = 5


@dataclass(frozen=True, slots=True)
class WonLost:
    """Deals that closed. `rate` is of won ones in percent, rounded down, or None for too few."""

    won: int = 0
    lost: int = 0

    @property
    def closed(self) -> int:
        return self.won + self.lost

    @property
    def rate(self) -> int | None:
        return 100 * self.won // self.closed if self.closed >= ENOUGH else None

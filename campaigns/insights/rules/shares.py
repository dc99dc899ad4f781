"""Shares with the number of cases behind them."""

from __future__ import annotations

from dataclasses import dataclass

# A share of fewer cases would be overrated by readers.
ENOUGH = 5


@dataclass(frozen=True, slots=True)
class WonLost:
    """Closed deals. `rate` is the percentage won, rounded down, or None for too few deals."""

    won: int = 0
    lost: int = 0

    @property
    def closed(self) -> int:
        return self.won + self.lost

    @property
    def rate(self) -> int | None:
        return 100 * self.won // self.closed if self.closed >= ENOUGH else None

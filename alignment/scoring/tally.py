"""The counts of a trial, as values: chunks are added up, and figures derived from the sums.

Everything is counted by name: `cells_now` and `cells_then` by "fit,engagement" in steps of `CELL`
points, `levels` by "was,now", `over` by "was,is" (1: enough points for an MQL), `moves` by kind,
`new` by model ("now", "then").
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CELL = 5
# New MQLs per week are derived from the leads that reached the threshold in this many days.
REPLAY_DAYS = 28
WEEKS = REPLAY_DAYS / 7

Counts = dict[str, dict[str, int]]


def added(counts: Mapping[str, Mapping[str, int]], rows: Iterable[tuple[str, str, int]]) -> Counts:
    """The counts with the (name, key, number) rows added."""
    summed: Counts = {name: dict(of) for name, of in counts.items()}
    for name, key, number in rows:
        of = summed.setdefault(name, {})
        of[key] = of.get(key, 0) + number
    return summed


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of a finished trial."""

    counts: Counts

    def _of(self, name: str) -> dict[str, int]:
        return self.counts.get(name, {})

    def moves(self, kind: str) -> int:
        return self._of("moves").get(kind, 0)

    @property
    def leads(self) -> int:
        return sum(self._of("over").values())

    @property
    def changed(self) -> int:
        """Leads whose points would change."""
        return self._of("changed").get("1", 0)

    @property
    def over_now(self) -> int:
        return sum(n for key, n in self._of("over").items() if key.startswith("1,"))

    @property
    def over_then(self) -> int:
        return sum(n for key, n in self._of("over").items() if key.endswith(",1"))

    def new_per_week(self, model: str) -> float:
        """How many leads per week newly reach the threshold; `model` is "now" or "then"."""
        return self._of("new").get(model, 0) / WEEKS

    def cells(self, model: str) -> dict[tuple[int, int], int]:
        """(fit, engagement) in steps of CELL points -> leads."""
        return {_pair(key): n for key, n in self._of(f"cells_{model}").items()}


def _pair(key: str) -> tuple[int, int]:
    fit, _comma, engagement = key.partition(",")
    return int(fit), int(engagement)


def per_head(number: float, heads: int) -> float | None:
    """The number per person; None if there is nobody."""
    return number / heads if heads else None

"""The tile map of the states: one square each, placed roughly as in geography. Pure.

All squares are equal, whatever the area of the state, because the map shows markets, not land.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alignment.reference.spoken import state_name

COLUMNS = (
    "AK .. .. .. .. .. .. .. .. .. ME",
    ".. .. .. .. .. .. .. .. .. VT NH",
    "WA ID MT ND MN IL WI MI NY RI MA",
    "OR NV WY SD IA IN OH PA NJ CT ..",
    "CA UT CO NE MO KY WV VA MD DE ..",
    ".. AZ NM KS AR TN NC SC DC .. ..",
    ".. .. .. OK LA MS AL GA .. .. ..",
    "HI .. .. .. TX .. .. .. FL .. PR",
)
PLACES = {
    code: (column, row)
    for row, line in enumerate(COLUMNS)
    for column, code in enumerate(line.split())
    if code != ".."
}
SIDE, GAP = 56, 4
WIDTH = 11 * (SIDE + GAP) - GAP
HEIGHT = len(COLUMNS) * (SIDE + GAP) - GAP
SHADES = 5


@dataclass(frozen=True, slots=True)
class Tile:
    """`shade` is from 0 (none) to `SHADES`; `x` and `y` are the corner in units of the map."""

    code: str
    name: str
    number: int
    shade: int
    x: int
    y: int

    @property
    def middle(self) -> int:
        return self.x + SIDE // 2

    @property
    def upper(self) -> int:
        return self.y + 23

    @property
    def lower(self) -> int:
        return self.y + 42


def tiles(numbers: Mapping[str, int]) -> list[Tile]:
    """Every state with its number, including those without accounts."""
    most = max((numbers.get(code, 0) for code in PLACES), default=0)
    return [
        Tile(
            code,
            state_name(code),
            numbers.get(code, 0),
            shade(numbers.get(code, 0), most),
            column * (SIDE + GAP),
            row * (SIDE + GAP),
        )
        for code, (column, row) in PLACES.items()
    ]


def shade(number: int, most: int) -> int:
    """Equal steps up to the largest number; a single account is never shown as none."""
    if number <= 0 or most <= 0:
        return 0
    return max(1, -(-min(number, most) * SHADES // most))

"""The filters of a list of promises, parsed from its address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Q

from alignment.people.models import Side
from alignment.sla.models import Clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alignment.core.scoping import ScopedQuerySet

TABS = ("running", "broken", "kept", "excused")
LONGEST = 40


@dataclass(frozen=True, slots=True)
class PromiseFilter:
    """`state` is one of TABS; `mine` selects what this person has to act on."""

    state: str = "running"
    side: str = ""
    clause: str = ""
    mine: bool = False

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> PromiseFilter:
        """Invalid values are ignored."""
        state, side = asked.get("state", ""), asked.get("side", "")
        return cls(
            state=state if state in TABS else "running",
            side=side if side in Side.values else "",
            clause=asked.get("clause", "")[:LONGEST].replace("\x00", ""),
            mine=asked.get("mine") == "1",
        )

    @property
    def is_narrow(self) -> bool:
        return bool(self.side or self.clause or self.mine)

    @property
    def is_running(self) -> bool:
        return self.state == "running"

    def as_query(self, **other: str | bool) -> str:
        asked = replace(self, **other)  # type: ignore[arg-type]
        values = {"state": asked.state, "side": asked.side, "clause": asked.clause}
        values["mine"] = "1" if asked.mine else ""
        return urlencode({name: value for name, value in values.items() if value})

    def apply(self, clocks: ScopedQuerySet[Clock], *, user_id: int) -> ScopedQuerySet[Clock]:
        if self.state == "excused":
            clocks = clocks.filter(dispute__granted=True)
        else:
            clocks = clocks.filter(state=self.state)
        if self.state == "broken":
            # Excused promises have a tab of their own.
            unexcused = Q(dispute__isnull=True) | Q(dispute__granted__isnull=True)
            clocks = clocks.filter(unexcused | Q(dispute__granted=False))
        if self.side:
            clocks = clocks.filter(side=self.side)
        if self.clause:
            clocks = clocks.filter(clause=self.clause)
        if self.mine:
            clocks = clocks.filter(owner=user_id)
        return clocks

"""Outcomes of deals before and after a message changed.

A deal belongs to the message that was in use when the topic was first raised in it. It counts only
if no other message can have influenced it: a deal that was open when the message changed heard
both, and is left out. See docs/insights.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from math import hypot

from alignment.scoring.backtest.statistics import Interval, wilson

from .shares import ENOUGH


class Group(StrEnum):
    BEFORE = "before"
    AFTER = "after"
    # The deal was open when the message changed, so it heard both.
    CROSSED = "crossed"
    # The topic was raised only after the deal had closed.
    TOO_LATE = "too_late"
    # The topic was raised while another message was in use.
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class InUse:
    """When the message came into use (`since`) and ceased to be (`until`, None if it still is);
    `former` is when the previous one came into use, None if there is none on record.
    """

    since: datetime
    until: datetime | None = None
    former: datetime | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """A deal in which the topic was raised, first at `first_at`. `answered`: content was sent to
    the account after that, before the deal closed.
    """

    deal: int
    first_at: datetime
    closed_at: datetime | None = None
    is_won: bool = False
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """Deals of one group. `deals` = won + lost + open."""

    deals: int = 0
    answered: int = 0
    won: int = 0
    lost: int = 0

    @property
    def closed(self) -> int:
        return self.won + self.lost

    @property
    def open(self) -> int:
        return self.deals - self.closed

    @property
    def share(self) -> Interval | None:
        """Share won of the closed deals, with Wilson's 95 % interval; None if there are too few."""
        return wilson(self.won, self.closed) if self.closed >= ENOUGH else None


class Verdict(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "unclear"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Effect:
    before: Counted
    after: Counted
    crossed: int = 0
    too_late: int = 0

    @property
    def left_out(self) -> int:
        return self.crossed + self.too_late

    @property
    def difference(self) -> Interval | None:
        """Share won after minus share won before, with the interval of R. G. Newcombe, "Interval
        estimation for the difference between independent proportions", Statistics in Medicine 17
        (1998), method 10; None if either group has too few deals.
        """
        old, new = self.before.share, self.after.share
        if old is None or new is None:
            return None
        difference = new.value - old.value
        low = difference - hypot(new.value - (new.low or 0), (old.high or 0) - old.value)
        high = difference + hypot((new.high or 0) - new.value, old.value - (old.low or 0))
        return Interval(difference, max(low, -1.0), min(high, 1.0))

    @property
    def verdict(self) -> Verdict:
        """Unclear if the interval contains zero: the difference may be chance."""
        found = self.difference
        if found is None or found.low is None or found.high is None:
            return Verdict.UNKNOWN
        if found.low > 0:
            return Verdict.BETTER
        return Verdict.WORSE if found.high < 0 else Verdict.UNCLEAR


def group_of(raised: Raised, used: InUse) -> Group:
    """The group in which a deal counts. A moment on a boundary belongs to the newer message."""
    first, closed = raised.first_at, raised.closed_at
    if used.former is not None and first < used.former:
        return Group.OTHER
    if used.until is not None and first >= used.until:
        return Group.OTHER
    if closed is not None and closed < first:
        return Group.TOO_LATE
    if first < used.since:
        return Group.BEFORE if closed is not None and closed < used.since else Group.CROSSED
    if used.until is None or (closed is not None and closed < used.until):
        return Group.AFTER
    return Group.CROSSED


def as_of(deals: Iterable[Raised], moment: datetime) -> list[Raised]:
    """The deals as they were at `moment`: later mentions and closings were not known yet."""
    return [
        replace(raised, closed_at=None, is_won=False)
        if raised.closed_at is not None and raised.closed_at >= moment
        else raised
        for raised in deals
        if raised.first_at < moment
    ]


def effect_of(deals: Iterable[Raised], used: InUse) -> Effect:
    groups: dict[Group, list[Raised]] = {group: [] for group in Group}
    for raised in deals:
        groups[group_of(raised, used)].append(raised)
    return Effect(
        before=_counted(groups[Group.BEFORE]),
        after=_counted(groups[Group.AFTER]),
        crossed=len(groups[Group.CROSSED]),
        too_late=len(groups[Group.TOO_LATE]),
    )


def _counted(deals: list[Raised]) -> Counted:
    closed = [raised for raised in deals if raised.closed_at is not None]
    won = sum(raised.is_won for raised in closed)
    answered = sum(raised.answered for raised in deals)
    return Counted(len(deals), answered, won, len(closed) - won)

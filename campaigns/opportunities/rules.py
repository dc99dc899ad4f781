"""Pure calculations about deals: money, movements and risks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

CENT = Decimal("0.01")
MOST = Decimal(10) ** 12
# A close date that was put off this often is no longer reliable.
RESTLESS = 3
# With fewer contacts than this, the deal is lost if one of them leaves.
FEW = 2

# An amount more than this many times the largest deal is almost always a typing mistake.
UNUSUAL = 10

# ISO 4217 codes of currencies in which a company that sells in the USA sends invoices.
CURRENCIES = ("USD", "EUR", "GBP", "CAD", "CHF", "AUD", "JPY", "MXN")


def in_dollars(amount: Decimal | None, rate: Decimal) -> Decimal:
    """The amount in US dollars and cents, half a cent rounded up; None counts as 0."""
    return ((amount or Decimal(0)) * rate).quantize(CENT, ROUND_HALF_UP)


def weighted(amount_usd: Decimal, probability: int) -> Decimal:
    """The amount times the stage's probability in percent, as the forecast counts it."""
    return (amount_usd * probability / 100).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class PutOff:
    """How often a close date was put off since it was last no later than the first one."""

    times: int = 0
    first: date | None = None


def put_off(dates: Iterable[date | None]) -> PutOff:
    """`dates` are the values of the close date, in order. A deal that is expected by its first date
    again counts as never put off; a date that was removed and set again later counts as put off.
    """
    first: date | None = None
    last: date | None = None
    times = 0
    for day in dates:
        if day is None:
            continue
        first = first or day
        times = 0 if day <= first else times + (last is not None and day > last)
        last = day
    return PutOff(times, first)


@dataclass(frozen=True, slots=True)
class Past:
    """A deal as it stood at a moment, and as it stands now; amounts are in US dollars."""

    is_new: bool
    outcome_then: str
    outcome: str
    usd_then: Decimal
    usd: Decimal
    close_then: date | None
    close: date | None

    @property
    def was_open(self) -> bool:
        return not self.is_new and self.outcome_then == "open"

    @property
    def is_open(self) -> bool:
        return self.outcome == "open"

    @property
    def is_put_off(self) -> bool:
        return (
            self._stays and self.close_then is not None and self.close is None
        ) or self._moved > 0

    @property
    def is_forward(self) -> bool:
        return self._moved < 0

    @property
    def _stays(self) -> bool:
        """A deal opened meanwhile has a first date too, from which it is put off."""
        return self.is_open and (self.was_open or self.is_new)

    @property
    def _moved(self) -> int:
        if not self._stays or self.close is None or self.close_then is None:
            return 0
        return (self.close - self.close_then).days


@dataclass(frozen=True, slots=True)
class Heap:
    count: int = 0
    usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Movement:
    """The change of the pipeline from then to now, in US dollars: `then + new + back + amount - won
    - lost = now`. `back` are reopened deals, `amount` is the growth of those that were open,
    `put_off` and `forward` are open deals whose date changed.
    """

    then: Decimal
    now: Decimal
    new: Heap
    back: Heap
    won: Heap
    lost: Heap
    amount: Heap
    put_off: Heap
    forward: Heap


def movement(deals: Iterable[Past], now: Decimal) -> Movement:
    """`deals` are those that changed; `now` is the sum of all open deals."""
    rows = list(deals)

    def heap(chosen: Iterable[Past]) -> Heap:
        found = list(chosen)
        return Heap(len(found), sum((deal.usd for deal in found), Decimal(0)))

    inside = [deal for deal in rows if deal.was_open or deal.is_new]
    grown = [deal for deal in rows if deal.was_open and deal.usd != deal.usd_then]
    new = heap(deal for deal in rows if deal.is_new)
    back = heap(d for d in rows if not d.is_new and not d.was_open and d.is_open)
    won = heap(deal for deal in inside if deal.outcome == "won")
    lost = heap(deal for deal in inside if deal.outcome == "lost")
    by = sum((deal.usd - deal.usd_then for deal in grown), Decimal(0))
    then = now - new.usd - back.usd - by + won.usd + lost.usd
    return Movement(
        then,
        now,
        new,
        back,
        won,
        lost,
        Heap(len(grown), by),
        heap(deal for deal in rows if deal.is_put_off),
        heap(deal for deal in rows if deal.is_forward),
    )


class Risk(StrEnum):
    NO_DECISION_MAKER = "no_decision_maker"
    SINGLE_THREADED = "single_threaded"
    SILENT = "silent"
    OPEN_OBJECTION = "open_objection"
    LATE_SUPPORT = "late_support"
    RESTLESS_DATE = "restless_date"
    OVERDUE = "overdue"
    NO_DATE = "no_date"
    NO_AMOUNT = "no_amount"
    NO_NEXT_STEP = "no_next_step"


@dataclass(frozen=True, slots=True)
class Flag:
    """`number` counts days, people or moves, depending on the risk."""

    risk: Risk
    number: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known about an open deal. `involved` are contacts who spoke with one of the teams or
    engaged; `heard_at` is the last time; `today` is in the program's time zone.
    """

    involved: int
    has_decision_maker: bool
    heard_at: datetime | None
    opened_at: datetime
    quiet_after_days: int
    close_on: date | None
    close_moves: int
    next_step: str
    open_objections: int
    # Overdue requests of sales to marketing for the deal.
    late_requests: int = 0
    has_amount: bool = True


def risks(deal: Standing, *, now: datetime, today: date) -> list[Flag]:
    """The reasons why an open deal may be lost, the worst first."""
    silent = (now - (deal.heard_at or deal.opened_at)).days
    overdue = (today - deal.close_on).days if deal.close_on else 0
    found = [
        (overdue > 0, Flag(Risk.OVERDUE, overdue)),
        (silent >= deal.quiet_after_days, Flag(Risk.SILENT, silent)),
        (deal.late_requests > 0, Flag(Risk.LATE_SUPPORT, deal.late_requests)),
        # If nobody is involved, a missing decision-maker is not reported as well.
        (deal.involved == 0, Flag(Risk.SINGLE_THREADED)),
        (deal.involved > 0 and not deal.has_decision_maker, Flag(Risk.NO_DECISION_MAKER)),
        (deal.open_objections > 0, Flag(Risk.OPEN_OBJECTION, deal.open_objections)),
        (deal.close_moves >= RESTLESS, Flag(Risk.RESTLESS_DATE, deal.close_moves)),
        (0 < deal.involved < FEW, Flag(Risk.SINGLE_THREADED, deal.involved)),
        (deal.close_on is None, Flag(Risk.NO_DATE)),
        (not deal.has_amount, Flag(Risk.NO_AMOUNT)),
        (not deal.next_step, Flag(Risk.NO_NEXT_STEP)),
    ]
    return [flag for holds, flag in found if holds]

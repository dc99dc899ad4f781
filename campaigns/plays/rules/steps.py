"""The steps of a play, and when they fall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from campaigns.calendar.rules.days import IsDayOff, business_day

# A play lasts weeks; these bounds keep a typing mistake from planning touches next year.
MOST_STEPS = 20
MOST_DAYS = 120


class InvalidPlay(ValueError):
    """Errors by place, such as `steps.2.after_days`, each with a sentence."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{place}: {text}" for place, text in errors.items()))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Step:
    """One touch of a play: `after_days` business days after its first day, `at` the prospect's
    local time. `follows` is the position of the step that it follows, `asset` the content's id.
    """

    position: int
    side: str
    channel: str
    after_days: int
    at: time
    minutes: int
    follows: int | None = None
    message: str = ""
    say: str = ""
    asset: int | None = None


def check_steps(steps: Sequence[Step]) -> None:
    """Raises `InvalidPlay`; a step may only follow one that falls before it."""
    errors: dict[str, str] = {}
    if not 1 <= len(steps) <= MOST_STEPS:
        text = _("A play has from 1 to %(most)d touches.") % {"most": MOST_STEPS}
        errors["steps"] = text
    known = {step.position: step for step in steps}
    for step in steps:
        errors |= {f"steps.{step.position}.{name}": text for name, text in _wrong(step, known)}
    if errors:
        raise InvalidPlay(errors)


def _wrong(step: Step, known: Mapping[int, Step]) -> Iterable[tuple[str, str]]:
    if not 0 <= step.after_days <= MOST_DAYS:
        yield "after_days", _("Give from 0 to %(most)d business days.") % {"most": MOST_DAYS}
    if not 5 <= step.minutes <= 8 * 60:
        yield "minutes", _("Give from 5 minutes to 8 hours.")
    if step.follows is None:
        return
    first = known.get(step.follows)
    if first is None or first is step:
        yield "follows", _("Choose another touch of this play.")
    elif (step.after_days, step.at) <= (first.after_days, first.at):
        yield "follows", _("This touch would come before the one that it takes up.")


def in_order(steps: Iterable[Step]) -> list[Step]:
    """Sort by day and hour and renumber; `follows` still points to the same steps."""
    ordered = sorted(steps, key=lambda step: (step.after_days, step.at, step.position))
    numbers = {step.position: number for number, step in enumerate(ordered, 1)}
    return [
        replace(step, position=numbers[step.position], follows=numbers.get(step.follows or 0))
        for step in ordered
    ]


def fingerprint(steps: Iterable[Step]) -> str:
    """Equal for equal steps, however a browser formats times and line ends."""
    said = [
        (
            *(step.side, step.channel, step.after_days, step.at.strftime("%H:%M"), step.minutes),
            *(step.follows, step.asset, step.message.split(), step.say.split()),
        )
        for step in in_order(steps)
    ]
    return sha256(repr(said).encode()).hexdigest()[:16]


def step_times(
    step: Step, first: date, zone: ZoneInfo, is_day_off: IsDayOff
) -> tuple[datetime, datetime]:
    """Start and end of a step, in UTC, for a play that starts on `first`."""
    day = business_day(first, step.after_days, is_day_off)
    starts = datetime.combine(day, step.at, zone).astimezone(UTC)
    return starts, starts + timedelta(minutes=step.minutes)


def stored(rows: Sequence[Any]) -> list[Step]:
    """The stored steps of one play."""
    positions = {row.pk: row.position for row in rows}
    return [step_of(row, positions) for row in rows]


def step_of(row: Any, positions: dict[int, int]) -> Step:
    """A stored step; `positions` maps the ids of steps to their positions."""
    return Step(
        position=row.position,
        side=row.side,
        channel=row.channel,
        after_days=row.after_days,
        at=row.at,
        minutes=row.minutes,
        follows=positions.get(row.follows_id or 0),
        message=row.message,
        say=row.say,
        asset=row.asset_id,
    )

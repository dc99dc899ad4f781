"""The steps of a play, and when they fall."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from campaigns.calendar.rules.days import IsDayOff, business_day

# A play is a matter of weeks; these bounds keep a slip of the finger out of next year.
MOST_STEPS = 20
MOST_DAYS = 120


class InvalidPlay(ValueError):
    """Errors by place: `steps.2.after_days` -> sentence."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{place}: {text}" for place, text in errors.items()))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Step:
    """One touch of a play: `after_days` business days after its first day, `at` local time of the
    prospect. `follows` is the position of the step that it takes up, `asset` the content's id."""

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
    """Raises `InvalidPlay`: a step takes up an earlier one and never falls before it."""
    errors: dict[str, str] = {}
    if not 1 <= len(steps) <= MOST_STEPS:
        text = _("A play has from 1 to %(most)d steps.") % {"most": MOST_STEPS}
        errors["steps"] = text
    earlier: dict[int, Step] = {}
    for step in steps:
        errors |= {f"steps.{step.position}.{name}": text for name, text in _wrong(step, earlier)}
        earlier[step.position] = step
    if errors:
        raise InvalidPlay(errors)


def _wrong(step: Step, earlier: dict[int, Step]) -> Iterable[tuple[str, str]]:
    if not 0 <= step.after_days <= MOST_DAYS:
        yield "after_days", _("Give from 0 to %(most)d business days.") % {"most": MOST_DAYS}
    if not 5 <= step.minutes <= 8 * 60:
        yield "minutes", _("Give from 5 minutes to 8 hours.")
    if step.follows is None:
        return
    first = earlier.get(step.follows)
    if first is None:
        yield "follows", _("Choose an earlier step.")
    elif (step.after_days, step.at) <= (first.after_days, first.at):
        yield "follows", _("This step would come before the one that it takes up.")


def fall(
    step: Step, first: date, zone: ZoneInfo, is_day_off: IsDayOff
) -> tuple[datetime, datetime]:
    """From when to when a step falls, in UTC, for a play that starts on `first`."""
    day = business_day(first, step.after_days, is_day_off)
    starts = datetime.combine(day, step.at, zone).astimezone(UTC)
    return starts, starts + timedelta(minutes=step.minutes)


def step_of(row: Any, positions: dict[int, int]) -> Step:
    """A stored step; `positions` are those of the steps by their ids."""
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

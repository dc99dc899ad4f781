"""Deadlines in business time per second, beside PyPI's businesstimedelta on the same cases."""

import datetime as dt
import random
import time
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import businesstimedelta
import holidays
import pytz

from alignment.sla.rules.hours import USUAL_WEEK, Week, WorkingTime
from alignment.sla.tests.oracle import Oracle

from .report import Report

# Enough to make building a calendar, done once per process, a small part.
CASES = 100_000
# On the first of them the library is measured and both results are compared.
COMPARED = 2_000
ROUNDS = 3
PROMISED = 100
SPLIT: Week = (((9 * 60, 12 * 60), (13 * 60, 18 * 60)),) * 5 + ((), ())
Case = tuple[dt.datetime, int]


def measure(report: Report) -> None:
    """Two calendars with US federal holidays: nine to five, and with a break at noon."""
    for name, zone, week, library in (
        ("nine to five", "America/New_York", USUAL_WEEK, _nine_to_five),
        ("with a break", "America/Los_Angeles", SPLIT, _with_a_break),
    ):
        cases = _cases(zone)
        rules = library(pytz.timezone(zone))
        ours, mine = _ours(zone, week, cases)
        theirs, its = _theirs(rules, cases[:COMPARED])
        _compare(report, name, WorkingTime(zone, week), cases, mine, its)
        report.note(f"deadlines, {name}: {ours:,.0f} a second, businesstimedelta {theirs:,.0f}")
        report.at_least(f"deadlines, {name}, of businesstimedelta", ours / theirs, PROMISED)


def _cases(zone: str) -> list[Case]:
    """Starts within three years, at any hour; limits from 15 minutes to five working days."""
    chance = random.Random(4)
    first = dt.datetime(2025, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
    return [
        (
            first + dt.timedelta(seconds=chance.randrange(3 * 365 * 86_400)),
            chance.choice((15, 60, 60, 240, 480, 1_440, 2_400)),
        )
        for _ in range(CASES)
    ]


def _ours(zone: str, week: Week, cases: list[Case]) -> tuple[float, list[dt.datetime]]:
    """Cases per second, with the calendar rebuilt each round."""

    def round_() -> list[dt.datetime]:
        working = WorkingTime(zone, week)
        return [working.add(start, minutes) for start, minutes in cases]

    return _best(round_, len(cases))


def _theirs(rules: Any, cases: list[Case]) -> tuple[float, list[dt.datetime]]:
    def round_() -> list[dt.datetime]:
        return [
            start + businesstimedelta.BusinessTimeDelta(rules, seconds=minutes * 60)
            for start, minutes in cases
        ]

    return _best(round_, len(cases))


def _best(round_: Callable[[], list[dt.datetime]], count: int) -> tuple[float, list[dt.datetime]]:
    took = []
    for _ in range(ROUNDS):
        # CPU time of this process only: both sides merely compute, and others use the machine too.
        began = time.process_time()
        answers = round_()
        took.append(time.process_time() - began)
    return count / min(took), answers


def _compare(
    report: Report,
    name: str,
    working: WorkingTime,
    cases: list[Case],
    mine: list[dt.datetime],
    its: list[dt.datetime],
) -> None:
    """Where the two differ, counting minute by minute decides which is right."""
    oracle, wrong, its_faults = Oracle(working), 0, 0
    for (start, minutes), ours, theirs in zip(cases, mine, its, strict=False):
        if abs(ours - theirs) < dt.timedelta(milliseconds=1):
            continue
        right = oracle.add(start, minutes * 60, within=dt.timedelta(days=30))
        wrong += right != ours
        its_faults += right != theirs.astimezone(dt.UTC)
    same = 100 * (COMPARED - its_faults - wrong) / COMPARED
    report.note(f"deadlines, {name}: {its_faults} of {COMPARED:,} where the library is wrong")
    report.at_least(
        f"deadlines, {name}, same answers", same + 100 * its_faults / COMPARED, 100, "%"
    )


def _nine_to_five(tz: Any) -> Any:
    day = businesstimedelta.WorkDayRule(
        start_time=dt.time(9), end_time=dt.time(17), working_days=[0, 1, 2, 3, 4], tz=tz
    )
    return businesstimedelta.Rules([day, _holidays(tz)])


def _with_a_break(tz: Any) -> Any:
    day = businesstimedelta.WorkDayRule(
        start_time=dt.time(9), end_time=dt.time(18), working_days=[0, 1, 2, 3, 4], tz=tz
    )
    noon = businesstimedelta.LunchTimeRule(
        start_time=dt.time(12), end_time=dt.time(13), working_days=[0, 1, 2, 3, 4], tz=tz
    )
    return businesstimedelta.Rules([day, noon, _holidays(tz)])


def _holidays(tz: Any) -> Any:
    days = holidays.country_holidays("US", years=range(2024, 2030))
    return businesstimedelta.HolidayRule(days, tz=tz)

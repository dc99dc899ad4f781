"""Every lead metric compared with plain Python over the raw rows, without the metrics' SQL."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import mean, median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.duplicates.actions.merging import merge
from accounts.models import Account, JournalEvent, Lead, ValidationCall
from alignment.metrics.queries.measuring import measure
from alignment.metrics.queries.population import rows_behind
from alignment.metrics.queries.registry import METRICS
from alignment.metrics.rules import Period, Slice
from alignment.sla.models import Attempt, Clock, HandOff
from alignment.sla.tests.promises import follow
from tests import cast as facts
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(days=7)
FOREVER = datetime.max.replace(tzinfo=UTC)


def generate(cast: Cast, seed: int, leads: int) -> None:
    """Leads handed over once, twice or never, near midnight and around the clock change."""
    rng = random.Random(seed)
    start = datetime(2026, 2, 20, tzinfo=UTC)
    for _number in range(leads):
        lead = facts.lead(cast.program, owner=rng.choice([cast.rep, cast.sales_manager]))
        at = start + timedelta(minutes=rng.randrange(30 * 24 * 60))
        for _again in range(rng.choice([0, 1, 1, 1, 2, 3])):
            _hand_over(cast, lead, at, rng)
            at += timedelta(minutes=rng.choice([1, 90, 3_000, 20_000]))


def _hand_over(cast: Cast, lead: Lead, at: datetime, rng: random.Random) -> None:
    program = cast.program
    event = JournalEvent.objects.create(
        program=program, kind="became_mql", at=at, lead=lead, is_followed=True
    )
    waits = rng.random() < 0.1
    HandOff.objects.create(
        program=program,
        lead=lead,
        event=event,
        owner=None if waits else lead.owner,
        route="nobody" if waits else "rotation",
        became_mql_at=at,
        handed_at=None if waits else at,
        brief={"points": {"total": rng.randrange(30, 120)}} if rng.random() < 0.9 else {},
    )
    for _time in range(rng.choice([0, 1, 2])):
        moment = at + timedelta(minutes=rng.choice([-5, 0, 1, 59, 60, 61, 1_440, 1_441, 9_000]))
        if rng.random() < 0.3:
            ValidationCall.objects.create(
                program=program, lead=lead, called_at=moment, outcome="not_now"
            )
        else:
            Attempt.objects.create(
                program=program, lead=lead, channel="call", outcome="sent", at=moment
            )
    if rng.random() < 0.4:
        JournalEvent.objects.create(
            program=program,
            kind="became_sql",
            at=at + timedelta(minutes=rng.choice([-1, 0, 30, 5_000])),
            lead=lead,
            is_followed=True,
        )


@dataclass(frozen=True)
class Fact:
    """A hand-off, its first contact before the next one, whether it became SQL, its points."""

    at: datetime
    met: datetime | None
    is_sql: bool
    points: int | None


def by_lead(pairs: Iterable[tuple[int | None, datetime]]) -> dict[int, list[datetime]]:
    found: dict[int, list[datetime]] = {}
    for lead_id, at in pairs:
        found.setdefault(lead_id or 0, []).append(at)
    return found


def facts_of(cast: Cast) -> list[Fact]:
    """Facts from the raw tables."""
    program = cast.program
    handed = list(HandOff.objects.in_program(program).filter(handed_at__isnull=False))
    times = by_lead((row.lead_id, row.handed_at) for row in handed if row.handed_at)
    contacts = by_lead(
        [
            *Attempt.objects.in_program(program).values_list("lead_id", "at"),
            *ValidationCall.objects.in_program(program).values_list("lead_id", "called_at"),
        ]
    )
    sql = JournalEvent.objects.in_program(program).filter(kind="became_sql")
    rises = by_lead(sql.values_list("lead_id", "at"))
    found = []
    for row in handed:
        at = row.handed_at
        assert at is not None
        end = min((t for t in times[row.lead_id] if t > at), default=FOREVER)
        minute = at.replace(second=0, microsecond=0)
        met = min((c for c in contacts.get(row.lead_id, []) if minute <= c < end), default=None)
        is_sql = any(at <= rise < end for rise in rises.get(row.lead_id, []))
        found.append(Fact(at, met, is_sql, row.brief["points"]["total"] if row.brief else None))
    return found


def reckon(cast: Cast, first: date, last: date, zone: str) -> dict[str, Any]:
    """The definitions' results: value, sample, rows."""
    place, now = ZoneInfo(zone), timezone.now()
    ours = [f for f in facts_of(cast) if first <= f.at.astimezone(place).date() <= last]
    times = [max((f.met - f.at).total_seconds(), 0) for f in ours if f.met]
    ripe = [f for f in ours if f.at + DAY <= now]
    in_time = [f for f in ripe if f.met and f.met <= f.at + DAY]
    return _of_scores(ours) | {
        "response-median": (median(times) if times else None, len(times), len(ours)),
        "response-mean": (mean(times) if times else None, len(times), len(ours)),
        "conversion": (share(sum(f.is_sql for f in ours), len(ours)), len(ours), len(ours)),
        "follow-up": (share(len(in_time), len(ripe)), len(ripe), len(ripe)),
        **_of_dollars(ours, now),
    }


def _of_scores(ours: list[Fact]) -> dict[str, Any]:
    scored = [f for f in ours if f.points is not None]
    half = median(f.points or 0 for f in scored) if scored else 0
    sqls = [(f.points or 0) >= half for f in scored if f.is_sql]
    return {"score-quality": (share(sum(sqls), len(sqls)), len(sqls), len(sqls))}


def _of_dollars(ours: list[Fact], now: datetime) -> dict[str, Any]:
    never = [f for f in ours if f.at + WEEK <= now and not (f.met and f.met <= f.at + WEEK)]
    late = [f for f in ours if f.met and f.at + DAY < f.met <= f.at + WEEK]
    return {
        "untreated-leads": (250.0 * len(never), len(never), len(never)),
        "late-responses": (50.0 * len(late), len(late), len(late)),
    }


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


# The last day of a month, a day on which clocks change, one day, and everything.
PERIODS = (
    (date(2026, 2, 1), date(2026, 2, 28)),
    (date(2026, 3, 8), date(2026, 3, 8)),
    (date(2026, 3, 1), date(2026, 3, 31)),
    (date(2026, 1, 1), date(2026, 12, 31)),
)


@pytest.mark.parametrize(
    ("seed", "zone"), [(1, "America/New_York"), (2, "Asia/Kolkata"), (3, "America/Los_Angeles")]
)
def test_two_reckonings_agree(cast: Cast, seed: int, zone: str) -> None:
    cast.program.time_zone = zone
    cast.program.save()
    generate(cast, seed, leads=25)
    checked = 0
    for first, last in PERIODS:
        for key, (value, sample, rows) in reckon(cast, first, last, zone).items():
            period = Period(first, last, zone)
            found = measure(cast.program, METRICS[key], period, Slice())
            said = (found.sample, found.denominator)
            if METRICS[key].definition.statistic == "sum":
                said = (found.sample, found.sample)
            assert said == (sample, rows), (key, first, last)
            assert found.value == pytest.approx(value), (key, first, last)
            behind = rows_behind(cast.program, METRICS[key], period, Slice(), most=1_000)
            assert len(behind) == rows, key
            checked += sample
    assert checked > 100


def test_merged_accounts_keep_their_hand_offs(cast: Cast) -> None:
    generate(cast, 4, leads=8)
    first, last = PERIODS[3]
    period = Period(first, last, cast.program.time_zone)
    before = measure(cast.program, METRICS["conversion"], period, Slice())
    survivor, gone = Account.objects.in_program(cast.program).order_by("pk")[:2]
    merge(survivor=survivor, gone=gone, take=(), by=cast.owner)
    assert measure(cast.program, METRICS["conversion"], period, Slice()) == before


def test_promises_of_the_real_clocks(cast: Cast) -> None:
    lead = facts.lead(cast.program, owner=cast.rep)
    follow(lead, "handed_off")
    today = timezone.now().astimezone(ZoneInfo(cast.program.time_zone)).date()
    period = Period(today - DAY, today + DAY, cast.program.time_zone)
    for side in ("marketing", "sales"):
        ended = [
            clock
            for clock in Clock.objects.in_program(cast.program)
            if clock.side == side and clock.state in ("kept", "broken")
        ]
        found = measure(cast.program, METRICS[f"sla-kept-{side}"], period, Slice())
        kept = sum(clock.state == "kept" for clock in ended)
        assert (found.numerator, found.sample) == (kept, len(ended))
    assert Clock.objects.in_program(cast.program).exists()

"""How much an account reads about what we sell, now and compared to the weeks before. Pure.

**Strength now.** A surge of strength *s* (0-100) for a week loses weight every day: *a* is the
number of whole days since the Sunday that ended its week (UTC), 0 while the week lasts.

    remaining = floor( s * floor( 1000 * 0.5 ^ (a / 14) ) / 1000 )

The half-life of 14 days is Entente's choice. Providers compute a weekly score from the last three
weeks of reading against the twelve before (Bombora's Company Surge: a score of 60 or more is a
surge). A new score shares two thirds of its evidence with the last one, one third with that of two
weeks ago, none with that of three: a half-life of two weeks follows from that. After 98 days
nothing remains of 100.

    topics = the largest remaining of all topics (never a sum: two providers often see the same
             reading, and the same reading is in three weekly scores)
    site   = the largest remaining of all weeks of visits to our own site, a week being worth
             min(100, 10 * visits + 2 * pages)
    strength = min(100, the larger of both + half of the other)

**Change.** The reading of one week, without decay, minus the mean of the three weeks before it:

    reading of a week = the strongest of all topics and of our site + half of all the others

With one topic that is the strength of the week. But it has no ceiling, and every topic counts: an
account that is at 100 and begins to read about one more topic rises. The week is the current one
if anything was reported for it, otherwise the last one, because providers report when a week is
over. An account that goes quiet falls below zero, and is at 0 four weeks later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

HALF_LIFE_DAYS = 14
# The first age, in days, at which nothing remains of the strongest surge.
HORIZON_DAYS = 98
FULL = 1_000
MOST = 100
# Changes are capped at this, however many topics there are.
MOST_CHANGE = 9_999
# The strength from which providers call a topic surging.
SURGING = 60
PER_VISIT, PER_PAGE = 10, 2
WEEK = timedelta(days=7)
WEEKS_BEFORE = 3
WEIGHTS = tuple(int(FULL * 0.5 ** (age / HALF_LIFE_DAYS)) for age in range(HORIZON_DAYS))


@dataclass(frozen=True, slots=True)
class Surge:
    """One topic of one week; `week` is its Monday."""

    topic: str
    week: date
    strength: int


@dataclass(frozen=True, slots=True)
class Visits:
    """What people of one company saw of our own site in a week."""

    week: date
    visits: int
    pages: int


@dataclass(frozen=True, slots=True)
class Standing:
    """`top_topic` is empty if nothing remains of any topic; `topics` is how many still surge."""

    strength: int = 0
    change: int = 0
    top_topic: str = ""
    topics: int = 0


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def weight(week: date, today: date) -> int:
    """The remaining part of a week, in thousandths."""
    age = max(0, (today - week).days - 6)
    return WEIGHTS[age] if age < HORIZON_DAYS else 0


def left(strength: int, week: date, today: date) -> int:
    """What remains of a surge today."""
    return strength * weight(week, today) // FULL


def site_strength(visits: int, pages: int) -> int:
    """What a week of visits is worth, 0-100."""
    return min(MOST, PER_VISIT * visits + PER_PAGE * pages)


def together(topics: int, site: int) -> int:
    """Combine both kinds of evidence into one figure."""
    return min(MOST, read_of([topics, site]))


def read_of(strengths: Sequence[int]) -> int:
    """The strongest plus half of the others, like strength but without a ceiling."""
    strongest = max(strengths, default=0)
    return strongest + (sum(strengths) - strongest) // 2


def standing(surges: Iterable[Surge], visits: Iterable[Visits], today: date) -> Standing:
    """The figures of an account on a day (UTC). Future weeks are ignored."""
    this = monday_of(today)
    known = [s for s in surges if s.week <= this]
    seen = [v for v in visits if v.week <= this]
    best: dict[str, int] = {}
    for surge in known:
        value = left(surge.strength, surge.week, today)
        best[surge.topic] = max(best.get(surge.topic, 0), value)
    top = min(best, key=lambda topic: (-best[topic], topic.encode()), default="")
    site = max((left(site_strength(v.visits, v.pages), v.week, today) for v in seen), default=0)
    strongest = best.get(top, 0)
    return Standing(
        strength=together(strongest, site),
        change=_change(known, seen, this),
        top_topic=top if strongest else "",
        topics=sum(value >= SURGING for value in best.values()),
    )


def level(surges: Iterable[Surge], visits: Iterable[Visits], week: date) -> int:
    """The reading of one week; the same topic from two providers counts once."""
    topics: dict[str, int] = {}
    for surge in surges:
        if surge.week == week:
            topics[surge.topic] = max(topics.get(surge.topic, 0), surge.strength)
    site = [site_strength(v.visits, v.pages) for v in visits if v.week == week]
    return read_of([*topics.values(), *site])


def _change(surges: list[Surge], visits: list[Visits], this: date) -> int:
    weeks = {surge.week for surge in surges} | {row.week for row in visits}
    week = this if this in weeks else this - WEEK
    before = sum(level(surges, visits, week - n * WEEK) for n in range(1, WEEKS_BEFORE + 1))
    tripled = WEEKS_BEFORE * level(surges, visits, week) - before
    # Rounds towards zero, as PostgreSQL divides.
    change = tripled // WEEKS_BEFORE if tripled >= 0 else -(-tripled // WEEKS_BEFORE)
    return max(-MOST_CHANGE, min(MOST_CHANGE, change))

"""What the account page shows of its intent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from accounts.intent import rules
from accounts.intent.models import AccountIntent, SiteVisits, Surge
from accounts.models import Account

WEEKS_SHOWN = 12
MOST_TOPICS = 8
MOST_ROWS = 1_000
# A sparkline is 100 wide and 30 high; EDGE keeps its line off the borders.
WIDTH, HEIGHT, EDGE = 100, 30, 1


@dataclass(frozen=True, slots=True)
class Week:
    """`height` is 0-100."""

    monday: date
    height: int


@dataclass(frozen=True, slots=True)
class Line:
    """A topic, or our own site (without topic): its remaining strength, its weeks, who reported
    it."""

    topic: str
    left: int
    weeks: list[Week]
    sources: tuple[str, ...] = ()

    @property
    def is_surging(self) -> bool:
        return self.left >= rules.SURGING

    @property
    def points(self) -> str:
        """The weeks as points of a sparkline, oldest first."""
        step = WIDTH / (len(self.weeks) - 1)
        span = HEIGHT - 2 * EDGE
        return " ".join(
            f"{n * step:.1f},{HEIGHT - EDGE - span * week.height / rules.MOST:.1f}"
            for n, week in enumerate(self.weeks)
        )


@dataclass(frozen=True, slots=True)
class IntentPanel:
    """`visits` and `pages` cover the last four weeks."""

    standing: AccountIntent | None
    topics: list[Line]
    more_topics: int
    site: Line | None
    visits: int
    pages: int


def nothing_reported(account: Account) -> IntentPanel:
    """The panel of an account without any reports; no statement."""
    standing = getattr(account, "intent", None)
    return IntentPanel(standing, topics=[], more_topics=0, site=None, visits=0, pages=0)


def intent_of(account: Account, today: date) -> IntentPanel:
    """Two statements, if the account was fetched with its intent. `today` is a day in UTC."""
    program = account.program_id
    first = rules.monday_of(today) - (WEEKS_SHOWN - 1) * rules.WEEK
    rows = {"account": account, "week__gte": first, "week__lte": rules.monday_of(today)}
    surges = list(
        Surge.objects.in_program(program).filter(**rows).order_by("-week", "-strength")[:MOST_ROWS]
    )
    seen = list(SiteVisits.objects.in_program(program).filter(**rows))
    lines = sorted(_topics(surges, first, today), key=lambda line: (-line.left, line.topic))
    recent = [row for row in seen if row.week > today - timedelta(days=28)]
    return IntentPanel(
        standing=getattr(account, "intent", None),
        topics=lines[:MOST_TOPICS],
        more_topics=max(0, len(lines) - MOST_TOPICS),
        site=_site(seen, first, today),
        visits=sum(row.visits for row in recent),
        pages=sum(row.pages for row in recent),
    )


def _topics(surges: list[Surge], first: date, today: date) -> list[Line]:
    by_topic: dict[str, list[Surge]] = {}
    for surge in surges:
        by_topic.setdefault(surge.topic, []).append(surge)
    return [
        Line(
            topic=topic,
            left=max(rules.left(row.strength, row.week, today) for row in rows),
            weeks=_weeks([(row.week, row.strength) for row in rows], first),
            sources=tuple(sorted({row.source for row in rows})),
        )
        for topic, rows in by_topic.items()
    ]


def _site(seen: list[SiteVisits], first: date, today: date) -> Line | None:
    if not seen:
        return None
    strengths = [(row.week, rules.site_strength(row.visits, row.pages)) for row in seen]
    left = max(rules.left(strength, week, today) for week, strength in strengths)
    return Line(topic="", left=left, weeks=_weeks(strengths, first))


def _weeks(strengths: list[tuple[date, int]], first: date) -> list[Week]:
    highest: dict[date, int] = {}
    for week, strength in strengths:
        highest[week] = max(highest.get(week, 0), strength)
    mondays = [first + n * rules.WEEK for n in range(WEEKS_SHOWN)]
    return [Week(monday, highest.get(monday, 0)) for monday in mondays]

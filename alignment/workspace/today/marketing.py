"""Results of marketing's work, and leads about to become MQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import TruncWeek
from django.utils import timezone

from accounts.models import JournalEvent, JournalKind, Lead, Stage
from accounts.queries.names import set_known_as
from alignment.imports.models import Import
from alignment.jobs.models import Job
from alignment.scoring.models import LeadScore
from alignment.scoring.queries import ruling
from alignment.workspace.kept import LATER, SOON, kept

if TYPE_CHECKING:
    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Program
    from alignment.scoring.rules import ScoringModel

WEEKS = 12
SHOWN = 8
NEAR = 10
HANDED_DAYS = 30
# Scores deliberately have no index, so only leads that became engaged recently are searched.
NEAR_WINDOW = 2_000
OUTCOMES = (
    Stage.MQL,
    Stage.SQL,
    Stage.OPPORTUNITY,
    Stage.WON,
    Stage.RECYCLED,
    Stage.LOST,
    Stage.DISQUALIFIED,
)


@dataclass(frozen=True, slots=True)
class Week:
    """`height` is that of its column, at most 100 and always visible."""

    starts: datetime
    mqls: int
    height: int

    @property
    def top(self) -> int:
        return 100 - self.height


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many of the leads handed over are in a stage now; `start` is where its bar begins."""

    stage: Stage
    count: int
    share: float
    start: float


@dataclass(frozen=True, slots=True)
class Weeks:
    weeks: list[Week]
    sources: list[tuple[str, int]]

    @property
    def this_week(self) -> int:
        return self.weeks[-1].mqls

    @property
    def last_week(self) -> int:
        return self.weeks[-2].mqls

    @property
    def points(self) -> str:
        """The points of a sparkline, 100 wide and 30 high."""
        step = 100 / (WEEKS - 1)
        places = (
            f"{index * step:.1f},{29 - 0.28 * week.height:.1f}"
            for index, week in enumerate(self.weeks)
        )
        return " ".join(places)


@dataclass(frozen=True, slots=True)
class MarketingDay:
    near: list[Lead]
    model: ScoringModel
    handed: list[Outcome]
    handed_count: int


@dataclass(frozen=True, slots=True)
class Work:
    """Background work: running jobs and the latest imports."""

    jobs: list[Job]
    imports: list[Import]


def weeks_of(program: Program) -> Weeks:
    """New MQLs in twelve weeks of the program's time zone, and the sources of this week's."""
    zone = ZoneInfo(program.time_zone)
    today = timezone.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    starts = [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    past = kept(program, f"weeks:{monday.date()}", LATER, lambda: _by_week(program, starts))
    numbers = [*past, _became_mql(program).filter(at__gte=monday).count()]
    sources = kept(program, f"sources:{monday.date()}", SOON, lambda: _sources(program, monday))
    most = max(1, *numbers)
    return Weeks(
        [
            Week(start, number, max(2, round(100 * number / most)))
            for start, number in zip(starts, numbers, strict=True)
        ],
        sources,
    )


def _by_week(program: Program, starts: list[datetime]) -> list[int]:
    """Numbers of past weeks, which no longer change."""
    zone = starts[0].tzinfo
    became = _became_mql(program).filter(at__gte=starts[0], at__lt=starts[-1])
    rows = became.annotate(week=TruncWeek("at", tzinfo=zone)).values_list("week")
    numbers = {week.date(): number for week, number in rows.annotate(number=Count("*"))}
    return [numbers.get(start.date(), 0) for start in starts[:-1]]


def _sources(program: Program, monday: datetime) -> list[tuple[str, int]]:
    rows = _became_mql(program).filter(at__gte=monday).values_list("lead__source")
    ordered = rows.annotate(number=Count("*")).order_by("-number", "lead__source")
    return [(source or "", number) for source, number in ordered[:SHOWN]]


def marketing_day(program: Program) -> MarketingDay:
    """Leads about to become MQL, and the current stages of recent MQLs."""
    model = ruling(program).compiled.model
    handed, count = _handed(program)
    return MarketingDay(_near(program, model), model, handed, count)


def _near(program: Program, model: ScoringModel) -> list[Lead]:
    engaged = Lead.objects.in_program(program).filter(stage=Stage.ENGAGED)
    latest = engaged.order_by("-stage_since", "-id").values_list("id", flat=True)[:NEAR_WINDOW]
    near = LeadScore.objects.in_program(program).filter(
        lead__in=latest, total__gte=model.mql_at - NEAR, total__lt=model.mql_at
    )
    ids = list(near.order_by("-total", "-lead_id").values_list("lead_id", flat=True)[:SHOWN])
    related = ("stakeholder", "account", "score", "owner")
    found = Lead.objects.in_program(program).select_related(*related).in_bulk(ids)
    set_known_as(program=program, people=[lead.stakeholder for lead in found.values()])
    return [found[lead_id] for lead_id in ids if lead_id in found]


def _handed(program: Program) -> tuple[list[Outcome], int]:
    numbers = kept(program, "handed", SOON, lambda: _stages_now(program))
    total = sum(numbers.get(stage.value, 0) for stage in OUTCOMES)
    outcomes, start = [], 0.0
    for stage in OUTCOMES:
        number = numbers.get(stage.value, 0)
        share = 100 * number / total if total else 0.0
        outcomes.append(Outcome(stage, number, share, start))
        start += share
    return outcomes, total


def _stages_now(program: Program) -> dict[str, int]:
    """The current stages of the leads that recently became MQL."""
    since = timezone.now() - timedelta(days=HANDED_DAYS)
    became = _became_mql(program).filter(at__gte=since, lead__isnull=False)
    rows = became.values_list("lead__stage").annotate(number=Count("lead_id", distinct=True))
    return {str(stage): number for stage, number in rows}


def _became_mql(program: Program) -> ScopedQuerySet[JournalEvent]:
    return JournalEvent.objects.in_program(program).filter(kind=JournalKind.BECAME_MQL)


def work_of(program: Program) -> Work:
    """Running and queued jobs, and the latest imports."""
    running = Job.objects.in_program(program).filter(state__in=Job.OPEN)
    imports = Import.objects.in_program(program).select_related("job", "created_by")
    return Work(
        list(running.select_related("created_by").order_by("-id")[:SHOWN]),
        list(imports.order_by("-id")[:3]),
    )

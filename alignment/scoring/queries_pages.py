"""What the pages of the scoring model show."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import Signal
from alignment.agreements.models import Kind, State, Version
from alignment.agreements.queries import history, in_force, open_version
from alignment.agreements.rules import Change, Clause, diff
from alignment.jobs.models import Job
from alignment.jobs.queries import newest
from alignment.people.models import Program
from alignment.reference.names import name_key

from .account_score.words import weight_lines
from .agreement import clauses
from .queries_lint import signal_counts
from .rules import DIMENSIONS, ENGAGEMENT, FIT, Rule, ScoringModel, parse_model
from .words import rule_name

# Seconds; counting a million score rows takes most of a second, so the counts are cached.
NUMBERS_FOR = 60
BINS = 20
HIGHEST_BIN = 100

# Leads with the same mask and score are counted together.
NUMBERS = """
SELECT mask, total, count(*) FROM scoring_leadscore WHERE program_id = %s GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """`change` compares with the version in force: new, changed, or empty if the same."""

    rule: Rule
    name: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class Dimension:
    key: str
    label: str
    cap: int | None
    lines: list[RuleLine]


@dataclass(frozen=True, slots=True)
class ScoringPage:
    version: Version | None
    model: ScoringModel
    dimensions: list[Dimension]
    weights: list[Clause]
    open: Version | None
    versions: list[Version]
    job: Job | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """`earned` by rule key; `bins` of five points each, the last one open."""

    leads: int
    earned: dict[str, int]
    bins: list[int]
    mql_bin: float
    sql_bin: float
    over_mql: int
    over_sql: int


def scoring_page(*, program: Program) -> ScoringPage:
    version = in_force(program, Kind.SCORING)
    model = parse_model(version.content) if version else ScoringModel()
    return ScoringPage(
        version=version,
        model=model,
        dimensions=_dimensions(model, signal_names(program)),
        weights=weight_lines(model.account),
        open=open_version(program, Kind.SCORING),
        versions=history(program, Kind.SCORING),
        job=newest(program=program, kind=Job.Kind.RESCORE),
    )


def signal_names(program: Program) -> dict[str, str]:
    return {signal.code: signal.shown_name for signal in Signal.objects.in_program(program)}


def _dimensions(model: ScoringModel, names: dict[str, str]) -> list[Dimension]:
    labels = {
        FIT: (_("Fit"), model.fit_cap),
        ENGAGEMENT: (_("Engagement"), model.engagement_cap),
    }
    return [
        Dimension(
            key,
            *labels[key],
            [RuleLine(r, rule_name(r, names)) for r in model.rules if r.dimension == key],
        )
        for key in DIMENSIONS
    ]


def version_dimensions(
    *, program: Program, version: Version
) -> tuple[ScoringModel, list[Dimension]]:
    """An old version, read-only."""
    model = parse_model(version.content)
    return model, _dimensions(model, signal_names(program))


def version_numbered(*, program: Program, number: int) -> Version | None:
    versions = Version.objects.in_program(program).filter(kind=Kind.SCORING, number=number)
    return versions.exclude(state=State.DRAFT).select_related("created_by").first()


def numbers(*, program: Program) -> Numbers | None:
    """How many leads earned each rule and the spread of scores; None before the first model."""
    version = in_force(program, Kind.SCORING)
    if version is None:
        return None
    key = f"scoring-numbers-{version.pk}"
    found: Numbers | None = cache.get(key)
    if found is None:
        found = _numbers(program, parse_model(version.content))
        cache.set(key, found, NUMBERS_FOR)
    return found


def without_points(*, program: Program, model: ScoringModel) -> list[str]:
    """Names of the signals that leads have and that no rule of the model counts."""
    found = signal_counts(program=program).by_signal
    counted = {rule.signal for rule in model.rules}
    idle = [
        name
        for code, name in signal_names(program).items()
        if code not in counted and code in found and found[code].leads
    ]
    return sorted(idle, key=name_key)


def _numbers(program: Program, model: ScoringModel) -> Numbers:
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS, [program.pk])
        groups = cursor.fetchall()
    width = HIGHEST_BIN // BINS
    earned = [0] * len(model.rules)
    bins = [0] * BINS
    leads = over_mql = over_sql = 0
    for mask, total, count in groups:
        leads += count
        bins[min(BINS - 1, max(0, total) // width)] += count
        over_mql += count if total >= model.mql_at else 0
        over_sql += count if total >= model.sql_at else 0
        for i in range(len(earned)):
            earned[i] += count if mask >> i & 1 else 0
    keys = [rule.key for rule in model.rules]
    return Numbers(
        leads=leads,
        earned=dict(zip(keys, earned, strict=True)),
        bins=bins,
        mql_bin=min(BINS, model.mql_at / width),
        sql_bin=min(BINS, model.sql_at / width),
        over_mql=over_mql,
        over_sql=over_sql,
    )


def changes(*, version: Version, current: Version | None) -> list[Change]:
    """How the draft differs from the version in force."""
    rules = current.content if current else {}
    before, after = clauses(version.program, [rules, version.content])
    return diff(before, after)


def signal_list(*, program: Program) -> list[Signal]:
    signals = Signal.objects.in_program(program)
    return sorted(signals, key=lambda signal: (signal.side, name_key(signal.shown_name)))

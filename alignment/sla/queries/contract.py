"""Data for the contract pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.utils import timezone

from alignment.agreements.models import Kind, State, Version
from alignment.agreements.queries import history, in_force, open_version
from alignment.agreements.rules import Change, diff
from alignment.core import figures
from alignment.people.models import Program

from .. import words
from ..models import Clock, SlaSettings
from ..rules.contract import SIDES, Contract, SlaClause, parse_contract

LOOKED_BACK_DAYS = 30


@dataclass(frozen=True, slots=True)
class Fared:
    """How often a promise was kept, broken and excused; `broken` excludes the excused ones."""

    kept: int = 0
    broken: int = 0
    excused: int = 0

    @property
    def total(self) -> int:
        return self.kept + self.broken + self.excused

    @property
    def share(self) -> int:
        """Percentage kept of those not excused; 100 only if none was broken."""
        counted = self.kept + self.broken
        return figures.share(self.kept, counted) if counted else 0

    @property
    def share_words(self) -> str:
        return figures.percent(self.share)


@dataclass(frozen=True, slots=True)
class Step:
    """A rung of the ladder in words."""

    when: str
    who: str
    through: str


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """A promise in words; `limit` is None for a condition."""

    clause: SlaClause
    title: str
    says: str
    limit: words.Limit | None
    warnings: str
    steps: list[Step]
    fared: Fared


@dataclass(frozen=True, slots=True)
class SidePromises:
    """What one side owes the other."""

    side: str
    to: str
    lines: list[PromiseLine]


@dataclass(frozen=True, slots=True)
class ContractPage:
    version: Version | None
    sides: list[SidePromises]
    open: Version | None
    versions: list[Version]
    outside_crm: bool


def contract_page(*, program: Program) -> ContractPage:
    version = in_force(program, Kind.SLA)
    contract = parse_contract(version.content) if version else Contract()
    return ContractPage(
        version=version,
        sides=promises(contract, fared(program=program)),
        open=open_version(program, Kind.SLA),
        versions=history(program, Kind.SLA),
        outside_crm=SlaSettings.objects.in_program(program).filter(outside_crm=True).exists(),
    )


def promises(contract: Contract, by_clause: Mapping[str, Fared]) -> list[SidePromises]:
    """Both sides, each with what it owes, in the order of the contract."""
    lines = [_line(clause, by_clause.get(clause.key, Fared())) for clause in contract.clauses]
    return [
        SidePromises(side, other, [line for line in lines if line.clause.owes == side])
        for side, other in zip(SIDES, reversed(SIDES), strict=True)
    ]


def _line(clause: SlaClause, how: Fared) -> PromiseLine:
    return PromiseLine(
        clause=clause,
        title=words.title(clause),
        says=words.term(clause),
        limit=words.limit(clause) if clause.is_timed else None,
        warnings=words.warnings(clause),
        steps=[
            Step(
                words.moment(rung, is_first=i == 0),
                words.recipient(rung, clause.owes),
                words.channels(rung),
            )
            for i, rung in enumerate(clause.ladder)
        ],
        fared=how,
    )


def looked_back_to(program: Program) -> datetime:
    """Midnight in the program's zone; with today, it is the 30 days of the dashboard."""
    zone = ZoneInfo(program.time_zone)
    first = timezone.localdate(timezone=zone) - timedelta(days=LOOKED_BACK_DAYS - 1)
    return datetime.combine(first, time(), zone)


def fared(*, program: Program) -> dict[str, Fared]:
    """The clocks that ended in the last 30 days, by clause: one index scan."""
    excused = Q(state=Clock.State.BROKEN, dispute__granted=True)
    rows = (
        Clock.objects.in_program(program)
        .filter(ended_at__gte=looked_back_to(program))
        .values("clause")
        .annotate(
            kept=Count("pk", filter=Q(state=Clock.State.KEPT)),
            broken=Count("pk", filter=Q(state=Clock.State.BROKEN)),
            excused=Count("pk", filter=excused),
        )
        .order_by()
    )
    return {
        row["clause"]: Fared(row["kept"], row["broken"] - row["excused"], row["excused"])
        for row in rows
    }


def version_numbered(*, program: Program, number: int) -> Version | None:
    versions = Version.objects.in_program(program).filter(kind=Kind.SLA, number=number)
    return versions.exclude(state=State.DRAFT).select_related("created_by").first()


def changes(*, version: Version, current: Version | None) -> list[Change]:
    """What the draft changes in the version in force."""
    before, after = (
        [words.contract_clause(clause) for clause in parse_contract(content).clauses]
        for content in (current.content if current else {}, version.content)
    )
    return diff(before, after)

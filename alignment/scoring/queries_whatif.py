"""Reading trials of models."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from accounts.models import Lead
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import in_force
from alignment.agreements.rules import digest
from alignment.jobs.models import Job
from alignment.people.models import Membership, Program, Role, Side

from .models import Move, WhatIf
from .rules import LEVEL_STAGE, InvalidModel, ScoringModel, parse_model
from .tally import Tally, per_head

MOVES_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a finished trial, and whether it is still valid."""

    what_if: WhatIf
    tally: Tally
    then: ScoringModel
    now: ScoringModel
    sellers: int
    capacity: int | None
    draft_changed: bool
    model_changed: bool

    @property
    def becoming_mql(self) -> int:
        return self.tally.moves(Move.Kind.MQL)

    @property
    def becoming_sql(self) -> int:
        return self.tally.moves(Move.Kind.SQL)

    @property
    def falling_below(self) -> int:
        return self.tally.moves(Move.Kind.BELOW)

    @property
    def weekly_now(self) -> float:
        return self.tally.new_per_week("now")

    @property
    def weekly_then(self) -> float:
        return self.tally.new_per_week("then")

    @property
    def load_now(self) -> float | None:
        return per_head(self.weekly_now, self.sellers)

    @property
    def load_then(self) -> float | None:
        return per_head(self.weekly_then, self.sellers)

    @property
    def too_many(self) -> float:
        """New MQLs per week beyond the capacity of sales; 0 while that is unknown."""
        return max(0.0, self.weekly_then - self.capacity) if self.capacity else 0.0

    @property
    def at_once(self) -> float | None:
        """The number of leads per seller on the first day if they are handed over."""
        return per_head(self.becoming_mql, self.sellers)

    @property
    def is_stale(self) -> bool:
        return self.draft_changed or self.model_changed


@dataclass(frozen=True, slots=True)
class WhatIfPage:
    """A version with its newest result, and the trial that is running or did not finish."""

    version: Version
    answer: Answer | None
    attempt: WhatIf | None

    @property
    def running(self) -> Job | None:
        return self.attempt.job if self.attempt and self.attempt.job.is_open else None


def scoring_version(*, program: Program, number: int) -> Version | None:
    rows = Version.objects.in_program(program).filter(kind=Kind.SCORING, number=number)
    return rows.select_related("program").first()


def newest_open(*, version: Version) -> WhatIf | None:
    """The trial of this version that is queued or running."""
    return _trials(version).filter(job__state__in=Job.OPEN).first()


def newest(*, version: Version) -> WhatIf | None:
    return _trials(version).first()


def what_if_page(*, version: Version) -> WhatIfPage:
    """Five queries for any number of leads."""
    latest = newest(version=version)
    finished = latest if latest is None or latest.finished_at else _finished(version)
    answer = answer_of(finished, version=version) if finished else None
    return WhatIfPage(version, answer, latest if latest is not finished else None)


def answer_of(what_if: WhatIf, *, version: Version) -> Answer:
    """A finished trial, with the current state for comparison."""
    current = in_force(version.program_id, Kind.SCORING)
    heads, capacity = sellers(version.program_id)
    # Once in force, the version is itself the current one.
    ruled = version.in_force_at is not None
    return Answer(
        what_if=what_if,
        tally=Tally(what_if.result),
        then=_model(what_if.content),
        now=_model(what_if.against.content) if what_if.against else ScoringModel(),
        sellers=heads,
        capacity=capacity,
        draft_changed=what_if.digest != digest(version.kind, version.content),
        model_changed=not ruled and what_if.against != current,
    )


def _trials(version: Version) -> QuerySet[WhatIf]:
    rows = WhatIf.objects.in_program(version.program_id).filter(version=version, is_pair=False)
    return rows.select_related("job", "job__created_by", "against").order_by("-id")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two versions, the result of their comparison, and a comparison running or failed."""

    older: Version
    newer: Version
    answer: WhatIf | None
    attempt: WhatIf | None

    @property
    def running(self) -> Job | None:
        return self.attempt.job if self.attempt and self.attempt.job.is_open else None

    @property
    def tally(self) -> Tally:
        return Tally(self.answer.result if self.answer else {})

    @property
    def over(self) -> int:
        """Leads with enough points for an MQL in the newer version only."""
        return self.tally.moves(Move.Kind.OVER)

    @property
    def below(self) -> int:
        return self.tally.moves(Move.Kind.BELOW)

    @property
    def is_stale(self) -> bool:
        """A draft may change after the comparison; a version that was in force never does."""
        return self.answer is not None and self.answer.digest != pair_digest(self.older, self.newer)


def pair_digest(older: Version, newer: Version) -> str:
    """The hash of both contents."""
    return digest(newer.kind, {"older": older.content, "newer": newer.content})


def pair_of(*, older: Version, newer: Version) -> Pair:
    """Two queries for any number of leads."""
    rows = WhatIf.objects.in_program(newer.program_id).filter(
        version=newer, against=older, is_pair=True
    )
    rows = rows.select_related("job", "job__created_by").order_by("-id")
    latest = rows.first()
    finished = (
        latest if latest is None or latest.finished_at else rows.exclude(finished_at=None).first()
    )
    return Pair(older, newer, finished, latest if latest is not finished else None)


def _finished(version: Version) -> WhatIf | None:
    return _trials(version).exclude(finished_at=None).first()


def _model(content: dict[str, object]) -> ScoringModel:
    """A content that is no longer a valid model has no thresholds to draw."""
    try:
        return parse_model(content)
    except InvalidModel:
        return ScoringModel()


def sellers(program_id: int) -> tuple[int, int | None]:
    """The number of members of sales teams, who share the MQLs, and how many MQLs a week they can
    take.

    The second is None until it is known for each of them.
    """
    seats = Membership.objects.in_program(program_id).filter(
        team__side=Side.SALES, role=Role.MEMBER, user__is_active=True
    )
    told = seats.aggregate(all=Count("pk"), said=Count("leads_a_week"), room=Sum("leads_a_week"))
    return told["all"], told["room"] if told["said"] == told["all"] else None


@dataclass(frozen=True, slots=True)
class MoveLine:
    """A lead that would move: its points and stage, now and then."""

    move: Move
    lead: Lead

    @property
    def stage_then(self) -> str:
        rises = {Move.Kind.MQL: 2, Move.Kind.SQL: 3, Move.Kind.ENGAGED: 1}
        level = rises.get(Move.Kind(self.move.kind))
        return LEVEL_STAGE[level] if level else self.move.stage


@dataclass(frozen=True, slots=True)
class MovesPage:
    lines: list[MoveLine]
    older: int | None


def moves_page(*, what_if: WhatIf, kind: str, after: int = 0) -> MovesPage:
    """One page of the leads with one kind of move: two queries."""
    rows = Move.objects.in_program(what_if.program_id).filter(what_if=what_if, kind=kind)
    found = list(rows.filter(pk__gt=after).order_by("pk")[: MOVES_A_PAGE + 1])
    shown = found[:MOVES_A_PAGE]
    leads = Lead.objects.in_program(what_if.program_id).select_related("stakeholder", "account")
    by_id = leads.in_bulk([move.lead_id for move in shown])
    lines = [MoveLine(move, by_id[move.lead_id]) for move in shown if move.lead_id in by_id]
    return MovesPage(lines, shown[-1].pk if len(found) > MOVES_A_PAGE else None)

"""A lead at some past moment, under the model in force at that time and under the open one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from accounts.models import JournalKind, Stage
from alignment.agreements.models import Kind
from alignment.agreements.queries import open_version
from alignment.scoring.explain_past import explain_at, ruling_version

from .record import MOST_STAGES, REACHED_BY, PointGroup, point_groups, stage_of

if TYPE_CHECKING:
    from accounts.models import Lead
    from alignment.agreements.models import Version
    from alignment.scoring.explain import Explanation


@dataclass(frozen=True, slots=True)
class UnderVersion:
    """One column of the page; without a version, no model was in force."""

    version: Version | None
    is_open: bool
    why: Explanation
    groups: list[PointGroup]


@dataclass(frozen=True, slots=True)
class PastLead:
    at: datetime
    stage: Stage | None
    sides: list[UnderVersion]


def lead_at(*, lead: Lead, at: datetime) -> PastLead:
    """Seven queries, however many events the lead has."""
    ruled = ruling_version(lead.program, at)
    opened = open_version(lead.program, Kind.SCORING)
    versions = [ruled, opened] if opened else [ruled]
    found = explain_at(program=lead.program, lead_id=lead.pk, at=at, versions=versions) or []
    sides = [
        UnderVersion(version, place == 1, why, point_groups(why))
        for place, (version, why) in enumerate(zip(versions, found, strict=False))
    ]
    return PastLead(at, _stage(lead, at), sides)


def _stage(lead: Lead, at: datetime) -> Stage | None:
    """None if the lead did not exist yet."""
    kinds = [*REACHED_BY, JournalKind.STAGE_CHANGED]
    events = lead.journal.filter(kind__in=kinds, at__lte=at).order_by("-at", "-id")[:MOST_STAGES]
    return next((stage for event in events if (stage := stage_of(event))), None)

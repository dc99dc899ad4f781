"""Content of the library that helps a deal now, with the reasons; six statements."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from accounts.queries.names import know_by_address
from campaigns.calendar.models import Touch
from campaigns.committee.models import CommitteeMember
from campaigns.library.models import Asset
from campaigns.library.rules import sector_of
from campaigns.opportunities.models import Opportunity, Outcome
from campaigns.opportunities.queries.pipeline import stages_of

from ..models import ANSWERED_KINDS, InsightTopic, Tag
from ..rules.helpful import Piece, Reason, Wanted, buying_stage, suggest

# The newest pieces; a library that is larger has old ones.
MOST_CONTENT = 1_000
MOST_PEOPLE = 60
# What we work by ourselves is sent to nobody.
FOR_US = (Asset.Kind.SCRIPT, Asset.Kind.TEMPLATE)


@dataclass(frozen=True, slots=True)
class Help:
    asset: Asset
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Helpful:
    """`unanswered` are topics that were raised in the deal and that no content answers; `had` counts
    content that the account had already."""

    content: list[Help] = field(default_factory=list)
    unanswered: list[InsightTopic] = field(default_factory=list)
    had: int = 0


def helpful_for(deal: Opportunity) -> Helpful:
    """For an open deal; nothing helps one that is closed. `deal` comes with its account."""
    if deal.outcome != Outcome.OPEN:
        return Helpful()
    rows = Asset.objects.in_program(deal.program_id).filter(retired_at__isnull=True)
    found = {row.pk: row for row in rows.exclude(kind__in=FOR_US).order_by("-pk")[:MOST_CONTENT]}
    raised = _raised(deal)
    had = _had(deal) & found.keys()
    answers: dict[int, list[str]] = defaultdict(list)
    for topic in raised:
        if topic.asset_id in found:
            answers[topic.asset_id].append(topic.name)
    wanted = Wanted(
        stage=_stage(deal),
        sector=sector_of(deal.account.naics or ""),
        people=_people(deal),
        answers=answers,
        had=had,
    )
    pieces = [
        Piece(row.pk, row.stage, row.persona, sector_of(row.sector)) for row in found.values()
    ]
    return Helpful(
        content=[Help(found[each.piece.id], each.reasons) for each in suggest(pieces, wanted)],
        unanswered=[topic for topic in raised if topic.asset_id not in found],
        had=len(had),
    )


def _raised(deal: Opportunity) -> list[InsightTopic]:
    """Objections and competitors of the deal, as they are accepted."""
    tags = Tag.objects.in_program(deal.program_id).filter(
        state=Tag.State.ACCEPTED, note__opportunity=deal, kind__in=ANSWERED_KINDS
    )
    rows = InsightTopic.objects.in_program(deal.program_id).filter(pk__in=tags.values("topic"))
    return list(rows.order_by("kind", "name"))


def _had(deal: Opportunity) -> set[Any]:
    """Ids of content that somebody of the account got, or will."""
    rows = Touch.objects.in_program(deal.program_id).filter(
        account=deal.account_id, asset__isnull=False
    )
    return set(rows.exclude(state=Touch.State.SKIPPED).values_list("asset", flat=True).distinct())


def _people(deal: Opportunity) -> dict[str, str]:
    """Titles of the committee by name, those with influence first."""
    rows = CommitteeMember.objects.in_program(deal.program_id).filter(opportunity=deal)
    seats = rows.select_related("stakeholder").order_by("-influence", "pk")[:MOST_PEOPLE]
    people = [seat.stakeholder for seat in seats]
    know_by_address(program=deal.program_id, people=people)
    return {str(person): person.title for person in people}


def _stage(deal: Opportunity) -> str:
    stages = [stage.pk for stage in stages_of(deal.program_id) if stage.outcome == Outcome.OPEN]
    return buying_stage(stages.index(deal.stage_id), len(stages)) if deal.stage_id in stages else ""

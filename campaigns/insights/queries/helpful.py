"""Content of the library that helps a deal now, with reasons; six statements."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max
from django.db.models.functions import Coalesce

from accounts.queries.names import set_known_as
from campaigns.calendar.models import Touch
from campaigns.committee.models import CommitteeMember
from campaigns.library.models import Asset
from campaigns.library.rules import sector_of
from campaigns.opportunities.models import Opportunity, Outcome

from ..models import ANSWERED_KINDS, InsightTopic, Tag
from ..rules.helpful import Piece, Reason, Wanted, suggest

# Only the newest content is considered; a larger library contains outdated pieces.
MOST_CONTENT = 1_000
MOST_PEOPLE = 60
# Content for internal use is not sent to customers.
FOR_US = (Asset.Kind.SCRIPT, Asset.Kind.TEMPLATE)


@dataclass(frozen=True, slots=True)
class Help:
    """`sent_at` is when somebody at the account last got it, or will get it; None for never."""

    asset: Asset
    reasons: tuple[Reason, ...]
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a topic of the deal, and the content that goes with it, if any."""

    topic: InsightTopic
    asset: Asset | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Helpful:
    """`answers` belong to topics raised in the deal, the latest first. `unanswered` are raised
    topics that no content answers; `had` counts content left out because the account already had
    it.
    """

    answers: list[Answered] = field(default_factory=list)
    content: list[Help] = field(default_factory=list)
    unanswered: list[InsightTopic] = field(default_factory=list)
    had: int = 0

    @property
    def besides(self) -> list[Help]:
        """The content that does not belong to an answer."""
        shown = {each.asset.pk for each in self.answers if each.asset}
        return [each for each in self.content if each.asset.pk not in shown]


def helpful_for(deal: Opportunity) -> Helpful:
    """For an open deal; empty for a closed one. `deal` must come with its account."""
    if deal.outcome != Outcome.OPEN:
        return Helpful()
    rows = Asset.objects.in_program(deal.program_id).filter(retired_at__isnull=True)
    found = {row.pk: row for row in rows.exclude(kind__in=FOR_US).order_by("-pk")[:MOST_CONTENT]}
    raised = _raised(deal)
    had = {pk: at for pk, at in _had(deal).items() if pk in found}
    answers: dict[int, list[str]] = defaultdict(list)
    for topic in raised:
        if topic.asset_id in found:
            answers[topic.asset_id].append(topic.name)
    wanted = Wanted(
        stage=deal.stage.buying_stage,
        sector=sector_of(deal.account.naics or ""),
        people=_people(deal),
        answers=answers,
        had=had,
    )
    pieces = [
        Piece(row.pk, row.stage, row.persona, sector_of(row.sector)) for row in found.values()
    ]
    return Helpful(
        answers=[
            Answered(topic, found.get(topic.asset_id or 0), had.get(topic.asset_id or 0))
            for topic in raised
            if topic.answer
        ],
        content=[
            Help(found[each.piece.id], each.reasons, had.get(each.piece.id))
            for each in suggest(pieces, wanted)
        ],
        unanswered=[topic for topic in raised if topic.asset_id not in found],
        had=len(had.keys() - answers.keys()),
    )


def _raised(deal: Opportunity) -> list[InsightTopic]:
    """Accepted objections and competitors of the deal; the last one accepted comes first."""
    rows = InsightTopic.objects.in_program(deal.program_id).filter(
        tags__state=Tag.State.ACCEPTED,
        tags__note__opportunity=deal,
        tags__kind__in=ANSWERED_KINDS,
    )
    return list(rows.annotate(raised_at=Max("tags__decided_at")).order_by("-raised_at", "name"))


def _had(deal: Opportunity) -> dict[int | None, datetime]:
    """By content id, when somebody at the account last got it, or will get it by what is planned."""
    rows = Touch.objects.in_program(deal.program_id).filter(
        account=deal.account_id, asset__isnull=False
    )
    at = Max(Coalesce("done_at", "starts_at"))
    sent = rows.exclude(state=Touch.State.SKIPPED).values("asset").annotate(at=at)
    return dict(sent.order_by().values_list("asset", "at"))


def _people(deal: Opportunity) -> dict[str, str]:
    """Job titles of the committee by name, the most influential first."""
    rows = CommitteeMember.objects.in_program(deal.program_id).filter(opportunity=deal)
    seats = rows.select_related("stakeholder").order_by("-influence", "pk")[:MOST_PEOPLE]
    people = [seat.stakeholder for seat in seats]
    set_known_as(program=deal.program_id, people=people)
    return {str(person): person.title for person in people}

"""A committee as both teams see it: who is in contact with whom, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.formats import date_format

from alignment.people.models import Side
from alignment.people.queries import sides_of
from campaigns.calendar.models import TouchPerson
from campaigns.models import TrackMember
from campaigns.opportunities.models import Opportunity

from .models import CommitteeMember
from .rules import Lack, Node, Part, lacks, tree

# A touch of marketing counts as nurturing for a quarter.
NURTURED_FOR = timedelta(days=90)
MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class MemberShown:
    """`sales_at` and `marketing_at` are when each side's last touch was done."""

    member: CommitteeMember
    owner_side: str
    sales_at: datetime | None
    marketing_at: datetime | None
    track: str

    @property
    def is_with_sales(self) -> bool:
        return self.owner_side == Side.SALES

    @property
    def is_nurtured(self) -> bool:
        since = timezone.now() - NURTURED_FOR
        recently = self.marketing_at is not None and self.marketing_at >= since
        return bool(self.track or recently or self.owner_side == Side.MARKETING)

    @property
    def marketing_words(self) -> str:
        """When marketing last reached them; empty if it never did."""
        return date_format(self.marketing_at, "SHORT_DATE_FORMAT") if self.marketing_at else ""

    @property
    def part(self) -> Part:
        member = self.member
        return Part(
            key=member.pk,
            role=member.role,
            stance=member.stance,
            sales=self.is_with_sales,
            marketing=self.is_nurtured,
            influence=member.influence,
            owned=member.owner_id is not None,
        )


@dataclass(frozen=True, slots=True)
class Committee:
    members: dict[int, MemberShown]
    top: list[Node]
    lacks: list[Lack]

    @property
    def with_sales(self) -> int:
        return sum(shown.is_with_sales for shown in self.members.values())

    @property
    def nurtured(self) -> int:
        return sum(shown.is_nurtured for shown in self.members.values())


def committee_of(deal: Opportunity) -> Committee:
    """The committee of a deal: four statements for any number of members."""
    rows = CommitteeMember.objects.in_program(deal.program_id).filter(opportunity=deal)
    rows = rows.select_related("stakeholder", "owner").order_by("-influence", "pk")
    found = list(rows[:MOST_SHOWN])
    shown = _shown(deal, found)
    parts = [shown[member.pk].part for member in found]
    return Committee(
        shown, tree({member.pk: member.reports_to_id for member in found}), lacks(parts)
    )


def _shown(deal: Opportunity, found: Sequence[CommitteeMember]) -> dict[int, MemberShown]:
    if not found:
        return {}
    people = [member.stakeholder_id for member in found]
    sides = sides_of(deal.program_id, (member.owner_id for member in found))
    touches = TouchPerson.objects.in_program(deal.program_id).filter(
        stakeholder__in=people, touch__state="done"
    )
    last = {
        person: (sales, marketing)
        for person, sales, marketing in touches.values_list("stakeholder")
        .annotate(
            sales=Max("touch__done_at", filter=Q(touch__side=Side.SALES)),
            marketing=Max("touch__done_at", filter=Q(touch__side=Side.MARKETING)),
        )
        .order_by()
    }
    inside = TrackMember.objects.in_program(deal.program_id).filter(
        stakeholder__in=people, left_at__isnull=True
    )
    tracks = dict(inside.values_list("stakeholder", "track__name").order_by("pk"))
    return {
        member.pk: MemberShown(
            member,
            sides.get(member.owner_id or 0, ""),
            *last.get(member.stakeholder_id, (None, None)),
            tracks.get(member.stakeholder_id, ""),
        )
        for member in found
    }

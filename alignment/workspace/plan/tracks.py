"""A nurture track with its people, and why others left it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from campaigns.models import Track, TrackMember

MOST_MEMBERS = 200
MOST_REASONS = 10


@dataclass(frozen=True, slots=True)
class TrackPage:
    track: Track
    members: list[TrackMember]
    is_cut: bool
    inside: int
    reasons: list[tuple[str, int]]


def track_page(track: Track) -> TrackPage:
    """The people in a track, the newest first, and those who left, with reasons; four statements in
    all.
    """
    rows = TrackMember.objects.in_program(track.program_id).filter(track=track)
    people = rows.select_related("stakeholder__account").order_by("-entered_at", "-id")
    members = list(people[: MOST_MEMBERS + 1])
    reasons = rows.exclude(left_because="").values_list("left_because")
    counted = reasons.annotate(number=Count("pk")).order_by("-number", "left_because")
    return TrackPage(
        track=track,
        members=members[:MOST_MEMBERS],
        is_cut=len(members) > MOST_MEMBERS,
        inside=rows.filter(left_at__isnull=True).count(),
        reasons=list(counted[:MOST_REASONS]),
    )

"""The list of targets with the latest activity of both teams."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils import timezone

from campaigns.calendar.models import Touch
from campaigns.selection.models import Session, Target
from campaigns.selection.queries.past import PastSession, left_lately, past_sessions
from campaigns.selection.queries.settings import settings_of
from campaigns.selection.queries.since import Changes, changes_since
from campaigns.selection.queries.targets import (
    has_plays,
    last_confirmed,
    open_session_of,
    shown_targets,
)

if TYPE_CHECKING:
    from alignment.people.models import Program, User


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target with its newest completed touch, by either team."""

    target: Target
    last: Touch | None
    lacks: bool


@dataclass(frozen=True, slots=True)
class TargetsPage:
    """`rows` are filtered; `count` is of the whole list."""

    rows: list[TargetRow]
    count: int
    mine: int
    capacity: int
    tiers: dict[int, int]
    left: list[Target]
    open: Session | None
    last: Session | None
    since: Changes
    past: list[PastSession] = field(default_factory=list)

    @property
    def agreed(self) -> PastSession | None:
        """The last confirmed session, whose agreement rate is shown beside the list."""
        return next((each for each in self.past if each.session.is_confirmed), None)


def targets_page(program: Program, *, user: User, mine: bool, tier: int | None) -> TargetsPage:
    """The list and its changes: a bounded number of statements."""
    targets = shown_targets(program)
    shown = [t for t in targets if (not mine or _is_of(t, user)) and tier in (None, t.tier)]
    touches = _last_touches(program, shown)
    plays = has_plays(program.pk)
    session, last = open_session_of(program), last_confirmed(program)
    settings = settings_of(program)
    return TargetsPage(
        rows=[TargetRow(t, touches.get(t.account_id), _lacks(t, plays)) for t in shown],
        count=len(targets),
        mine=sum(_is_of(target, user) for target in targets),
        capacity=session.capacity if session else settings.capacity,
        tiers={tier: sum(t.tier == tier for t in targets) for tier in (1, 2, 3)},
        left=left_lately(program),
        open=session,
        last=last,
        since=changes_since(last, targets, now=timezone.now(), settings=settings),
        past=past_sessions(program),
    )


def _is_of(target: Target, user: User) -> bool:
    return user.pk in (target.marketing_owner_id, target.sales_owner_id)


def _lacks(target: Target, has_plays: bool) -> bool:
    return (
        not target.marketing_owner_id
        or not target.sales_owner_id
        or (has_plays and not target.play_id)
    )


def _last_touches(program: Program, targets: list[Target]) -> dict[int, Touch]:
    rows = Touch.objects.in_program(program).filter(
        account__in=[target.account_id for target in targets], state=Touch.State.DONE
    )
    latest = rows.order_by("account", "-done_at").distinct("account")
    return {touch.account_id: touch for touch in latest}

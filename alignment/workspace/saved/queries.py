"""Which views a person may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from alignment.people.models import Team
from alignment.people.permissions import Permission, may
from alignment.workspace.models import SavedView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Membership

MOST_SHOWN = 60


def visible_views(membership: Membership) -> ScopedQuerySet[SavedView]:
    """One's own and those of one's team; people who run the program see those of every team."""
    rows = SavedView.objects.in_program(membership.program_id)
    mine = Q(owner_id=membership.user_id)
    if may(membership.role, Permission.MANAGE_PROGRAM):
        return rows.filter(mine | Q(team__isnull=False))
    return rows.filter(mine | Q(team_id=membership.team_id, team__isnull=False))


def views_of(membership: Membership, page: str) -> list[SavedView]:
    """The tabs above a list, those of teams first; one statement."""
    rows = visible_views(membership).filter(page=page).select_related("team")
    return list(rows.order_by("owner", "team__name", "name", "id")[:MOST_SHOWN])


def first_view(views: Sequence[SavedView]) -> SavedView | None:
    """The view that opens without any filter: one's own default, else that of the team."""
    first = [view for view in views if view.is_default]
    return next((view for view in first if view.owner_id), first[0] if first else None)


def teams_to_share_with(membership: Membership) -> list[Team]:
    """The teams with which the person may share a view."""
    teams = Team.objects.in_program(membership.program_id).order_by("side", "name")
    if may(membership.role, Permission.MANAGE_PROGRAM):
        return list(teams[:MOST_SHOWN])
    return list(teams.filter(pk=membership.team_id)) if membership.team_id else []

"""Saving views, and sharing them with a team.

A shelf is the views of a page that belong to one person or one team. The row of the membership or
team is locked during changes, so that concurrent ones cannot exceed the limit or leave two default
views.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.people.models import Membership, Program, Team, User
from alignment.workspace.models import LONGEST_NAME, LONGEST_QUERY, SavedView

from .pages import PAGES
from .queries import teams_to_share_with, visible_views
from .rules import kept

MOST_ON_A_SHELF = 30


@transaction.atomic
def save_view(
    *,
    program: Program,
    page: str,
    name: str,
    query: str,
    team: Team | None,
    is_default: bool = False,
    by: User,
) -> SavedView:
    """Save filters under a name, for oneself or (with `team`) for a team one may share with.

    Raises `ValidationError` by field ("name", "query", "team").
    """
    view = SavedView(program=program, page=page)
    _put(view, _seat(program, by), team)
    _set(view, name=name, query=query)
    _demand_room(view)
    view.save()
    if is_default:
        _make_first(view)
    return _record(view, "view.save", by)


@transaction.atomic
def change_view(*, view: SavedView, by: User, **changes: Any) -> SavedView:
    """Change any of `name`, `query`, `team` (None makes it one's own) and `is_default`.

    Raises `ValidationError` by field, `PermissionDenied` for a view of somebody else.
    """
    seat = _seat(view.program, by)
    found = visible_views(seat).select_for_update(of=("self",)).filter(pk=view.pk).first()
    if found is None:
        raise PermissionDenied
    if "team" in changes and getattr(changes["team"], "pk", None) != found.team_id:
        _put(found, seat, changes["team"])
        found.is_default = False
        _demand_room(found)
    else:
        _lock_shelf(found)
    _set(found, name=changes.get("name", found.name), query=changes.get("query", found.query))
    if "is_default" in changes and not changes["is_default"]:
        found.is_default = False
    found.save()
    if changes.get("is_default"):
        _make_first(found)
    return _record(found, "view.change", by, changed=sorted(changes))


@transaction.atomic
def remove_view(*, view: SavedView, by: User) -> None:
    """Delete a view. Raises `PermissionDenied` for a view of somebody else."""
    found = visible_views(_seat(view.program, by)).filter(pk=view.pk).first()
    if found is None:
        raise PermissionDenied
    _record(found, "view.remove", by, name=found.name)
    found.delete()


def _seat(program: Program, by: User) -> Membership:
    found = Membership.objects.in_program(program).filter(user=by).first()
    if found is None:
        raise PermissionDenied
    return found


def _put(view: SavedView, seat: Membership, team: Team | None) -> None:
    """Move it to the shelf of a team, or of the person."""
    if team is not None and team not in teams_to_share_with(seat):
        raise ValidationError({"team": _("You can share with your own team.")})
    view.team = team
    view.owner = None if team else seat.user
    _lock_shelf(view)


def _lock_shelf(view: SavedView) -> None:
    rows: Any = Membership.objects.in_program(view.program_id).filter(user=view.owner_id)
    if view.team_id:
        rows = Team.objects.in_program(view.program_id).filter(pk=view.team_id)
    list(rows.select_for_update(of=("self",)).values_list("pk"))


def _same_scope(view: SavedView) -> Any:
    rows = SavedView.objects.in_program(view.program_id).filter(page=view.page)
    rows = rows.filter(team=view.team_id) if view.team_id else rows.filter(owner=view.owner_id)
    return rows.exclude(pk=view.pk)


def _demand_room(view: SavedView) -> None:
    if _same_scope(view).count() >= MOST_ON_A_SHELF:
        text = _("%(number)s views are enough: remove one first.") % {"number": MOST_ON_A_SHELF}
        raise ValidationError({"name": text})


def _set(view: SavedView, *, name: str, query: str) -> None:
    """Set the name and filters, after validation."""
    view.name = " ".join(name.split())
    if not view.name or len(view.name) > LONGEST_NAME or "\x00" in view.name:
        raise ValidationError({"name": _("Give it a name of 60 characters at most.")})
    if _same_scope(view).filter(name__iexact=view.name).exists():
        raise ValidationError({"name": _("There is already a view of that name.")})
    view.query = _query(view, query)


def _query(view: SavedView, query: str) -> str:
    page = PAGES.get(view.page)
    if page is None:
        raise ValidationError({"page": _("There is no such list.")})
    try:
        said, unknown = kept(query, page.names)
    except ValueError as error:
        raise ValidationError({"query": _("These filters cannot be kept.")}) from error
    bad = [*unknown, *page.wrong(view.program, said)]
    if bad:
        text = _("The list does not know these filters: %(names)s.")
        raise ValidationError({"query": text % {"names": ", ".join(bad)[:300]}})
    if len(said) > LONGEST_QUERY:
        raise ValidationError({"query": _("These are too many filters to keep.")})
    return said


def _make_first(view: SavedView) -> None:
    _same_scope(view).filter(is_default=True).update(is_default=False)
    view.is_default = True
    view.save(update_fields=["is_default"])


def _record(view: SavedView, action: str, by: User, **detail: Any) -> SavedView:
    audit.record(
        by=by, action=action, target=view, program_id=view.program_id, team=view.team_id, **detail
    )
    return view

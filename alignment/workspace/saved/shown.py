"""The tabs above a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from .pages import PAGES
from .queries import first_view, views_of
from .rules import kept
from .views import PAGE, view_url

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest
    from alignment.workspace.models import SavedView


class Tab(NamedTuple):
    view: SavedView
    url: str


@dataclass(frozen=True, slots=True)
class Tabs:
    """`query` is the part of the address that could be saved; `current` is the view it names."""

    tabs: list[Tab]
    current: SavedView | None
    query: str

    @property
    def is_changed(self) -> bool:
        return self.current is not None and self.current.query != self.query


def tabs_of(request: ProgramRequest) -> Tabs:
    """One statement."""
    slug = request.program.slug
    tabs = [Tab(view, view_url(slug, view)) for view in views_of(request.membership, PAGE)]
    named = request.GET.get("view")
    current = next((tab.view for tab in tabs if str(tab.view.pk) == named), None)
    try:
        query = kept(request.META.get("QUERY_STRING", ""), PAGES[PAGE].names).query
    except ValueError:
        query = ""
    return Tabs(tabs, current, query)


def first_url(request: ProgramRequest) -> str:
    """The address that the bare list redirects to; "" without a default view."""
    if request.GET or request.htmx:
        return ""
    view = first_view(views_of(request.membership, PAGE))
    return view_url(request.program.slug, view) if view else ""

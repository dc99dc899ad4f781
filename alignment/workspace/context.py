"""The navigation of the program."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Value
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alignment.jobs.models import Job
from alignment.sla.access import may_decide
from alignment.sla.queries.handoff_pages import without_owner
from alignment.workspace.leads.selection import to_call

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import _StrPromise

    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.requests import ProgramRequest

MOST_COUNTED = 99


@dataclass(frozen=True, slots=True)
class Place:
    """A main page of the product. "g" and then `key` opens it; `parts` are prefixes of the
    addresses that belong to it.
    """

    name: str
    label: str | _StrPromise
    icon: str
    key: str
    parts: tuple[str, ...]
    group: str | _StrPromise = ""
    counted: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the navigation."""

    label: str
    url: str
    icon: str
    key: str
    current: bool
    group: str = ""
    count: str = ""
    hot: bool = False


def _parts(agreement: str) -> tuple[str, ...]:
    return f"{agreement}/", f"agreements/{agreement}/"


HANDOFFS = tuple(
    f"sla/{part}/"
    for part in ("handoffs", "why-no", "territories", "rotation", "next-actions", "reasons")
)
PLACES = (
    Place("workspace:today", _("Today"), "home", "t", ()),
    Place("workspace:queue", _("Queue"), "bolt", "q", ("queue/",), counted="mql"),
    Place("workspace:promises", _("Promises"), "clock", "r", ("promises/",)),
    Place("workspace:leads", _("Leads"), "target-arrow", "l", ("leads/",)),
    Place(
        "workspace:dashboard", _("Dashboard"), "chart-histogram", "x", ("dashboard/", "results/")
    ),
    Place("sla:handoffs", _("Hand-offs"), "arrows-exchange", "h", HANDOFFS, counted="ownerless"),
    Place("workspace:calendar", _("Calendar"), "calendar", "d", ("calendar/",)),
    Place("workspace:accounts", _("Accounts"), "building", "a", ("accounts/",)),
    Place("workspace:targets", _("Targets"), "star", "o", ("targets/",)),
    Place("workspace:opportunities", _("Opportunities"), "briefcase", "v", ("opportunities/",)),
    Place("workspace:people", _("People"), "users", "p", ("people/",)),
    Place(
        "workspace:campaigns",
        _("Campaigns"),
        "speakerphone",
        "n",
        ("campaigns/", "tracks/"),
        _("Plan"),
    ),
    Place("plays:list", _("Plays"), "player-play", "y", ("plays/",), _("Plan")),
    Place("workspace:library", _("Content"), "book", "b", ("content/", "roi/"), _("Plan")),
    Place("workspace:insights", _("Insights"), "message", "f", ("insights/",), _("Plan")),
    Place("icp:page", _("Ideal customer"), "target", "i", _parts("icp"), _("Agreements")),
    Place("scoring:page", _("Scoring"), "gauge", "s", _parts("scoring"), _("Agreements")),
    Place("sla:page", _("SLA"), "heart-handshake", "c", _parts("sla"), _("Agreements")),
    Place(
        "policy:page", _("Contact policy"), "shield-check", "k", _parts("policy"), _("Agreements")
    ),
    Place("imports:list", _("Imports"), "file-import", "m", ("imports/",), _("Data")),
    Place("jobs:list", _("Jobs"), "list-check", "j", ("jobs/",), _("Data"), counted="jobs"),
    Place("program:settings", _("Settings"), "settings", "e", ("settings/",), _("Program")),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`nav` is lazy, so that templates without it, such as fragments, skip its query."""
    program = getattr(request, "program", None)
    if program is None:
        return {"nav": [], "nav_url": ""}
    inside = cast("ProgramRequest", request)
    return {
        "nav": SimpleLazyObject(lambda: items_for(inside)),
        "nav_url": reverse("workspace:navigation", args=[program.slug]),
    }


def items_for(request: ProgramRequest) -> list[Item]:
    """The navigation for this person and page; a single statement, for the counts."""
    program, counts = request.program, _counts(request)
    root = f"/p/{program.slug}/"
    here = request.headers.get("HX-Current-URL", "") if request.htmx else ""
    path = here.partition(root)[2] if root in here else request.path.removeprefix(root)
    current = _current(path)
    urls = _urls(program.slug)
    return [
        _item(place, url, counts, is_current=place is current)
        for place, url in zip(PLACES, urls, strict=True)
    ]


@lru_cache(maxsize=1_000)
def _urls(slug: str) -> tuple[str, ...]:
    """Addresses of a program's places; cached, since every page needs them."""
    return tuple(reverse(place.name, args=[slug]) for place in PLACES)


def _current(path: str) -> Place | None:
    """The place with the longest matching prefix, since prefixes may contain each other."""
    if path.partition("?")[0] == "":
        return PLACES[0]
    within = [(len(p), place) for place in PLACES for p in place.parts if path.startswith(p)]
    return max(within, key=lambda found: found[0])[1] if within else None


def _item(place: Place, url: str, counts: dict[str, int], *, is_current: bool) -> Item:
    number = counts.get(place.counted, 0)
    return Item(
        label=str(place.label),
        url=url,
        icon=place.icon,
        key=place.key,
        current=is_current,
        group=str(place.group),
        count=_words(number),
        hot=place.counted in ("mql", "ownerless"),
    )


def _words(number: int) -> str:
    if number > MOST_COUNTED:
        return gettext("%(number)s+") % {"number": MOST_COUNTED}
    return str(number) if number else ""


def _counts(request: ProgramRequest) -> Counter[str]:
    """MQLs to call, running jobs, leads without an owner; one statement, which stops counting
    early.
    """
    program = request.program
    running = Job.objects.in_program(program).filter(state__in=Job.OPEN)
    asked: dict[str, ScopedQuerySet[Any]] = {"mql": to_call(program), "jobs": running}
    # Leads without an owner concern only those who may assign them.
    if may_decide(request.membership):
        asked["ownerless"] = without_owner(program)
    first, *others = (
        rows.order_by().values_list(Value(name))[: MOST_COUNTED + 1] for name, rows in asked.items()
    )
    return Counter(name for (name,) in first.union(*others, all=True))

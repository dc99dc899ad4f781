"""Pages of the program by their name in the reader's language: a fixed list, no query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alignment.people.permissions import Permission, may
from alignment.reference.rules import fold

from ..context import PLACES, Place

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from alignment.people.models import Membership, Program


@dataclass(frozen=True, slots=True)
class Inner:
    """A page below those of the navigation; `needs` is what one must be allowed to open it."""

    name: str
    label: str | _StrPromise
    icon: str
    needs: Permission = Permission.READ


@dataclass(frozen=True, slots=True)
class FoundPage:
    label: str
    url: str
    icon: str


# Navigation places are offered by the palette itself.
INNER = (
    Inner("workspace:wallboard", _("Wallboard"), "clock"),
    Inner("workspace:results", _("Results"), "chart-histogram"),
    Inner("sla:why_no", _("Why sales says no"), "arrows-exchange"),
    Inner("sla:next_actions", _("Next best actions"), "bolt"),
    Inner("sla:territories", _("Territories"), "map-pin"),
    Inner("sla:rotation", _("Turns"), "refresh"),
    Inner("sla:reasons", _("Reasons"), "list-check"),
    Inner("sla:hours", _("Working hours"), "clock"),
    Inner("sla:coverage", _("Coverage"), "calendar"),
    Inner("workspace:touch_plan", _("Plan a touch"), "calendar", Permission.PLAN_TOUCHES),
    Inner("workspace:calendar_feeds", _("Calendar feeds"), "calendar"),
    Inner("workspace:accounts_map", _("Map of accounts"), "map-pin"),
    Inner("workspace:accounts_industries", _("Accounts by industry"), "building"),
    Inner("workspace:duplicates", _("Possible duplicates"), "building"),
    Inner("workspace:target_session", _("Selection session"), "star"),
    Inner("workspace:targets_past", _("Past lists"), "star"),
    Inner("workspace:account_new", _("New account"), "building", Permission.EDIT_FACTS),
    Inner("workspace:person_new", _("New person"), "users", Permission.EDIT_FACTS),
    Inner("workspace:opportunity_choose", _("New opportunity"), "briefcase", Permission.WORK_DEALS),
    Inner("workspace:campaign_new", _("New campaign"), "speakerphone", Permission.PLAN_TOUCHES),
    Inner("workspace:asset_new", _("New content"), "book", Permission.PLAN_TOUCHES),
    Inner("plays:new", _("New play"), "player-play", Permission.PLAN_TOUCHES),
    Inner("workspace:pipeline", _("Pipeline"), "briefcase"),
    Inner("roi:list", _("ROI pages"), "coin"),
    Inner("roi:share", _("Share an ROI page"), "coin", Permission.PLAN_TOUCHES),
    Inner("workspace:library_gaps", _("Missing content"), "book"),
    Inner("plays:choose", _("Start a play"), "player-play", Permission.PLAN_TOUCHES),
    Inner("workspace:note_choose", _("New note"), "note", Permission.WORK_DEALS),
    Inner("workspace:insight_topics", _("Topics"), "message"),
    Inner("workspace:briefings", _("Briefings"), "message"),
    Inner("workspace:message_changes", _("Message changes"), "message"),
    Inner("workspace:support", _("Support by marketing"), "message"),
    Inner("workspace:backtests", _("Back-tests"), "gauge"),
    Inner("imports:new", _("Import a list"), "file-import", Permission.IMPORT),
    Inner("program:members", _("Members"), "users"),
    Inner("program:keys", _("API keys"), "settings", Permission.MANAGE_KEYS),
    Inner("notices:list", _("Notices"), "bell"),
    Inner("notices:choices", _("What reaches me"), "bell"),
)


def pages_named(
    *, program: Program, membership: Membership, text: str, most: int, whole: bool = False
) -> list[FoundPage]:
    """Pages that the person may open and whose name has all words; `whole` adds those of the
    navigation.
    """
    words = fold(text).split()
    places: Sequence[Inner | Place] = [*PLACES, *INNER] if whole else INNER
    found = [
        place
        for place in places
        if all(word in fold(str(place.label)) for word in words)
        and may(membership.role, getattr(place, "needs", Permission.READ))
    ]
    return [
        FoundPage(str(place.label), reverse(place.name, args=[program.slug]), place.icon)
        for place in found[:most]
    ]

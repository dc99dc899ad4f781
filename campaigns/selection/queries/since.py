"""How the list differs from the last confirmed one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ..models import ListedTarget, SelectionSettings, Session, Target
from ..models.targets import MOST_TARGETS
from ..rules.lists import Line, list_hash
from ..rules.ranking import Reason
from .changes import Since, on_the_list_since
from .past import listed_in


@dataclass(frozen=True, slots=True)
class Change:
    """An account with its line `was` on the confirmed list and its stay `now` on today's list.

    `ended` is the stay that is over, with its reason, if the account left.
    """

    was: ListedTarget | None = None
    now: Target | None = None
    ended: Target | None = None

    @property
    def parts(self) -> dict[str, tuple[str, str]]:
        """The parts that differ: name of the part -> (then, now)."""
        if self.was is None or self.now is None:
            return {}
        pairs = zip(_words_then(self.was).items(), _words_now(self.now).values(), strict=True)
        return {name: (then, now) for (name, then), now in pairs if then != now}


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to an account on the list, so that the next session will review it."""

    target: Target
    reasons: list[Reason]


@dataclass(frozen=True, slots=True)
class Changes:
    """`left`, `joined` and `changed` are the differences from the confirmed list."""

    left: list[Change] = field(default_factory=list)
    joined: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.left or self.joined or self.changed or self.happened)


def changes_since(
    session: Session | None,
    targets: Sequence[Target],
    *,
    now: datetime,
    settings: SelectionSettings,
) -> Changes:
    """The differences between the session's confirmed list and `targets`, today's list with people
    and plays.

    Six statements at most, two fewer if the lists are equal. Owners and plays are compared by name,
    since a confirmed list stores texts.
    """
    if session is None:
        return Changes()
    happened = _happened(Since(session.program_id, settings, session, now), targets)
    if list_hash(_line(target) for target in targets) == session.list_hash:
        return Changes(happened=happened)
    listed, today = listed_in(session), {target.account_id: target for target in targets}
    before = {line.account_id for line in listed}
    gone = [line for line in listed if line.account_id not in today]
    ended = _ended(session) if gone else {}
    both = [Change(line, today[line.account_id]) for line in listed if line.account_id in today]
    return Changes(
        left=[Change(line, ended=ended.get(line.account_id or line.account_name)) for line in gone],
        joined=[Change(now=target) for target in targets if target.account_id not in before],
        changed=[change for change in both if change.parts],
        happened=happened,
    )


def _happened(since: Since, targets: Sequence[Target]) -> list[Happened]:
    """In the order of the list."""
    found = on_the_list_since(since)
    return [Happened(each, found[each.account_id]) for each in targets if each.account_id in found]


def _line(target: Target) -> Line:
    owners = target.marketing_owner_id, target.sales_owner_id
    return Line(target.account_id, target.tier, *owners, target.play_id)


def _ended(session: Session) -> dict[int | str, Target]:
    """Stays that have ended since, by account, or by the old name of a merged account."""
    rows = Target.objects.in_program(session.program_id).select_related("left_by")
    newest = rows.filter(left_at__gte=session.confirmed_at).order_by("-left_at", "-pk")
    return {stay.known_as or stay.account_id: stay for stay in reversed(newest[:MOST_TARGETS])}


def _words_then(line: ListedTarget) -> dict[str, str]:
    return {
        "tier": str(line.get_tier_display()),
        "marketing_owner": line.marketing_owner,
        "sales_owner": line.sales_owner,
        "play": line.play,
    }


def _words_now(target: Target) -> dict[str, str]:
    return {
        "tier": str(target.get_tier_display()),
        "marketing_owner": str(target.marketing_owner or ""),
        "sales_owner": str(target.sales_owner or ""),
        "play": target.play.name if target.play else "",
    }

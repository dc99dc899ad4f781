"""The preview of a start for a page: names instead of ids, text instead of codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Account, Stakeholder
from accounts.queries.names import set_known_as
from alignment.people.models import Program, User
from campaigns.calendar.queries.conflict_context import zone_of
from campaigns.calendar.queries.conflict_words import KIND_NAMES
from campaigns.calendar.rules.conflicts import Conflict
from campaigns.library.models import TouchChannel

from .actions.starting import Prospect
from .rules.planning import Placed

# People offered as the contact of one account.
MOST_OFFERED = 12
# Accounts named in one sentence.
MOST_NAMED = 3
# Rows that need attention come first.
_ORDER = ("refused", "nobody", "running", "warns", "apart", "moved", "free")


@dataclass(frozen=True, slots=True)
class PreviewStep:
    """`at` is in the prospect's time zone; `who` is the user who acts, None if nobody was found."""

    placed: Placed
    at: datetime
    wished: datetime
    who: str | None
    conflicts: Sequence[Conflict]
    # The distance to the step it follows, if that is not what the play says.
    apart: str = ""

    @property
    def channel(self) -> str:
        return str(TouchChannel(self.placed.step.channel).label)


@dataclass(frozen=True, slots=True)
class PreviewRow:
    account: Account
    prospect: Prospect
    contact: int | None
    offered: Sequence[Stakeholder]
    steps: Sequence[PreviewStep]

    @property
    def state(self) -> str:
        if self.prospect.reaches_nobody:
            return "nobody"
        if self.prospect.runs_already:
            return "running"
        if self.prospect.is_refused:
            return "refused"
        if self.prospect.warns:
            return "warns"
        if any(step.apart for step in self.steps):
            return "apart"
        return "moved" if any(step.placed.is_moved for step in self.steps) else "free"


def preview_rows(program: Program, found: Sequence[Prospect]) -> list[PreviewRow]:
    """Rows with conflicts first; two statements for the names."""
    people = _people(program, found)
    users = _users(found)
    rows = [_row(program, each, people, users) for each in found]
    return sorted(rows, key=lambda row: (_ORDER.index(row.state), row.account.name))


def _row(
    program: Program, each: Prospect, people: dict[int, Stakeholder], users: dict[int, str]
) -> PreviewRow:
    zone = zone_of(each.account) or ZoneInfo(program.time_zone)
    offered = [people[pk] for pk in sorted(each.cast.committee) if pk in people]
    return PreviewRow(
        account=each.account,
        prospect=each,
        contact=each.cast.contact,
        offered=sorted(offered, key=lambda person: person.pk != each.cast.contact)[:MOST_OFFERED],
        steps=[
            PreviewStep(
                placed=placed,
                at=placed.slot.starts.astimezone(zone),
                wished=placed.wish.astimezone(zone),
                who=users.get(placed.slot.who or 0),
                # Several touches that collide in the same way are shown as one conflict.
                conflicts=list({each.kind: each for each in reversed(placed.met)}.values())[::-1],
                apart=_apart(placed, each.steps),
            )
            for placed in each.steps
        ],
    )


def _apart(placed: Placed, steps: Sequence[Placed]) -> str:
    """ "Call comes 10 business days after touch 1; the play says 2."."""
    if placed.days_after is None:
        return ""
    (first,) = (one.step for one in steps if one.step.position == placed.step.follows)
    text = ngettext(
        "%(what)s comes %(days)d business day after touch %(first)d; the play says %(planned)d.",
        "%(what)s comes %(days)d business days after touch %(first)d; the play says %(planned)d.",
        placed.days_after,
    )
    return text % {
        "what": TouchChannel(placed.step.channel).label,
        "days": placed.days_after,
        "first": first.position,
        "planned": placed.step.after_days - first.after_days,
    }


def left_out(found: Sequence[Prospect]) -> str:
    """ "Left out: Acme (needs a reason), Borel (it runs there already)."."""
    accounts = named([f"{each.account} ({_why_not(each)})" for each in found])
    return _("Left out: %(accounts)s.") % {"accounts": accounts}


def named(names: Sequence[str]) -> str:
    """A few of them, and how many more there are."""
    first, more = ", ".join(names[:MOST_NAMED]), len(names) - MOST_NAMED
    if more <= 0:
        return first
    text = ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more)
    return text % {"names": first, "count": more}


def _why_not(each: Prospect) -> str:
    if each.reaches_nobody:
        return _("nobody to contact")
    if each.runs_already:
        return _("it runs there already")
    met = [conflict for placed in each.steps for conflict in placed.in_the_way]
    hard = dict.fromkeys(str(KIND_NAMES[conflict.kind]) for conflict in met if conflict.is_hard)
    return ", ".join(hard) or _("needs a reason")


def _people(program: Program, found: Sequence[Prospect]) -> dict[int, Stakeholder]:
    asked: set[int] = set()
    for each in found:
        asked |= set(sorted(each.cast.committee)[:MOST_OFFERED])
        if each.cast.contact:
            asked.add(each.cast.contact)
    rows = list(Stakeholder.objects.in_program(program).filter(pk__in=asked))
    set_known_as(program=program, people=rows)
    return {person.pk: person for person in rows}


def _users(found: Sequence[Prospect]) -> dict[int, str]:
    asked = {placed.slot.who for each in found for placed in each.steps if placed.slot.who}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=asked)}

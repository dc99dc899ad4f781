"""The contact policy as text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alignment.agreements.handlers import shown_reason
from alignment.agreements.rules import Clause

from .rules import MINUTES_A_DAY, ContactPolicy, parse_policy, reasons_of


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule for its page: the number that people remember, and the full sentence."""

    figure: str
    unit: str
    clause: Clause


def lines_of(content: Mapping[str, Any]) -> list[RuleLine]:
    """Each rule with its number, in the order of `clauses_of`."""
    policy = parse_policy(content)
    days, hours, pause_days = policy.window_days, policy.gap_hours, policy.pause_days
    cap_unit = ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
    figures = {
        "per_stakeholder": (str(policy.per_stakeholder), cap_unit),
        "per_account": (str(policy.per_account), cap_unit),
        "gap_hours": (str(hours), ngettext("hour", "hours", hours)),
        "quiet": (_hours(MINUTES_A_DAY - policy.open_minutes), _("hours a day")),
        "pause_days": (str(pause_days), ngettext("day", "days", pause_days)),
    }
    return [RuleLine(*figures[clause.key], clause) for clause in clauses_of(content)]


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02d}" if rest else str(hours)


def clauses_of(content: Mapping[str, Any]) -> list[Clause]:
    """Each rule as a sentence, in the order of the page."""
    policy, reasons = parse_policy(content), reasons_of(content)
    said = (
        ("per_stakeholder", _("One person"), cap(policy.per_stakeholder, policy.window_days)),
        ("per_account", _("One account"), cap(policy.per_account, policy.window_days)),
        ("gap_hours", _("Between two of us"), gap(policy)),
        ("quiet", _("Quiet hours"), quiet(policy)),
        ("pause_days", _("While sales talks to the decision-maker"), pause(policy)),
    )
    return [
        Clause(key, title, says, shown_reason(reasons.get(key, ""))) for key, title, says in said
    ]


def cap(number: int, days: int) -> str:
    touches = ngettext("at most %(n)d touch", "at most %(n)d touches", number) % {"n": number}
    window = ngettext("in any %(n)d day", "in any %(n)d days", days) % {"n": days}
    return _("%(touches)s %(window)s, both teams counted") % {"touches": touches, "window": window}


def gap(policy: ContactPolicy) -> str:
    if not policy.gap_hours:
        return _("no gap between touches of different people")
    text = ngettext(
        "%(n)d hour between touches of different people to one prospect, unless one takes up the"
        " other",
        "%(n)d hours between touches of different people to one prospect, unless one takes up the"
        " other",
        policy.gap_hours,
    )
    said = text % {"n": policy.gap_hours}
    return _("%(gap)s; different messages to one account lie as far apart") % {"gap": said}


def quiet(policy: ContactPolicy) -> str:
    if policy.quiet_from == policy.quiet_until:
        return _("none: touches go out at any hour")
    bounds = {"start": clock(policy.quiet_from), "end": clock(policy.quiet_until)}
    return _("nothing from %(start)s to %(end)s, in the prospect's local time") % bounds


def pause(policy: ContactPolicy) -> str:
    if not policy.pause_days:
        return _("marketing's own touches to that person go on")
    text = ngettext(
        "marketing's own touches to that person rest %(n)d day before and after each touch of"
        " sales; the rest of the committee goes on",
        "marketing's own touches to that person rest %(n)d days before and after each touch of"
        " sales; the rest of the committee goes on",
        policy.pause_days,
    )
    return text % {"n": policy.pause_days}


def clock(minute: int) -> str:
    """Minutes after midnight as a time of day in the reader's format."""
    hour, rest = divmod(minute, 60)
    return formats.time_format(time(hour, rest), "TIME_FORMAT")

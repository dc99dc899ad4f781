"""Briefings and effects as text for pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from alignment.core import figures
from campaigns.insights.actions.briefing_words import title_of, trend_word
from campaigns.insights.rules.briefing import read
from campaigns.insights.rules.effect import Counted, Effect, Group, Verdict
from campaigns.library.queries import sectors
from campaigns.opportunities.defaults import shown
from campaigns.opportunities.models import LostReason

if TYPE_CHECKING:
    from campaigns.insights.models import Briefing

COUNTED = ("objections", "competitors", "pains")


def headline(briefing: Briefing) -> str:
    """A briefing summarized in one line."""
    if briefing.is_empty:
        return _("Nothing new was heard.")
    return title_of(briefing.content).partition(": ")[2]


def dressed(briefing: Briefing) -> dict[str, Any]:
    """The document for display; one statement, for the names of sectors."""
    said: dict[str, Any] = read(briefing.content)
    names = dict(sectors())
    for part in COUNTED:
        for line in said[part]["lines"]:
            line["trend_word"] = trend_word(line["trend"])
            line["weeks"] = " · ".join(str(number) for number in reversed(line["before"]))
            line["stage_words"] = _places(line["stages"], {k: shown(k) for k, _n in line["stages"]})
            line["sector_words"] = _places(line["sectors"], names)
    for line in said["lost"]["lines"]:
        line["label"] = LostReason(line["reason"]).label
    for line in said["changes"]["lines"]:
        line["verdict_word"] = verdict_word(Verdict(line["verdict"]))
    return said


def _places(pairs: list[list[Any]], names: Mapping[str, str]) -> str:
    """ "Discovery (3), Demo (1)"; unknown ones are left out."""
    known = [(names.get(key), number) for key, number in pairs]
    return ", ".join(f"{name} ({number})" for name, number in known if name)


def verdict_word(verdict: Verdict) -> str:
    return {
        Verdict.BETTER: _("More deals are won"),
        Verdict.WORSE: _("Fewer deals are won"),
        Verdict.UNCLEAR: _("May be chance"),
        Verdict.UNKNOWN: _("Not enough data"),
    }[verdict]


def share_words(counted: Counted) -> tuple[str, str]:
    """The share won, and its interval; both empty without enough data."""
    share = counted.share
    if share is None or share.low is None or share.high is None:
        return "", ""
    low, high = figures.percent(100 * share.low), figures.percent(100 * share.high)
    between = _("%(low)s to %(high)s") % {"low": low, "high": high}
    return figures.percent(100 * share.value), between


def difference_words(effect: Effect) -> str:
    """ "+12 points (−3 to +27)"; empty without enough data."""
    found = effect.difference
    if found is None or found.low is None or found.high is None:
        return ""
    said = {
        "value": _points(found.value),
        "low": _points(found.low),
        "high": _points(found.high),
    }
    return _("%(value)s points (%(low)s to %(high)s)") % said


def _points(share: float) -> str:
    number = round(100 * share)
    return f"{number:+d}".replace("-", "−") if number else "0"


def group_words() -> dict[str, str]:
    return {
        Group.BEFORE: _("Before the change"),
        Group.AFTER: _("Since the change"),
        Group.CROSSED: _("Left out: they heard both messages"),
        Group.TOO_LATE: _("Left out: it came up after the close"),
    }

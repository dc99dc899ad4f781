"""Why an account is a candidate, as text."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alignment.icp.models import Answer
from campaigns.selection.rules.ranking import is_change

register = template.Library()
register.filter(is_change)
ANSWERS = dict(Answer.choices)


@register.filter
def reason_words(reason: dict[str, Any]) -> str:
    """ "3 warm people"; empty for an unknown code."""
    code, value = reason.get("code"), reason.get("value", 0)
    if code == "hottest":
        return _("hottest lead %(score)s") % {"score": value}
    if code == "wanted":
        return _("both wanted it last time, no place was left")
    if code == "merged":
        return _("“%(name)s” was merged into it") % {"name": reason["name"]}
    if code == "disagreed":
        return _("the sides disagreed last time")
    if code == "unwanted":
        return _("both said no last time, and it stayed on the list")
    if code == "score":
        return _("account score %(score)s") % {"score": value}
    if code == "surge":
        return _("reads about %(topic)s lately") % {"topic": reason["topic"]}
    if code == "flipped":
        answers = {"was": ANSWERS[reason["was"]], "now": ANSWERS[reason["now"]]}
        return _("verdict was %(was)s, is %(now)s") % answers
    words = {
        "warm": ngettext("%(count)d warm person", "%(count)d warm people", value),
        "known": ngettext("we know %(count)d person", "we know %(count)d people", value),
        "surges": ngettext("reads about %(count)d topic", "reads about %(count)d topics", value),
        "quiet": ngettext(
            "no engagement for %(count)d day",
            "no engagement for %(count)d days",
            reason.get("days", 0),
        ),
    }
    return words.get(str(code), "") % {"count": reason.get("days", value)}


@register.filter
def stands_out(reasons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All reasons except the verdict, which is shown separately."""
    return [reason for reason in reasons if reason.get("code") != "verdict"]


@register.filter
def graded(reasons: list[dict[str, Any]]) -> dict[str, Any]:
    """The verdict of that day with its grade."""
    verdicts = (reason for reason in reasons if reason.get("code") == "verdict")
    return next(verdicts, {"answer": "unknown", "grade": 0})

"""The contract's promises in plain words.

Everything that affects a verdict is stated, so that two promises that read alike are alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from alignment.agreements.handlers import shown_reason
from alignment.agreements.rules import Clause
from alignment.core import figures

from .rules.contract import ELAPSED, Rung, SlaClause

HOUR = 60
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit as shown in large type: "1", "business hour"."""

    figure: str
    unit: str


def side_name(side: str) -> str:
    return {"marketing": _("Marketing"), "sales": _("Sales")}.get(side, side)


def starts_words(starts: str) -> str:
    """The start of the limit, as a noun after "of"."""
    return {
        "became_mql": _("the moment a lead becomes MQL"),
        "handed_off": _("the hand-off"),
        "contacted": _("the first contact"),
        "reached": _("the first conversation"),
        "validation_call": _("the validation call"),
        "became_sql": _("the moment a lead becomes SQL"),
        "status_changed": _("a change of status"),
        "disqualified": _("the disqualification"),
        "recycled": _("the return to nurture"),
    }.get(starts, starts)


def at_words(starts: str) -> str:
    """The moment at which a condition has to hold."""
    return {
        "became_mql": _("when a lead becomes MQL"),
        "handed_off": _("at the hand-off"),
        "contacted": _("at the first contact"),
        "reached": _("at the first conversation"),
        "validation_call": _("at the validation call"),
        "became_sql": _("when a lead becomes SQL"),
        "status_changed": _("at a change of status"),
        "disqualified": _("at the disqualification"),
        "recycled": _("at the return to nurture"),
    }.get(starts, starts)


def ends_words(ends: str) -> str:
    """What has to happen, as the name of the promise."""
    return {
        "handed_off": _("Hand-off"),
        "contacted": _("First contact"),
        "reached": _("First conversation"),
        "feedback_given": _("Feedback on the lead"),
        "validation_call": _("Validation call"),
        "became_sql": _("Accepted as SQL"),
        "crm_updated": _("Status in the CRM"),
        "closed": _("Lead closed"),
    }.get(ends, ends)


def condition_words(condition: str) -> str:
    return {
        "brief_complete": _("Complete brief"),
        "next_action_suggested": _("Next best action"),
        "coded_reason": _("Coded reason"),
    }.get(condition, condition)


def title(clause: SlaClause) -> str:
    """The promise in two words."""
    return ends_words(clause.ends) if clause.is_timed else condition_words(clause.condition)


def short_title(clause: SlaClause) -> str:
    """A shorter title for narrow places."""
    short = {
        "feedback_given": pgettext("promise", "Feedback"),
        "crm_updated": pgettext("promise", "CRM"),
        "became_sql": pgettext("promise", "SQL"),
    }
    return short.get(clause.ends) or title(clause)


def promise(clause: SlaClause) -> str:
    """Who does what: the beginning of the sentence."""
    if clause.is_timed:
        text = {
            "handed_off": _("%(side)s hands the lead over"),
            "contacted": _("%(side)s makes first contact"),
            "reached": _("%(side)s speaks with the person"),
            "feedback_given": _("%(side)s gives feedback on the lead"),
            "validation_call": _("%(side)s holds the validation call"),
            "became_sql": _("%(side)s accepts the lead as SQL"),
            "crm_updated": _("%(side)s updates the CRM"),
            "closed": _("%(side)s closes the lead"),
        }.get(clause.ends, "%(side)s")
    else:
        text = {
            "brief_complete": _("%(side)s gives a complete brief"),
            "next_action_suggested": _("%(side)s suggests a next best action"),
            "coded_reason": _("%(side)s gives a coded reason"),
        }.get(clause.condition, "%(side)s")
    return text % {"side": side_name(clause.owes)}


def limit(clause: SlaClause) -> Limit:
    """In whole hours if possible; elapsed time of two whole days or more is in days."""
    business, minutes = clause.time != ELAPSED, clause.minutes
    if not business and minutes >= 2 * DAY and minutes % DAY == 0:
        n = minutes // DAY
        unit = ngettext("day", "days", n)
    elif minutes % HOUR == 0:
        n = minutes // HOUR
        unit = (
            ngettext("business hour", "business hours", n)
            if business
            else ngettext("hour", "hours", n)
        )
    else:
        n = minutes
        unit = (
            ngettext("business minute", "business minutes", n)
            if business
            else ngettext("minute", "minutes", n)
        )
    return Limit(figures.whole(n), unit)


def whose_hours(clause: SlaClause) -> str:
    if clause.time == ELAPSED:
        return _("at any hour")
    return {
        "team": _("in the hours of the team"),
        "rep": _("in the hours of the rep"),
        "prospect": _("in the hours of the prospect"),
    }.get(clause.hours_of, clause.hours_of)


def term(clause: SlaClause) -> str:
    """The deadline, or the moment of a condition."""
    if not clause.is_timed:
        return at_words(clause.starts)
    shown = limit(clause)
    return _("within %(limit)s of %(start)s, %(hours)s") % {
        "limit": f"{shown.figure} {shown.unit}",
        "start": starts_words(clause.starts),
        "hours": whose_hours(clause),
    }


def sentence(clause: SlaClause) -> str:
    """Who does what by when, without the consequences of a breach."""
    return f"{promise(clause)} {term(clause)}"


def warnings(clause: SlaClause) -> str:
    """Empty if there are none."""
    if not clause.warn_at:
        return ""
    shares = _and([figures.percent(share) for share in clause.warn_at])
    text = ngettext("warning at %(shares)s", "warnings at %(shares)s", len(clause.warn_at))
    return text % {"shares": shares}


def recipient(rung: Rung, owes: str) -> str:
    """Whom a step notifies, with the side's name."""
    marketing = (rung.to == "manager") == (owes == "marketing")
    if rung.to == "owner":
        return _("the program's owner")
    return _("the managers of marketing") if marketing else _("the managers of sales")


def moment(rung: Rung, *, is_first: bool) -> str:
    """When a step is climbed."""
    if not rung.after_minutes:
        return _("at once")
    text = _("after %(time)s") if is_first else _("unanswered for %(time)s")
    return text % {"time": span(rung.after_minutes)}


def span(minutes: int) -> str:
    """Elapsed time: "30 minutes", "2 hours"."""
    if minutes % HOUR == 0 and minutes:
        n = minutes // HOUR
        return ngettext("%(n)d hour", "%(n)d hours", n) % {"n": n}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


def channels(rung: Rung) -> str:
    """Through which channels: "app, e-mail"."""
    names = {
        "app": pgettext("channel", "app"),
        "email": pgettext("channel", "e-mail"),
        "slack": pgettext("channel", "Slack"),
        "webhook": pgettext("channel", "webhook"),
    }
    return ", ".join(names.get(channel, channel) for channel in rung.channels)


def ladder(clause: SlaClause) -> str:
    """What a breach causes, step by step; says so if it causes nothing."""
    steps = [
        f"{moment(rung, is_first=i == 0)} {recipient(rung, clause.owes)} ({channels(rung)})"
        for i, rung in enumerate(clause.ladder)
    ]
    if not steps:
        return _("if broken, nobody is told")
    return _("if broken: %(steps)s") % {"steps": ", ".join(steps)}


def contract_clause(clause: SlaClause) -> Clause:
    """The promise in the form that agreements show, compare and discuss."""
    parts = [part for part in (sentence(clause), warnings(clause), ladder(clause)) if part]
    return Clause(
        f"clause:{clause.key}",
        title(clause),
        pgettext("between parts of a sentence", "; ").join(parts),
        shown_reason(clause.reason),
    )


def _and(parts: Sequence[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return _("%(some)s and %(last)s") % {"some": ", ".join(parts[:-1]), "last": parts[-1]}

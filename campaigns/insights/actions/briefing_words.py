"""Notifying readers of a briefing, and the text of the notice and its e-mail, in their language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alignment.notifications.actions.notices import NewNotice, NoticeText, notify_many
from alignment.notifications.models import NoticeKind
from campaigns.opportunities.models import LostReason

from ..models import Briefing
from ..queries.briefings import recipient_ids
from ..rules.briefing import Trend, read


def notify_briefing(briefing: Briefing) -> None:
    """Notify all of marketing and the managers of sales, once."""
    program = briefing.program
    path = reverse("workspace:briefing", args=[program.slug, briefing.pk])
    said = read(briefing.content)

    def words() -> NoticeText:
        return NoticeText(title_of(said), "\n".join(lines_of(said)), path)

    cause = f"briefing-{briefing.pk}"
    rows = [NewNotice(pk, NoticeKind.BRIEFING, cause, words) for pk in recipient_ids(program)]
    notify_many(program=program, rows=rows)


def title_of(said: dict[str, Any]) -> str:
    """What is new, in one line, in the active language."""
    notable, missing = said["objections"]["notable"], _length(said["gaps"])
    rising = ngettext(
        "%(n)s objection is new or rising", "%(n)s objections are new or rising", notable
    )
    open_gaps = ngettext("%(n)s has no answer", "%(n)s have no answer", missing)
    parts = [rising % {"n": notable}] if notable else []
    parts += [open_gaps % {"n": missing}] if missing else []
    if not parts:
        calls = said["conversations"]
        text = ngettext("%(n)s conversation", "%(n)s conversations", calls)
        parts = [text % {"n": calls}]
    return _("Briefing: %(news)s") % {"news": ", ".join(parts)}


def lines_of(said: dict[str, Any]) -> Iterator[str]:
    """The briefing as plain text: the sections in the order of the page, with only the first quote
    of each objection.
    """
    sections: list[tuple[str, str, Callable[[dict[str, Any]], str]]] = [
        ("objections", _("Objections"), _objection),
        ("gaps", _("Without an answer"), _gap),
        ("lost", _("Why deals were lost"), _lost),
        ("competitors", _("Competitors"), _counted),
        ("pains", _("Pains"), _counted),
        ("promises", _("What they promised"), _promise),
        ("answered", _("What marketing answered"), _answer),
        ("changes", _("What we say differently"), _change),
        ("due", _("What marketing owes sales"), _due),
    ]
    is_begun = False
    for name, title, line in sections:
        lines = said[name]["lines"]
        if not lines:
            continue
        if is_begun:
            yield ""
        is_begun = True
        yield title
        for row in lines:
            yield f"- {line(row)}"
        if said[name]["more"]:
            yield "- " + more_of(said[name]["more"])


def more_of(number: int) -> str:
    return ngettext("and %(n)s more", "and %(n)s more", number) % {"n": number}


def trend_word(trend: str) -> str:
    return {Trend.NEW: _("new"), Trend.RISING: _("rising")}.get(Trend(trend), "")


def _length(part: dict[str, Any]) -> int:
    return len(part["lines"]) + int(part["more"])


def _counted(row: dict[str, Any]) -> str:
    """ "Price (rising): 4 conversations"."""
    number = row["conversations"]
    times = ngettext("%(n)s conversation", "%(n)s conversations", number) % {"n": number}
    trend = trend_word(row["trend"])
    name = f"{row['name']} ({trend})" if trend else row["name"]
    return _("%(name)s: %(value)s") % {"name": name, "value": times}


def _objection(row: dict[str, Any]) -> str:
    quote = row["quotes"][0]["quote"] if row["quotes"] else ""
    return f"{_counted(row)}. {_('“%(quote)s”') % {'quote': quote}}" if quote else _counted(row)


def _gap(row: dict[str, Any]) -> str:
    day = date_format(row["since"], "SHORT_DATE_FORMAT")
    return _("%(name)s, since %(day)s") % {"name": row["name"], "day": day}


def _promise(row: dict[str, Any]) -> str:
    quote = _("“%(quote)s”") % {"quote": row["quote"]}
    return _("%(name)s: %(value)s") % {"name": row["account_name"], "value": quote}


def _due(row: dict[str, Any]) -> str:
    day = date_format(row["due_at"], "SHORT_DATE_FORMAT")
    said = {"what": row["what"], "account": row["account_name"], "day": day}
    return _("%(what)s (%(account)s), by %(day)s") % said


def _lost(row: dict[str, Any]) -> str:
    number = row["count"]
    deals = ngettext("%(n)s deal", "%(n)s deals", number) % {"n": number}
    return _("%(name)s: %(value)s") % {"name": LostReason(row["reason"]).label, "value": deals}


def _answer(row: dict[str, Any]) -> str:
    return _("%(name)s: %(value)s") % {"name": row["name"], "value": row["answer"]}


def _change(row: dict[str, Any]) -> str:
    return _("%(name)s: %(value)s") % {"name": row["name"], "value": row["says_now"]}

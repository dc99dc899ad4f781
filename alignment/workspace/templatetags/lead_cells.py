"""Cells of lead tables. Rendered in Python: template nodes for fifty rows would take longer than
the queries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alignment.core.templatetags.icons import icon

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.utils.safestring import SafeString

    from accounts.models import Lead
    from alignment.people.models import User
    from alignment.sla.models import Clock
    from alignment.workspace.leads.mql_causes import MqlCause
    from alignment.workspace.leads.recent import RecentSignal

register = template.Library()


@register.simple_tag
def ago(moment: datetime, css: str = "") -> SafeString:
    """A moment that a script shows as elapsed time; without JavaScript it is a date."""
    return format_html(
        '<time datetime="{}"{} data-relative>{}</time>',
        moment.isoformat(timespec="seconds"),
        format_html(' class="{}"', css) if css else "",
        date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT"),
    )


@register.simple_tag
def company_cell(lead: Lead, accounts_url: str) -> SafeString:
    """The company with its verdict."""
    if lead.account is None:
        return format_html('<span class="muted">{}</span>', _("No company"))
    verdict = getattr(lead.account, "verdict", None)
    answer = verdict.answer if verdict else "unknown"
    words = {"yes": _("ICP match"), "no": _("Outside the ICP"), "unknown": _("ICP unknown")}
    return format_html(
        '<a class="plain-link truncate" href="{}{}/">{}</a>'
        '<span class="sub"><span class="verdict-dot verdict-dot--{}"></span>{}</span>',
        accounts_url,
        lead.account_id,
        lead.account.name,
        answer,
        words[answer],
    )


@register.simple_tag
def why_cell(
    recent: Sequence[RecentSignal], action: str = "", rise: MqlCause | None = None
) -> SafeString:
    """What made the lead an MQL, the latest signal and its time; below it the next action, or else
    the earlier signals.
    """
    tipped = rise is not None and not (recent and recent[0].code == rise.code)
    if not recent and not tipped:
        return format_html('<span class="muted">{}</span>', _("Nothing yet"))
    parts = [_rise(rise, recent)] if rise and tipped else []
    earlier: Sequence[RecentSignal] = ()
    if recent:
        latest, *earlier = recent
        parts.append(_signal(latest))
    first = format_html(
        '<span class="why__last two-lines">{}</span>',
        _parted(parts),
    )
    if action:
        todo = format_html(
            '<span class="sub todo two-lines" title="{0}">{1}'
            '<span class="visually-hidden">{2} </span>{0}</span>',
            action,
            icon("arrow-right"),
            _("Next action:"),
        )
        return first + todo
    if not earlier:
        return first
    names = format_html_join(", ", "{}{}", ((signal.name, _times(signal)) for signal in earlier))
    after = pgettext("earlier signals", "after %(signals)s") % {"signals": names}
    # `names` is escaped above; the rest is fixed text.
    return format_html('{}<span class="sub two-lines">{}</span>', first, mark_safe(after))


def _parted(parts: Sequence[SafeString]) -> SafeString:
    """Each of them stays in one piece, with what parts it from the next."""
    ends = [" ·"] * (len(parts) - 1) + [""]
    return format_html_join(
        " ", '<span class="why__part">{}{}</span>', zip(parts, ends, strict=True)
    )


def _rise(rise: MqlCause, recent: Sequence[RecentSignal]) -> SafeString:
    """As often as it was seen, if it is a signal that was seen lately."""
    seen = next((signal for signal in recent if signal.code == rise.code), None)
    return _signal(seen) if seen else format_html("{} {}", rise.text, ago(rise.at, "quiet"))


def _signal(signal: RecentSignal) -> SafeString:
    return format_html("{}{} {}", signal.name, _times(signal), ago(signal.last_at, "quiet"))


@register.simple_tag
def due_cell(clock: Clock | None, css: str = "", otherwise: str = "—") -> SafeString:
    """The time left for the lead's nearest promise; a script keeps it up to date."""
    if clock is None:
        return format_html('<span class="muted" aria-hidden="true">{}</span>', otherwise)
    return format_html(
        '<time class="countdown {}" datetime="{}" data-since="{}" data-countdown title="{}">{}</time>',
        css,
        clock.due_at.isoformat(timespec="seconds"),
        clock.started_at.isoformat(timespec="seconds"),
        date_format(timezone.localtime(clock.due_at), "SHORT_DATETIME_FORMAT"),
        _day_and_time(timezone.localtime(clock.due_at)),
    )


def _day_and_time(moment: datetime) -> str:
    """ "Sat 01:22"; French abbreviations of weekdays end with a dot."""
    return pgettext("short weekday and time", "%(day)s %(time)s") % {
        "day": date_format(moment, "D"),
        "time": date_format(moment, "H:i"),
    }


def _times(signal: RecentSignal) -> str:
    return f" ×{signal.count}" if signal.count > 1 else ""


@register.simple_tag
def owner_cell(lead: Lead, user: User, waits: str = "") -> SafeString:
    """The owner of the lead; if there is none, why, and that no clock is running yet."""
    if lead.owner is None:
        nobody = format_html('<span class="muted">{}</span>', _("Unassigned"))
        if not waits:
            return nobody
        untimed = _("No promise of a person runs until somebody takes it.")
        return nobody + format_html('<span class="sub owner__why">{} {}</span>', waits, untimed)
    name = lead.owner.name
    return format_html(
        '<span class="person"><span class="avatar" aria-hidden="true" data-initials="{}">{}</span>'
        '<span class="truncate">{}</span></span>',
        name,
        name[:1],
        pgettext("owner", "You") if lead.owner_id == user.pk else name,
    )

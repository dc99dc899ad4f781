"""Lines of a timeline. Rendered in Python: template nodes for thirty of them would take longer than
the queries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alignment.core.templatetags.icons import icon

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from django.utils.safestring import SafeString

    from alignment.workspace.timeline import Entry

register = template.Library()

NOTHING = mark_safe("")


@register.simple_tag
def timeline_lines(entries: Iterable[Entry], *, hide_who: bool = False) -> SafeString:
    """Days in the reader's time zone as headings, with their events below. `hide_who` is for pages
    of the person concerned.
    """
    lines: list[SafeString] = []
    day: date | None = None
    for entry in entries:
        at = timezone.localtime(entry.at)
        if at.date() != day:
            day = at.date()
            words = date_format(day, "DATE_FORMAT")
            lines.append(format_html('<li class="timeline__day">{}</li>', words))
        lines.append(
            format_html(
                '<li class="timeline__item{}"><span class="timeline__mark">{}</span>'
                '<div class="timeline__body">{}{}{}{}{}{}</div>'
                '<div class="timeline__when"><time datetime="{}">{}</time></div></li>',
                _tone(entry),
                icon(entry.icon),
                _side(entry.side),
                entry.text,
                NOTHING if hide_who else _who(entry),
                format_html(' <span class="quiet">· {}</span>', entry.by) if entry.by else NOTHING,
                recorded(entry.recorded_at),
                _note(entry.note),
                at.isoformat(),
                time_format(at, "TIME_FORMAT"),
            )
        )
    # Every line is escaped already.
    return mark_safe("\n".join(lines))


@register.simple_tag
def recorded(at: datetime | None) -> SafeString:
    """When something was recorded, if that was later than it happened."""
    if at is None:
        return NOTHING
    words = _("recorded on %(moment)s") % {
        "moment": date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
    }
    return format_html(' <span class="quiet small">· {}</span>', words)


def _tone(entry: Entry) -> str:
    tone = entry.tone or entry.side
    return f" timeline__item--{tone}" if tone else ""


def _side(side: str) -> SafeString:
    """A text for people who cannot see the colour."""
    if side not in ("marketing", "sales"):
        return NOTHING
    return format_html(
        '<span class="visually-hidden">{}{} </span>',
        _("Marketing") if side == "marketing" else _("Sales"),
        pgettext("after a label", ":"),
    )


def _who(entry: Entry) -> SafeString:
    if not entry.who:
        return NOTHING
    if not entry.url:
        return format_html(" · {}", entry.who)
    return format_html(' · <a class="plain-link" href="{}">{}</a>', entry.url, entry.who)


def _note(note: str) -> SafeString:
    return format_html('<div class="timeline__note">{}</div>', note) if note else NOTHING

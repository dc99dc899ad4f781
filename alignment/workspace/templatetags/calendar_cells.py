"""Touches in cells. Rendered in Python: template nodes for a full month would take longer than the
queries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.formats import date_format, time_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from alignment.core.templatetags.icons import icon
from campaigns.calendar.models import Touch
from campaigns.calendar.templatetags.touches import channel_icon

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.safestring import SafeString

    from alignment.workspace.calendar.board import Chip

register = template.Library()

register.filter(channel_icon)


@register.filter
def clock(at: datetime) -> str:
    """The time of day in the moment's own time zone."""
    return time_format(at, "TIME_FORMAT")


@register.filter
def clock_and_zone(at: datetime) -> str:
    """ "9:00 AM EST"."""
    return f"{time_format(at, 'TIME_FORMAT')} {at.tzname()}"


@register.filter
def weekday_there(at: datetime) -> str:
    """ "Saturday" in the moment's own time zone; the filter `date` would use the reader's."""
    return date_format(at, "l")


@register.filter
def weekday_and_day(at: datetime) -> str:
    """ "Tue, Nov 24, 2026"."""
    return f"{date_format(at, 'D')}, {date_format(at, 'SHORT_DATE_FORMAT')}"


@register.filter
def moment_and_zone(at: datetime) -> str:
    """ "Tue, Nov 24, 2026, 9:00 AM EST"."""
    return f"{date_format(at, 'D')}, {date_format(at, 'SHORT_DATETIME_FORMAT')} {at.tzname()}"


@register.simple_tag
def touch_chip(
    chip: Chip, calendar_url: str, *, names_account: bool = True, copy: bool = False
) -> SafeString:
    """The touch as a link that opens it, draggable while it is planned.

    `copy` marks a second copy of the touch on the page, for another width of the window.
    """
    touch = chip.touch
    address = f"{calendar_url}{touch.pk}/"
    return format_html(
        '<a class="touch touch--{} touch--{}"{} href="{}" hx-get="{}"'
        ' hx-target="#touch-form" data-dialog="touch"{} title="{}">'
        '<span class="touch__head">{}{}<span class="touch__time">{}</span>{}{}</span>'
        '<span class="touch__what">{}</span></a>',
        touch.side,
        touch.state,
        "" if copy else format_html(' id="touch-{}"', touch.pk),
        address,
        address,
        _draggable(touch),
        _title(chip),
        _side(touch.side),
        _channel(touch),
        time_format(chip.at, "TIME_FORMAT"),
        _marks(chip),
        format_html("{}{}", _theirs(chip), _planned(chip)),
        _what(chip, names_account=names_account),
    )


def _title(chip: Chip) -> str:
    if chip.planned is None:
        return chip.touch.message
    return " · ".join(part for part in (_planned_words(chip.planned), chip.touch.message) if part)


def _planned_words(at: datetime) -> str:
    day = f"{date_format(at, 'D')}, {date_format(at, 'SHORT_DATETIME_FORMAT')}"
    return _("was planned for %(day)s") % {"day": day}


def _planned(chip: Chip) -> SafeString:
    """Planned time for screen readers; others see it in the tooltip."""
    if chip.planned is None:
        return mark_safe("")
    words = _planned_words(chip.planned)
    return format_html('<span class="visually-hidden"> {}</span>', words)


def _what(chip: Chip, *, names_account: bool) -> str:
    reached = chip.people[0] if chip.people else ""
    if len(chip.people) > 1:
        more = len(chip.people) - 1
        reached = ngettext("%(name)s and %(n)d more", "%(name)s and %(n)d more", more) % {
            "name": reached,
            "n": more,
        }
    if chip.touch.is_whole_committee:
        reached = _("the whole committee")
    return f"{chip.touch.account.name} · {reached}" if names_account else reached


def _draggable(touch: Touch) -> SafeString:
    if touch.state != Touch.State.PLANNED:
        return mark_safe("")
    return format_html(' data-drag data-drag-touch="{}" draggable="false"', touch.pk)


def _side(side: str) -> SafeString:
    word = _("Marketing") if side == "marketing" else _("Sales")
    letter = word[:1] if side == "marketing" else pgettext("letter of the sales team", "S")
    return format_html(
        '<span class="side side--{}"><span class="side__mark" aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        side,
        letter,
        word,
    )


def _channel(touch: Touch) -> SafeString:
    return _icon(channel_icon(touch.channel), str(touch.get_channel_display()))


def _theirs(chip: Chip) -> SafeString:
    if chip.theirs is None:
        return mark_safe("")
    return format_html(
        '<span class="touch__theirs"><span class="visually-hidden">{} </span>{}</span>',
        _("for the prospect"),
        clock_and_zone(chip.theirs),
    )


def _marks(chip: Chip) -> SafeString:
    """Its state as an icon with a text."""
    if chip.is_hard:
        return _icon("ban", _("collides"), "touch__mark touch__mark--hard")
    if chip.collides:
        return _icon("alert-triangle", _("warning"), "touch__mark touch__mark--soft")
    if chip.is_late:
        return _icon("clock", _("overdue"), "touch__mark touch__mark--late")
    if chip.touch.state == Touch.State.DONE:
        return _icon("check", _("done"), "touch__mark touch__mark--done")
    if chip.touch.state == Touch.State.SKIPPED:
        return _icon("x", _("skipped"), "touch__mark")
    return mark_safe("")


def _icon(name: str, word: str, css: str = "") -> SafeString:
    return format_html(
        '<span class="{}">{}<span class="visually-hidden">{}</span></span>',
        css,
        icon(name, "s"),
        word,
    )

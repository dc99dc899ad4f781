"""Touches and their conflicts in templates."""

from django import template

from campaigns.calendar import words
from campaigns.calendar.rules.conflicts import Conflict

register = template.Library()

ICONS = {
    "email": "mail",
    "call": "phone",
    "linkedin": "brand-linkedin",
    "mail": "inbox",
    "event": "calendar-event",
    "webinar": "video",
    "ad": "speakerphone",
    "content": "file-text",
}


@register.filter
def channel_icon(channel: str) -> str:
    return ICONS.get(channel, "circle")


@register.filter
def conflict_title(conflict: Conflict | str) -> str:
    return words.title(conflict)


@register.filter
def conflict_sentence(conflict: Conflict | str) -> str:
    return words.sentence(conflict)

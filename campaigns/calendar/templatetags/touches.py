"""Template filters for touches and their conflicts."""

from django import template

from campaigns.calendar.queries.conflict_words import KIND_NAMES
from campaigns.calendar.rules.conflicts import Conflict

register = template.Library()

ICONS = {
    "email": "mail",
    "call": "phone",
    "linkedin": "brand-linkedin",
    "mail": "mail-opened",
    "event": "calendar-event",
    "webinar": "video",
    "ad": "speakerphone",
    "content": "book",
}


@register.filter
def channel_icon(channel: str) -> str:
    return ICONS.get(channel, "circle")


@register.filter
def conflict_title(conflict: Conflict | str) -> str:
    """For a conflict, or for its kind."""
    kind = conflict if isinstance(conflict, str) else conflict.kind
    return str(KIND_NAMES[kind])

"""Labels of notices and deliveries."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import template
from django.utils.translation import gettext as _

from ..models import Delivery, Endpoint, NoticeKind
from ..rules import EVENTS, TEST

register = template.Library()

ICONS: dict[str, str] = {
    NoticeKind.HANDED_OFF: "arrows-exchange",
    NoticeKind.NOBODY_TO_OWN: "user-plus",
    NoticeKind.WARNING: "clock",
    NoticeKind.BREACH: "alert-triangle",
    NoticeKind.FEEDBACK: "message",
    NoticeKind.DISPUTE: "scale",
    NoticeKind.AGREEMENT: "heart-handshake",
    NoticeKind.OVERRIDE: "calendar",
    NoticeKind.TOUCH: "calendar",
    NoticeKind.HOURS: "calendar-event",
    NoticeKind.GAP: "message",
    NoticeKind.SUPPORT: "paperclip",
    NoticeKind.BRIEFING: "note",
}
TONES: dict[str, str] = {
    NoticeKind.NOBODY_TO_OWN: "warning",
    NoticeKind.WARNING: "warning",
    NoticeKind.BREACH: "danger",
}


@register.filter
def kind_icon(kind: str) -> str:
    return ICONS.get(kind, "bell")


@register.filter
def kind_tone(kind: str) -> str:
    return TONES.get(kind, "")


@register.filter
def event_label(name: str) -> str:
    """The name of an event in the reader's language."""
    if name == TEST:
        return _("Test")
    event = EVENTS.get(name)
    return str(event.label) if event else name


@register.filter
def event_labels(names: list[str]) -> list[str]:
    return [event_label(name) for name in names]


@register.filter
def state(delivery: Delivery) -> str:
    """The delivery's state: "arrived", "waiting" or "failed"."""
    if delivery.delivered_at:
        return "arrived"
    return "waiting" if delivery.next_try_at else "failed"


@register.filter
def problem_words(problem: str) -> str:
    """A problem stored by the outbox: its sentence translated, its detail unchanged."""
    sentence, colon, detail = problem.partition(": ")
    if not colon:
        return _(sentence) if sentence else ""
    return _("%(sentence)s: %(detail)s") % {"sentence": _(sentence), "detail": detail}


@register.filter
def shown_address(endpoint: Endpoint) -> str:
    """Host and path of a webhook; only the end of a Slack URL, which is secret."""
    parts = urlsplit(endpoint.url)
    if endpoint.kind == Endpoint.Kind.SLACK:
        return f"{parts.netloc}/…{parts.path[-4:]}"
    return f"{parts.netloc}{parts.path}"

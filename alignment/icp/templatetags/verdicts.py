"""The profile's verdict on an account, as a pill."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alignment.core.templatetags.icons import icon

register = template.Library()


@register.simple_tag
def verdict_pill(answer: str | None) -> SafeString:
    """For the answers "yes" and "no"; anything else, including None, shows as unknown."""
    tone, drawing, word = {
        "yes": ("success", "check", _("Match")),
        "no": ("danger", "x", _("No match")),
    }.get(answer or "", ("unknown", "question-mark", _("Unknown")))
    return format_html('<span class="verdict pill pill--{}">{}{}</span>', tone, icon(drawing), word)

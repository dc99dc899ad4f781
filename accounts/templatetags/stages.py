"""A lead's stage, drawn the same everywhere."""

from __future__ import annotations

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Stage

register = template.Library()


@register.simple_tag
def stage_mark(stage: str) -> SafeString:
    """The stage with its glyph."""
    return format_html(
        '<span class="stage stage--{0}"><svg class="stage__glyph" aria-hidden="true"'
        ' focusable="false"><use href="{1}#stage-{0}"></use></svg>{2}</span>',
        stage,
        static("icons/sprite.svg"),
        Stage(stage).label,
    )

"""`{% icon "bolt" %}`: a page holds up to a hundred, so each is rendered once and remembered."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=2_000)
def icon(name: str, size: str = "", classes: str = "") -> SafeString:
    """An icon from static/icons/icons.json; `size` is "s", "l", "xl", or "" for the text's."""
    scaled = f"icon icon--{size}" if size else "icon"
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f"{scaled} {classes}" if classes else scaled,
        static("icons/sprite.svg"),
        name,
    )

"""Entries of the navigation. Rendered in Python, since every page has two dozen of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from alignment.core.templatetags.icons import icon

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.safestring import SafeString

    from alignment.workspace.context import Item

register = template.Library()

NOTHING = mark_safe("")


@register.simple_tag
def nav_links(items: Iterable[Item]) -> SafeString:
    """A link for each place, below the heading of its group."""
    parts: list[SafeString] = []
    group = ""
    for item in items:
        if item.group and item.group != group:
            group = item.group
            parts.append(format_html('<div class="nav__heading">{}</div>', group))
        parts.append(_link(item))
    # Every part is escaped already.
    return mark_safe("\n".join(parts))


def _link(item: Item) -> SafeString:
    return format_html(
        '<a class="nav__link" href="{}"{}{}>{}<span class="truncate">{}</span>{}</a>',
        item.url,
        mark_safe(' aria-current="page"') if item.current else NOTHING,
        format_html(' data-go="{}"', item.key) if item.key else NOTHING,
        icon(item.icon),
        item.label,
        _count(item),
    )


def _count(item: Item) -> SafeString:
    if not item.count:
        return NOTHING
    hot = " nav__count--hot" if item.hot else ""
    return format_html('<span class="nav__count{}">{}</span>', hot, item.count)

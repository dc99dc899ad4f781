"""Time zones as people name them."""

from __future__ import annotations

from django import template

from alignment.reference.time_zones import place_of

register = template.Library()


@register.filter
def zone_place(zone: str) -> str:
    """ "New York" for "America/New_York"."""
    return place_of(zone)

"""Figures as both languages write them."""

from django import template

from alignment.core import figures

register = template.Library()


@register.filter
def percent(share: float) -> str:
    """ "56%" of 56; French puts a space before the sign."""
    return figures.percent(share)

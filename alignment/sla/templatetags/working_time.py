"""Template filters for lengths of working time."""

from django import template
from django.utils.formats import number_format

from ..rules.sums import length_in_words

# Minutes; below ten hours `about` keeps the minutes.
EXACT = 600

register = template.Library()


@register.filter
def duration(minutes: int) -> str:
    """ "40 min", "15 h 20 min"."""
    return length_in_words(minutes)


@register.filter
def about(minutes: int) -> str:
    """Like `duration`, but longer times are in whole hours: "3 h 40 min", "24 h"."""
    return length_in_words(minutes if minutes < EXACT else round(minutes / 60) * 60)


@register.filter
def tenth(number: float) -> str:
    return str(number_format(number, 1 if number < 10 else 0))

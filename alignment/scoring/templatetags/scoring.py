"""Numbers of the scoring pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.formats import number_format

if TYPE_CHECKING:
    from alignment.scoring.queries_pages import Numbers

register = template.Library()


@register.simple_tag
def earned_by(numbers: Numbers, key: str) -> str:
    """How many leads have the points of a rule."""
    return str(number_format(numbers.earned.get(key, 0), force_grouping=True))

"""The clock of a workshop."""

from django import template

register = template.Library()


@register.filter
def clock(seconds: int) -> str:
    """Hours, minutes, seconds: 1:05:09. The page's script uses the same format."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"

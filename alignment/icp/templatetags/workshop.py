"""The clock of a workshop."""

from django import template

register = template.Library()


@register.filter
def clock(seconds: int) -> str:
    """Hours, minutes, seconds: 1:05:09. The script on the page writes it the same way."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"

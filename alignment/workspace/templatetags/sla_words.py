"""Template tags for promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.translation import gettext as _

from alignment.core import figures
from alignment.sla import words
from alignment.sla.rules.contract import Rung
from alignment.sla.rules.sums import sum_in_words

if TYPE_CHECKING:
    from alignment.sla.models import Clock, Escalation

register = template.Library()


@register.simple_tag
def due_sum(clock: Clock, zone: str) -> str:
    """How the due time was computed, in the reader's time zone; empty for conditions."""
    return sum_in_words(clock.due_sum, zone) if clock.due_sum else ""


@register.simple_tag
def lag(clock: Clock) -> str:
    """The delay caused by the software, in seconds."""
    return _("%(seconds)s s") % {"seconds": figures.number(clock.lag_s, 1)}


@register.filter
def goes_to(escalation: Escalation, side: str) -> str:
    """The recipient of an escalation step."""
    return words.recipient(Rung(escalation.to, 0, ()), side)

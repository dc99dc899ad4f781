"""Numbers of the scoring pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from alignment.scoring.picture import Band, banded, drawn, map_size, threshold

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from alignment.scoring.queries_pages import Numbers
    from alignment.scoring.queries_whatif import Answer

register = template.Library()
TEN = 10


@register.simple_tag
def earned_by(numbers: Numbers, key: str) -> str:
    """How many leads earned a rule's points."""
    return str(number_format(numbers.earned.get(key, 0), force_grouping=True))


@register.simple_tag
def score_map(answer: Answer, which: str) -> SafeString:
    """The distribution of leads, fit by engagement, under the model "now" or "then"."""
    model = answer.now if which == "now" else answer.then
    size = map_size(answer)
    title = _("Leads by fit and engagement, now") if which == "now" else None
    return drawn(
        cells=answer.tally.cells(which),
        size=size,
        line=threshold(model, size),
        title=title or _("Leads by fit and engagement, by this version"),
        over=answer.tally.over_now if which == "now" else answer.tally.over_then,
    )


@register.simple_tag
def bands(answer: Answer) -> list[Band]:
    """The same as numbers, in bands of points."""
    return banded(answer.tally.cells("now"), answer.tally.cells("then"))


@register.filter
def rounded(number: float | None) -> str:
    """ "12", or "0.4" where a whole number would be too coarse."""
    if number is None:
        return "–"
    return str(number_format(number, 0 if number >= TEN else 1, force_grouping=True))


@register.simple_tag
def moved(answer: Answer, kind: str) -> str:
    """The number of leads with a kind of move."""
    return str(number_format(answer.tally.moves(kind), force_grouping=True))

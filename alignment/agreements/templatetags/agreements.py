"""Charts and marked-up sentences for agreements' pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from alignment.core.templatetags.icons import icon

from ..handlers import shown_reason
from ..rules import Piece, pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

register = template.Library()
register.filter(shown_reason)


@register.simple_tag
def answer_bar(yes: int, unknown: int, no: int, kind: str = "") -> SafeString:
    """Shares of yes, unknown and no. Only a picture: the numbers stand beside it."""
    total = max(1, yes + unknown + no)
    first, second = 100 * yes / total, 100 * unknown / total
    label = _("%(yes)d yes, %(unknown)d unknown, %(no)d no")
    if kind == "exclude":
        label = _("%(yes)d excluded, %(unknown)d unknown, %(no)d not excluded")
    return format_html(
        '<svg class="answer-bar{}" role="img" aria-label="{}" viewBox="0 0 100 8"'
        ' preserveAspectRatio="none"><rect class="answer-bar__no" width="100" height="8"/>'
        '<rect class="answer-bar__unknown" width="{}" height="8"/>'
        '<rect class="answer-bar__yes" width="{}" height="8"/></svg>',
        f" answer-bar--{kind}" if kind in ("wide", "exclude") else "",
        label % {"yes": yes, "unknown": unknown, "no": no},
        f"{first + second:.2f}",
        f"{first:.2f}",
    )


@register.simple_tag
def histogram(bins: Sequence[int], mql: int, sql: int, label: str) -> SafeString:
    """Bars of equal width; `mql` and `sql` are positions on the axis, in bins."""
    most, width = max([*bins, 1]), 100 / max(1, len(bins))
    bars = format_html_join(
        "",
        '<rect class="histogram__bar{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>',
        (
            (
                " histogram__bar--mql" if mql <= i else "",
                f"{i * width + width * 0.08:.2f}",
                f"{40 - _height(count, most):.2f}",
                f"{width * 0.84:.2f}",
                f"{_height(count, most):.2f}",
                count,
            )
            for i, count in enumerate(bins)
        ),
    )
    marks = format_html(
        '<path class="histogram__mark" d="M{0} 0V40M{1} 0V40"/>',
        f"{mql * width:.2f}",
        f"{sql * width:.2f}",
    )
    return format_html(
        '<svg class="histogram" role="img" aria-label="{}" viewBox="0 0 100 40"'
        ' preserveAspectRatio="none">{}{}</svg>',
        label,
        bars,
        marks,
    )


def _height(count: int, most: int) -> float:
    """Any count above zero stays visible."""
    return max(0.8, 38 * count / most) if count else 0


@register.simple_tag
def said_otherwise(was: str, now: str) -> SafeString:
    """A sentence that changed, with only the differences marked."""
    found = pieces(was, now)
    if any(piece.kind == "same" for piece in found):
        return _marked(found)
    return format_html("<del>{}</del> {} <ins>{}</ins>", was, icon("arrow-right", "s"), now)


@register.simple_tag
def one_side(was: str, now: str, side: str) -> SafeString:
    """The old ("gone") or the new ("new") version of a changed sentence, its own words marked."""
    found = pieces(was, now)
    return _marked([piece for piece in found if piece.kind in ("same", side)])


def _marked(found: Sequence[Piece]) -> SafeString:
    tags = {"gone": "<del>{}</del>", "new": "<ins>{}</ins>", "same": "{}"}
    words = (format_html(tags[piece.kind], piece.text.strip()) for piece in found)
    return format_html_join(" ", "{}", ((each,) for each in words))

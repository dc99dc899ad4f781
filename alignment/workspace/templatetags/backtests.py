"""Numbers and charts of back-tests. Charts only repeat numbers shown beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from alignment.core import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def share(value: float | str | None) -> str:
    """0.37 as "37%"; "–" if there is no value."""
    return figures.percent(100 * value) if isinstance(value, float | int) else "–"


@register.filter
def decimal(value: float | str | None, places: int = 2) -> str:
    if not isinstance(value, float | int):
        return "–"
    return str(number_format(value, decimal_pos=places))


@register.filter
def signed(value: float) -> str:
    text = str(number_format(abs(value), decimal_pos=2))
    return f"{'−' if value < 0 else '+'}{text}"


@register.filter
def times(odds: Sequence[float]) -> str:
    """An odds ratio with its interval: "2.9 times (1.3 to 6.7)"."""
    value, low, high = odds
    return _("%(value)s times (%(low)s to %(high)s)") % {
        "value": decimal(value, 1),
        "low": decimal(low, 1),
        "high": decimal(high, 1),
    }


@register.simple_tag
def auc_words(interval: Sequence[float | None]) -> str:
    """The meaning of an AUC, in a few words."""
    value, low, high = interval
    assert value is not None
    if low is not None and high is not None and low <= 0.5 <= high:
        return _("No better than chance, as far as these outcomes tell.")
    if value < 0.5:
        return _("The wrong way round: lost deals had the higher scores.")
    if value < 0.6:
        return _("Hardly better than chance.")
    if value < 0.7:
        return _("Tells won from lost somewhat.")
    if value < 0.8:
        return _("Tells won from lost fairly well.")
    return _("Tells won from lost well.")


@register.simple_tag
def band_bar(band: dict[str, Any], most: int) -> SafeString:
    """Won and lost outcomes of a band, with a length in proportion to their number."""
    won, lost = 100 * band["won"] / max(1, most), 100 * band["lost"] / max(1, most)
    return format_html(
        '<svg class="band-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="band-bar__won" width="{}" height="8"/>'
        '<rect class="band-bar__lost" x="{}" width="{}" height="8"/></svg>',
        f"{won:.2f}",
        f"{won:.2f}",
        f"{lost:.2f}",
    )


@register.filter
def most_in_band(bands: Sequence[dict[str, Any]]) -> int:
    return max((band["won"] + band["lost"] for band in bands), default=0)


@register.simple_tag
def lift_chart(tested: dict[str, Any], base: dict[str, Any] | None = None) -> SafeString:
    """The share of won deals found among the best-scored share of leads, compared with random
    choice.
    """
    lines = [("lift__base", base["curve"])] if base else []
    lines.append(("lift__tested", tested["curve"]))
    label = _("Among the best-scored 20%% are %(share)s of the deals that were won.") % {
        "share": share(tested["lift"][1]["of_won"])
    }
    paths = format_html_join(
        "", '<path class="{}" d="{}"/>', ((name, _path(curve)) for name, curve in lines)
    )
    return format_html(
        '<svg class="lift" role="img" aria-label="{}" viewBox="0 0 100 60" preserveAspectRatio='
        '"none"><path class="lift__grid" d="M0 15H100M0 30H100M0 45H100M25 0V60M50 0V60M75 0V60"/>'
        '<path class="lift__blind" d="M0 60L100 0"/>{}</svg>',
        label,
        paths,
    )


def _path(curve: Sequence[Sequence[float]]) -> str:
    points = (f"{100 * x:.2f} {60 - 60 * y:.2f}" for x, y in curve)
    return "M" + "L".join(points)

"""Values of metrics as text."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext, pgettext_lazy

from alignment.core import figures
from alignment.metrics.rules import Better, Definition, Measure, Unit

UNITS = {
    Unit.SHARE: pgettext_lazy("unit", "share"),
    Unit.SECONDS: pgettext_lazy("unit", "seconds"),
    Unit.DAYS: pgettext_lazy("unit", "days"),
    Unit.DOLLARS: pgettext_lazy("unit", "US dollars"),
    Unit.COUNT: pgettext_lazy("unit", "number"),
}
MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400


def value_words(unit: Unit, value: float | None) -> str:
    """ "43%", "1 h 12 min", "$4.2K"; a dash if there is no value."""
    if value is None:
        return "–"
    if unit == Unit.SHARE:
        return figures.percent(100 * value)
    if unit == Unit.SECONDS:
        return duration(value)
    if unit == Unit.DAYS:
        days = round(value, 1)
        text = ngettext("%(n)s day", "%(n)s days", figures.plural_of(days))
        return text % {"n": figures.number(days, 1)}
    if unit == Unit.DOLLARS:
        return figures.dollars(round(value))
    return figures.whole(round(value))


def duration(seconds: float) -> str:
    """At most two units, rounded to the smaller one."""
    if seconds < HOUR_S:
        return gettext("%(n)s min") % {"n": round(seconds / MINUTE_S)}
    if seconds < 2 * DAY_S:
        hours, minutes = divmod(round(seconds / MINUTE_S), 60)
        text = gettext("%(n)s h") % {"n": hours}
        return f"{text} {gettext('%(n)s min') % {'n': minutes}}" if minutes else text
    days, hours = divmod(round(seconds / HOUR_S), 24)
    text = gettext("%(n)s d") % {"n": figures.whole(days)}
    return f"{text} {gettext('%(n)s h') % {'n': hours}}" if hours else text


def target_words(definition: Definition) -> str:
    """ "over 40%", "under 1 h"; empty without a target."""
    if definition.target is None:
        return ""
    value = value_words(definition.unit, definition.target)
    if not definition.is_strict:
        return value
    if definition.better == Better.UP:
        return gettext("over %(value)s") % {"value": value}
    return gettext("under %(value)s") % {"value": value}


def interval_words(definition: Definition, found: Measure) -> str:
    if found.low is None or found.high is None:
        return ""
    return gettext("%(low)s to %(high)s") % {
        "low": value_words(definition.unit, found.low),
        "high": value_words(definition.unit, found.high),
    }


def change_words(definition: Definition, now: Measure, before: Measure | None) -> tuple[str, str]:
    """The change, and "better", "worse" or "same"; empty if either value lacks data."""
    if before is None or not (now.enough and before.enough):
        return "", ""
    difference = (now.value or 0) - (before.value or 0)
    size = _size(definition.unit, abs(difference))
    # A change that rounding hides counts as none.
    if size == _size(definition.unit, 0):
        return gettext("unchanged"), "same"
    sign = "+" if difference > 0 else "−"
    is_better = (difference > 0) == (definition.better == Better.UP)
    return f"{sign}{size}", "better" if is_better else "worse"


def _size(unit: Unit, size: float) -> str:
    """The difference of two numbers; for shares in percentage points, to one decimal."""
    if unit != Unit.SHARE:
        return value_words(unit, size)
    points = round(100 * size, 1)
    words = ngettext("%(n)s point", "%(n)s points", figures.plural_of(points))
    return words % {"n": figures.number(points, 1)}

"""Elements in every row of lead tables, with minimal markup because there are many rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alignment.scoring.rules import ICP_MATCH

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from alignment.scoring.explain import Explanation
    from alignment.scoring.rules import Rule, ScoringModel

register = template.Library()

# The end of the bar; higher scores fill it completely.
FULL = 100


@register.simple_tag
def score_bar(score: Any, model: ScoringModel) -> SafeString:
    """The score, and a bar of its two dimensions with both thresholds."""
    total = getattr(score, "total", 0) or 0
    fit, engagement = getattr(score, "fit", 0) or 0, getattr(score, "engagement", 0) or 0
    full = max(FULL, model.sql_at)
    label = _("Score %(total)d: fit %(fit)d, engagement %(engagement)d") % {
        "total": total,
        "fit": fit,
        "engagement": engagement,
    }
    return format_html(
        '<span class="score"><span class="score__number">{}</span>'
        '<svg class="score__bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img"'
        ' aria-label="{}"><rect class="score__track" y="2" width="100" height="6"/>'
        '<rect class="score__fit" y="2" width="{}" height="6"/>'
        '<rect class="score__engagement" y="2" x="{}" width="{}" height="6"/>'
        '<path class="score__mark" d="M{} 0V10M{} 0V10"/></svg></span>',
        total,
        label,
        *_widths(fit, engagement, full),
        100 * model.mql_at // full,
        100 * model.sql_at // full,
    )


def _widths(fit: int, engagement: int, full: int) -> tuple[int, int, int]:
    """Width of fit, then start and width of engagement, in percent."""
    first = min(100, max(0, 100 * fit // full))
    return first, first, min(100 - first, max(0, 100 * engagement // full))


@register.simple_tag
def score_scale(why: Explanation) -> SafeString:
    """The wide bar: both dimensions on a scale with its two thresholds."""
    full = max(FULL, why.model.sql_at + 20)
    first, start, second = _widths(why.fit, why.engagement, full)
    mql, sql = 100 * why.model.mql_at // full, 100 * why.model.sql_at // full
    label = _("Fit %(fit)d, engagement %(engagement)d; MQL from %(mql)d, SQL from %(sql)d") % {
        "fit": why.fit,
        "engagement": why.engagement,
        "mql": why.model.mql_at,
        "sql": why.model.sql_at,
    }
    return format_html(
        '<svg class="scale" role="img" aria-label="{}" width="100%" height="44">'
        '<rect class="score__track" y="20" width="100%" height="10" rx="3"/>'
        '<rect class="score__fit" y="20" width="{}%" height="10" rx="3"/>'
        '<rect class="score__engagement" y="20" x="{}%" width="{}%" height="10" rx="3"/>'
        '<line class="score__mark" x1="{}%" x2="{}%" y1="15" y2="35"/>'
        '<line class="score__mark" x1="{}%" x2="{}%" y1="15" y2="35"/>'
        '<text class="scale__word" x="{}%" y="10" text-anchor="middle">MQL {}</text>'
        '<text class="scale__word" x="{}%" y="10" text-anchor="middle">SQL {}</text></svg>',
        label,
        first,
        start,
        second,
        mql,
        mql,
        sql,
        sql,
        mql,
        why.model.mql_at,
        sql,
        why.model.sql_at,
    )


@register.simple_tag
def rule_words(rule: Rule, counted: int) -> str:
    """What would earn points by a rule that gives none yet."""
    if rule.source == ICP_MATCH:
        return ""
    parts = []
    if rule.min_count > 1:
        parts.append(
            _("%(count)d of %(needed)d seen") % {"count": counted, "needed": rule.min_count}
        )
    if rule.window_days:
        text = ngettext("within %(days)d day", "within %(days)d days", rule.window_days)
        parts.append(text % {"days": rule.window_days})
    return ", ".join(parts)

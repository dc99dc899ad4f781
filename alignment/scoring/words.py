"""Rules and thresholds of a model in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alignment.agreements.rules import Clause

from .rules import ICP_MATCH, Rule, ScoringModel


def rule_name(rule: Rule, names: dict[str, str]) -> str:
    """What a rule looks at; `names` are the program's signals by code."""
    if rule.source == ICP_MATCH:
        return _("Account matches the ICP")
    return names.get(rule.signal, rule.signal)


def points(rule: Rule) -> str:
    return ngettext("%(n)+d point", "%(n)+d points", abs(rule.points)) % {"n": rule.points}


def terms(rule: Rule) -> list[str]:
    """Further conditions: how often, within what time, how it decays, at most how many points."""
    said = []
    if rule.min_count > 1:
        text = _("every %(n)d times") if rule.repeats else _("%(n)d times or more")
        said.append(text % {"n": rule.min_count})
    if rule.window_days:
        text = ngettext("within %(n)d day", "within %(n)d days", rule.window_days)
        said.append(text % {"n": rule.window_days})
    if rule.decay == "linear":
        text = ngettext("fading to nothing in %(n)d day", "fading to nothing in %(n)d days",
                        rule.decay_days or 1)  # fmt: skip
        said.append(text % {"n": rule.decay_days})
    elif rule.decay == "half_life":
        text = ngettext("halving every %(n)d day", "halving every %(n)d days", rule.decay_days or 1)
        said.append(text % {"n": rule.decay_days})
    if rule.cap is not None and rule.cap != abs(rule.points):
        text = ngettext("at most %(n)d point", "at most %(n)d points", rule.cap)
        said.append(text % {"n": rule.cap})
    return said


def threshold_clauses(model: ScoringModel) -> list[Clause]:
    """The numbers that decide what a score means."""
    said = [
        Clause("mql_at", _("MQL from"), str(model.mql_at)),
        Clause("sql_at", _("SQL from"), str(model.sql_at)),
    ]
    for key, title, value in (
        ("mql_min_fit", _("Fit at least, for an MQL"), model.mql_min_fit),
        ("mql_min_engagement", _("Engagement at least, for an MQL"), model.mql_min_engagement),
        ("fit_cap", _("Fit at most"), model.fit_cap),
        ("engagement_cap", _("Engagement at most"), model.engagement_cap),
    ):
        if value is not None:
            said.append(Clause(key, title, str(value)))
    return said

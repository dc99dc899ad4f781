"""The scoring model as values: rules in two dimensions, what each gives, and the thresholds.

A rule without decay gives its points for every `min_count` occurrences, up to its cap (by default
its points, so it counts once). With decay, each occurrence has a weight from 1 to 0 by its age in
whole UTC days: linear falls to 0 at `decay_days`; half-life halves every `decay_days` and ends
after ten half-lives. Weights are in thousandths, so that database and Python agree exactly. Points
are whole numbers, rounded towards zero.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from alignment.agreements.rules import InvalidContent

from .account_score.rules import DEFAULT_WEIGHTS, AccountWeights, parse_weights
from .numbers import whole_number

FIT, ENGAGEMENT = "fit", "engagement"
DIMENSIONS = (FIT, ENGAGEMENT)
# The smallint counters of a score row stop here instead of overflowing.
MOST_COUNTED = 32_767
DECAYS = ("none", "linear", "half_life")
ICP_MATCH = "icp"
SIGNAL = "signal"
MAX_RULES = 60
MAX_TIMED_RULES = 12
MAX_POINTS = 100
MAX_CAP = 500
MAX_DAYS = 1_095
HALF_LIVES = 10
FULL_WEIGHT = 1_000
# The level that a lead in each open stage has.
STAGE_LEVEL = {"new": 0, "engaged": 1, "recycled": 1, "mql": 2, "sql": 3, "opportunity": 3}
# The stage that each level leads to, and the stages it may start from. Nobody is demoted.
LEVEL_STAGE = {1: "engaged", 2: "mql", 3: "sql"}
RISES_FROM = {
    1: ["new"],
    2: ["new", "engaged", "recycled"],
    3: ["new", "engaged", "recycled", "mql"],
}


@dataclass(frozen=True)
class Rule:
    """`source` is `icp` (the account matches the profile), or `signal` with the signal's code."""

    key: str
    dimension: str
    points: int
    source: str = SIGNAL
    signal: str = ""
    min_count: int = 1
    window_days: int | None = None
    decay: str = "none"
    decay_days: int | None = None
    cap: int | None = None
    reason: str = ""

    @property
    def is_timed(self) -> bool:
        """Whether the passing of time alone changes what the rule gives."""
        return self.window_days is not None or self.decay != "none"

    @property
    def limit(self) -> int:
        return abs(self.points) if self.cap is None else self.cap

    @property
    def repeats(self) -> bool:
        """Whether further occurrences still give points after the first ones."""
        return self.limit > abs(self.points)

    @property
    def horizon_days(self) -> int:
        """The age in days from which an occurrence no longer counts."""
        spans: list[int | None] = [self.window_days]
        if self.decay == "linear":
            spans.append(self.decay_days)
        elif self.decay == "half_life":
            spans.append(HALF_LIVES * (self.decay_days or 1))
        return min(s for s in spans if s is not None)


@dataclass(frozen=True)
class ScoringModel:
    rules: tuple[Rule, ...] = ()
    mql_at: int = 40
    sql_at: int = 60
    mql_min_fit: int | None = None
    mql_min_engagement: int | None = None
    fit_cap: int | None = None
    engagement_cap: int | None = None
    account: AccountWeights = DEFAULT_WEIGHTS

    @property
    def timed(self) -> tuple[Rule, ...]:
        """The rules that have a w-column, in the order of the columns."""
        return tuple(rule for rule in self.rules if rule.is_timed)

    def cap(self, dimension: str) -> int | None:
        """The most points of a dimension; None: no cap."""
        return self.fit_cap if dimension == FIT else self.engagement_cap


class InvalidModel(InvalidContent):
    """Content that is no valid model. `errors`: path such as `rules.2.points` -> sentence."""


def weight(rule: Rule, age_days: int) -> int:
    """The weight of one occurrence of that age, in thousandths."""
    age = max(age_days, 0)
    if age >= rule.horizon_days:
        return 0
    if rule.decay == "linear":
        days = rule.decay_days or 1
        return FULL_WEIGHT * (days - age) // days
    if rule.decay == "half_life":
        return int(FULL_WEIGHT * pow(0.5, age / (rule.decay_days or 1)))
    return FULL_WEIGHT


def measure(rule: Rule, ages_days: Collection[int]) -> int:
    """The w-column of a timed rule: a count, or under decay a sum of weights in thousandths."""
    counted = [age for age in ages_days if weight(rule, age) > 0]
    if rule.decay == "none":
        return len(counted)
    return sum(weight(rule, a) for a in counted) if len(counted) >= rule.min_count else 0


def contribution(rule: Rule, measured: int) -> int:
    """Points of a rule for its measure (a count, 0 or 1 for a fact or the ICP, or a w-column)."""
    if rule.decay == "none":
        size = abs(rule.points) * (measured // rule.min_count)
    else:
        size = abs(rule.points) * measured // (FULL_WEIGHT * rule.min_count)
    return min(size, rule.limit) * (1 if rule.points >= 0 else -1)


def dimension_total(model: ScoringModel, dimension: str, given: Mapping[str, int]) -> int:
    """The total of a dimension, limited by its cap and never below zero."""
    total = sum(given.get(r.key, 0) for r in model.rules if r.dimension == dimension)
    cap = model.cap(dimension)
    return max(0, total if cap is None else min(total, cap))


def parse_model(content: Any, signals: Collection[str] | None = None) -> ScoringModel:
    """The model in a version's content; raises InvalidModel that names each wrong place.

    `signals` are the codes that exist in the program; None skips that check (stored versions).
    """
    if not isinstance(content, Mapping) or not isinstance(content.get("rules", []), list):
        raise InvalidModel({"rules": _("A model is a list of rules with two thresholds.")})
    rows = content.get("rules", [])
    errors: dict[str, str] = {}
    if len(rows) > MAX_RULES:
        errors["rules"] = _("A model has at most %(most)d rules.") % {"most": MAX_RULES}
        raise InvalidModel(errors)
    parsed = [_parse_rule(row, f"rules.{i}", signals, errors) for i, row in enumerate(rows)]
    rules = tuple(rule for rule in parsed if rule)
    _check_rules(parsed, errors)
    model = ScoringModel(
        rules=rules,
        mql_at=whole_number(content, "mql_at", "", errors, 1, 10_000, default=40) or 40,
        sql_at=whole_number(content, "sql_at", "", errors, 1, 10_000, default=60) or 60,
        mql_min_fit=whole_number(content, "mql_min_fit", "", errors, 0, 10_000),
        mql_min_engagement=whole_number(content, "mql_min_engagement", "", errors, 0, 10_000),
        fit_cap=whole_number(content, "fit_cap", "", errors, 0, 10_000),
        engagement_cap=whole_number(content, "engagement_cap", "", errors, 0, 10_000),
        account=parse_weights(content.get("account"), errors),
    )
    if model.sql_at < model.mql_at:
        errors.setdefault("sql_at", _("The SQL threshold is below the MQL threshold."))
    if errors:
        raise InvalidModel(errors)
    return model


def _parse_rule(
    row: Any, path: str, signals: Collection[str] | None, errors: dict[str, str]
) -> Rule | None:
    if not isinstance(row, Mapping):
        errors[path] = _("This is not a rule.")
        return None
    if row.get("dimension") not in DIMENSIONS:
        errors[f"{path}.dimension"] = _("Choose fit or engagement.")
    source = row.get("source", SIGNAL)
    if source not in (SIGNAL, ICP_MATCH):
        errors[f"{path}.source"] = _("Choose a signal or the ICP match.")
    signal = str(row.get("signal") or "")
    if source == SIGNAL and (not signal or (signals is not None and signal not in signals)):
        errors[f"{path}.signal"] = _("Choose a signal of this program.")
    rule = Rule(
        key=str(row.get("key") or signal or source)[:60],
        dimension=str(row.get("dimension")),
        points=whole_number(row, "points", path, errors, -MAX_POINTS, MAX_POINTS, needed=True) or 0,
        source=str(source),
        signal=signal,
        min_count=whole_number(row, "min_count", path, errors, 1, 1_000, default=1) or 1,
        window_days=whole_number(row, "window_days", path, errors, 1, MAX_DAYS),
        decay=str(row.get("decay") or "none"),
        decay_days=whole_number(row, "decay_days", path, errors, 1, MAX_DAYS),
        cap=whole_number(row, "cap", path, errors, 0, MAX_CAP),
        reason=str(row.get("reason") or "")[:2000],
    )
    _check_time(rule, path, errors)
    return rule


def _check_time(rule: Rule, path: str, errors: dict[str, str]) -> None:
    if rule.decay not in DECAYS:
        errors[f"{path}.decay"] = _("Choose none, linear or half-life.")
    elif rule.decay != "none" and rule.decay_days is None:
        errors.setdefault(f"{path}.decay_days", _("Say in how many days it decays."))
    if rule.source == ICP_MATCH and (rule.is_timed or rule.min_count > 1):
        errors.setdefault(f"{path}.window_days", _("The ICP match has no count and no window."))


def _check_rules(parsed: list[Rule | None], errors: dict[str, str]) -> None:
    seen: set[str] = set()
    timed = 0
    for i, rule in enumerate(parsed):
        if rule is None:
            continue
        if rule.key in seen:
            errors.setdefault(f"rules.{i}.key", _("Two rules have the same key."))
        seen.add(rule.key)
        timed += rule.is_timed
        if rule.is_timed and timed > MAX_TIMED_RULES:
            text = _("At most %(most)d rules may have a window or decay.")
            errors.setdefault(f"rules.{i}.window_days", text % {"most": MAX_TIMED_RULES})

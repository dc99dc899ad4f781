"""Warnings for readers of a scoring model: pure, from the model and a few counts.

Each finding is a `Remark` with the key of its clause, so that pages show it there.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alignment.agreements.rules import Remark
from alignment.core import figures

from .rules import DIMENSIONS, ENGAGEMENT, FIT, ICP_MATCH, Rule, ScoringModel
from .words import rule_name

QUIET_DAYS = 90
Severity = Literal["wrong", "warning", "hint"]


@dataclass(frozen=True, slots=True)
class Seen:
    """How many leads have a signal (or the ICP match), and the most often that one lead has it.

    `lately` says whether any of the `looked_at` leads had it in the last 90 days.
    """

    leads: int
    most: int
    lately: bool = True
    looked_at: int = 0
    is_fact: bool = False


@dataclass(frozen=True, slots=True)
class Sightings:
    """The leads of a program, by signal code; the key of the ICP match is "icp:"."""

    leads: int
    by_signal: Mapping[str, Seen]

    def of(self, rule: Rule) -> Seen | None:
        return self.by_signal.get(_source(rule))


# The colon keeps it apart from signal codes.
ICP_KEY = "icp:"


def _source(rule: Rule) -> str:
    return ICP_KEY if rule.source == ICP_MATCH else rule.signal


def remarks(
    model: ScoringModel, names: Mapping[str, str], sightings: Sightings | None = None
) -> list[Remark]:
    """All remarks, thresholds first; without sightings only those that the model itself implies."""
    said = [*_alone(model), *_out_of_reach(model), *_overlaps(model, names)]
    for rule in model.rules:
        said += _idle(rule)
    if sightings is not None and sightings.leads:
        for rule in model.rules:
            said += _unseen(rule, sightings)
    return said


def by_place(said: Iterable[Remark], row_of: Mapping[str, str]) -> dict[str, list[Remark]]:
    """Remarks by the place where an editor shows them: a threshold's name, or the row of a rule."""
    placed: dict[str, list[Remark]] = defaultdict(list)
    for remark in said:
        _rule, is_rule, key = remark.place.partition("rule:")
        placed[row_of[key] if is_rule else remark.place].append(remark)
    return dict(placed)


def most_points(model: ScoringModel, dimension: str) -> int:
    """The points of a perfect lead in a dimension."""
    gains = sum(r.limit for r in model.rules if r.dimension == dimension and r.points > 0)
    cap = model.cap(dimension)
    return gains if cap is None else min(gains, cap)


def _alone(model: ScoringModel) -> Iterator[Remark]:
    """Warns if one dimension alone reaches MQL."""
    asked = {FIT: model.mql_min_engagement, ENGAGEMENT: model.mql_min_fit}
    for dimension in DIMENSIONS:
        most = most_points(model, dimension)
        if most < model.mql_at or asked[dimension]:
            continue
        if dimension == FIT:
            says = _(
                "Fit alone reaches MQL: its rules give up to %(most)d points, %(needed)d are enough."
                " A lead that never did anything goes to sales."
                " Ask for a least engagement, or raise the threshold above %(most)d."
            )
        else:
            says = _(
                "Engagement alone reaches MQL: its rules give up to %(most)d points, %(needed)d are"
                " enough. Curious people at companies you don't want go to sales."
                " Require a minimum fit, or raise the threshold above %(most)d."
            )
        yield Remark("mql_at", "warning", says % {"most": most, "needed": model.mql_at})


def _out_of_reach(model: ScoringModel) -> Iterator[Remark]:
    """Finds thresholds that no lead can reach."""
    most = {dimension: most_points(model, dimension) for dimension in DIMENSIONS}
    limits = (
        ("mql_at", model.mql_at, sum(most.values())),
        ("sql_at", model.sql_at, sum(most.values())),
        ("mql_min_fit", model.mql_min_fit, most[FIT]),
        ("mql_min_engagement", model.mql_min_engagement, most[ENGAGEMENT]),
    )
    text = _(
        "No lead can reach %(needed)d: all rules together give at most %(most)d points."
        " Lower it, or give more points."
    )
    for place, needed, reachable in limits:
        if needed is not None and needed > reachable:
            yield Remark(place, "wrong", text % {"needed": needed, "most": reachable})


def _overlaps(model: ScoringModel, names: Mapping[str, str]) -> Iterator[Remark]:
    """Finds rules that give points for the same thing; the remark is on the second one."""
    by_source: dict[str, list[Rule]] = defaultdict(list)
    for rule in model.rules:
        earlier = by_source[_source(rule)]
        twin = next((r for r in earlier if _meets(r, rule)), None)
        if twin is not None:
            yield Remark(f"rule:{rule.key}", *_overlap(twin, rule, rule_name(rule, dict(names))))
        earlier.append(rule)


def _meets(one: Rule, other: Rule) -> bool:
    """Whether one occurrence can earn points from both; a penalty beside a gain is intended."""
    return (one.points > 0) == (other.points > 0)


def _overlap(one: Rule, other: Rule, name: str) -> tuple[Severity, str]:
    words = {"name": name, "sum": one.points + other.points}
    if one.dimension != other.dimension:
        return "warning", _(
            "“%(name)s” counts in both dimensions, so one thing moves a lead twice."
            " Keep it in one of them."
        ) % words
    if _asks(one) == _asks(other):
        return "warning", _(
            "“%(name)s” gives its points twice, %(sum)d in all."
            " Make one rule of both, or ask for different counts."
        ) % words
    return "hint", _(
        "Another rule counts “%(name)s” too; who meets both gets the points of both."
        " If only the higher step is meant, give it just the difference."
    ) % words


def _asks(rule: Rule) -> tuple[object, ...]:
    return rule.min_count, rule.window_days, rule.decay, rule.decay_days


def _idle(rule: Rule) -> Iterator[Remark]:
    """Finds rules that can never give a point."""
    if rule.points == 0 or rule.limit == 0:
        says = _("This rule never gives a point. Give it points, or remove it.")
        yield Remark(f"rule:{rule.key}", "wrong", says)


def _unseen(rule: Rule, sightings: Sightings) -> Iterator[Remark]:
    """At most one remark per rule: no leads have its signal, none lately, or only few."""
    seen = sightings.of(rule)
    if seen is None or not rule.points:
        return
    place = f"rule:{rule.key}"
    if seen.is_fact and rule.min_count > 1:
        says = _("A fact is yes or no, so it never counts %(n)d times. Ask for once.")
        yield Remark(place, "wrong", says % {"n": rule.min_count})
    elif not seen.leads:
        yield Remark(place, "warning", _nobody(rule, seen))
    elif seen.most < rule.min_count:
        says = _(
            "Never gives points on your leads: %(n)d times are asked for, the most any lead has is"
            " %(most)d. Ask for less."
        )
        yield Remark(place, "warning", says % {"n": rule.min_count, "most": seen.most})
    elif not seen.lately:
        yield Remark(place, "hint", _not_lately(seen))
    elif seen.is_fact and 2 * seen.leads < sightings.leads:
        says = _(
            "Only %(share)s of the leads have it, so its points mostly tell how much you know."
            " Ask for it in forms and calls before you rely on it."
        )
        yield Remark(place, "hint", says % {"share": _share(seen.leads, sightings.leads)})


def _nobody(rule: Rule, seen: Seen) -> str:
    if rule.source == ICP_MATCH:
        return _(
            "No lead's account matches the ICP. Look at the profile, or at the facts it needs."
        )
    if seen.is_fact:
        return _(
            "Nobody has established this fact for any lead. Ask for it in forms and calls, or remove"
            " the rule."
        )
    return _("No lead has ever done this. See whether the signal is sent, or remove the rule.")


def _not_lately(seen: Seen) -> str:
    if seen.looked_at < seen.leads:
        text = ngettext(
            "None of %(n)d lead looked at earned these points in the last 90 days."
            " See whether the signal is still sent.",
            "None of %(n)d leads looked at earned these points in the last 90 days."
            " See whether the signal is still sent.",
            seen.looked_at,
        )
        return text % {"n": seen.looked_at}
    return _(
        "No lead earned these points in the last 90 days. See whether the signal is still sent."
    )


def _share(part: int, whole: int) -> str:
    return figures.percent(max(1, 100 * part / whole))

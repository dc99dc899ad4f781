"""Criteria in words that people use: "Employees", "200–5,000"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from alignment.core.figures import dollars, whole
from alignment.reference.queries import names_of

from .rules import Criterion

# A longer list names its first values and counts the rest.
NAMED = 4
Say = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class CriterionWords:
    """What a criterion looks at and what it wants. `values` are all its values, in full."""

    title: str
    wanted: str
    values: tuple[str, ...] = ()


def in_words(criteria: Iterable[Criterion]) -> list[CriterionWords]:
    """One entry per criterion; at most one query, for the names of codes."""
    listed = list(criteria)
    names = _names(listed)
    return [_describe(criterion, names) for criterion in listed]


def kind_title(kind: str, weight: str = "") -> str:
    """What a criterion looks at; lists that exclude have titles of their own."""
    if weight == "exclude" and kind == "technology":
        return _("Forbidden technology")
    if weight == "exclude" and kind == "industry":
        return _("Excluded industry")
    titles = {
        "revenue": _("Annual revenue"),
        "employees": _("Employees"),
        "industry": _("Industry"),
        "maturity": _("Technology maturity"),
        "technology": _("Technology in use"),
        "budget": _("Budget"),
        "budget_confirmed": _("Budget qualified at first exchange"),
        "geography": _("Geography"),
    }
    return titles.get(kind, kind)


def weight_title(weight: str) -> str:
    titles = {"must": _("Must"), "preferred": _("Preferred"), "exclude": _("Excluded")}
    return titles.get(weight, weight)


def _names(criteria: list[Criterion]) -> dict[str, str]:
    return names_of(
        codes={code for criterion in criteria for code in criterion.codes},
        states={code for criterion in criteria for code in criterion.states},
        areas={code for criterion in criteria for code in criterion.cbsas},
    )


def _describe(criterion: Criterion, names: Mapping[str, str]) -> CriterionWords:
    title = kind_title(criterion.kind, criterion.weight)
    if criterion.kind == "employees":
        return CriterionWords(title, _range(criterion, whole))
    if criterion.kind == "revenue":
        return CriterionWords(title, _range(criterion, dollars))
    if criterion.kind == "budget":
        least = _("%(least)s or more") % {"least": dollars(criterion.minimum or 0)}
        return CriterionWords(title, least)
    if criterion.kind == "maturity":
        least = _("%(level)d of 5 or more") % {"level": criterion.minimum or 1}
        return CriterionWords(title, least)
    if criterion.kind == "budget_confirmed":
        return CriterionWords(title, _("yes") if criterion.confirmed else _("no"))
    if criterion.kind == "technology":
        return CriterionWords(title, _list(criterion.names), criterion.names)
    if criterion.kind == "industry":
        values = tuple(names.get(code, code) for code in criterion.codes)
    else:
        values = _places(criterion, names)
    return CriterionWords(title, _list(values), values)


def _places(criterion: Criterion, names: Mapping[str, str]) -> tuple[str, ...]:
    """States, then areas; sorted by priority if priorities differ."""
    places = [*criterion.states, *criterion.cbsas]
    if not criterion.priorities:
        return tuple(names.get(place, place) for place in places)
    places.sort(key=criterion.priority_of)
    return tuple(
        _("%(place)s (priority %(number)d)")
        % {"place": names.get(place, place), "number": criterion.priority_of(place)}
        for place in places
    )


def _list(values: tuple[str, ...]) -> str:
    if len(values) <= NAMED:
        return ", ".join(values)
    rest = {"some": ", ".join(values[: NAMED - 1]), "more": len(values) - NAMED + 1}
    return _("%(some)s and %(more)d more") % rest


def _range(criterion: Criterion, say: Say) -> str:
    least, most = criterion.minimum, criterion.maximum
    if most is None:
        return _("%(least)s or more") % {"least": say(least or 0)}
    if not least:
        return _("up to %(most)s") % {"most": say(most)}
    return f"{say(least)}–{say(most)}"

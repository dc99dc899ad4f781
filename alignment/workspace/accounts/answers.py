"""A filter by an account's answers to the criteria of the profile in force:
`answer=budget:unknown`.

The parameter may be repeated; an account must give every answer asked for. "yes" and "no" are from
the account's point of view, as on its page: an exclusion that does not apply is a yes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django import forms
from django.db.models import F
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alignment.core.rest.filters import RepeatableFilter
from alignment.icp.models import Answer

if TYPE_CHECKING:
    from accounts.models import Account
    from alignment.core.scoping import ScopedQuerySet
    from alignment.icp.rules import Criterion
    from alignment.people.models import Program

ANSWERS = ((Answer.YES, _("Match")), (Answer.NO, _("No match")), (Answer.UNKNOWN, _("Unknown")))


class AnswerField(forms.MultipleChoiceField):
    """Accepts any value: a saved view may name a criterion that no longer exists, which must find
    no accounts rather than all.
    """

    def to_python(self, value: Any) -> list[str]:
        return [item for item in super().to_python(value) if item]

    def valid_value(self, value: str) -> bool:
        return True


class AnswerFilter(RepeatableFilter):
    field_class = AnswerField


class Masks(NamedTuple):
    """Bits that an account's answers must have: yes, unknown, and neither of the two."""

    yes: int = 0
    unknown: int = 0
    neither: int = 0

    @property
    def is_possible(self) -> bool:
        return not (self.yes & self.unknown or (self.yes | self.unknown) & self.neither)


class AnswerRow(NamedTuple):
    """One criterion with its choices, for the form."""

    key: str
    label: str
    choices: list[tuple[str, str, bool]]


def masks_of(asked: Iterable[str], criteria: Sequence[Criterion]) -> Masks | None:
    """The bit masks for "key:answer" values; None if a criterion or answer does not exist."""
    places = {criterion.key: (1 << at, criterion) for at, criterion in enumerate(criteria)}
    yes = unknown = neither = 0
    for said in asked:
        key, _colon, answer = said.rpartition(":")
        if key not in places or answer not in Answer.values:
            return None
        bit, criterion = places[key]
        if answer == Answer.UNKNOWN:
            unknown |= bit
        elif (answer == Answer.YES) != (criterion.weight == "exclude"):
            yes |= bit
        else:
            neither |= bit
    return Masks(yes, unknown, neither)


def answering(
    rows: ScopedQuerySet[Account],
    asked: Iterable[str],
    criteria: Sequence[Criterion],
    program: Program,
) -> ScopedQuerySet[Account]:
    """The accounts among `rows` whose verdict has these answers."""
    masks = masks_of(asked, criteria)
    if masks is None or not masks.is_possible:
        return rows.none()
    return bits_set(
        rows.filter(verdict__program=program),
        yes=masks.yes,
        unknown=masks.unknown,
        neither=masks.neither,
    )


def bits_set(
    rows: ScopedQuerySet[Account], *, yes: int = 0, unknown: int = 0, neither: int = 0
) -> ScopedQuerySet[Account]:
    """The rows whose verdict has all these bits, compared by inequality instead of equality.

    PostgreSQL has no statistics about bits. For "= mask" the planner expects hardly any row, and
    joins and sorts all of them; for "> mask - 1" it expects a third, and walks the index of the
    list's order.
    """
    both: Any = cast("Any", F("verdict__yes_mask")).bitor(F("verdict__unknown_mask"))
    if yes:
        rows = rows.alias(said_yes=F("verdict__yes_mask").bitand(yes))
        rows = rows.filter(said_yes__gt=yes - 1)
    if unknown:
        rows = rows.alias(said_unknown=F("verdict__unknown_mask").bitand(unknown))
        rows = rows.filter(said_unknown__gt=unknown - 1)
    if neither:
        rows = rows.alias(said_either=both.bitand(neither)).filter(said_either__lt=1)
    return rows


def answer_rows(names: Mapping[str, str], asked: Iterable[str]) -> list[AnswerRow]:
    """Every criterion (key -> name) with its answers; those asked for are marked."""
    chosen = set(asked)
    return [
        AnswerRow(key, name, [(v, str(label), v in chosen) for v, label in _choices(key)])
        for key, name in names.items()
    ]


def said_of(names: Mapping[str, str], value: str) -> str:
    """ "Employees · 200–5,000: Match" for "employees:yes"; other values are unchanged."""
    key, _colon, _answer = value.rpartition(":")
    label = dict(_choices(key)).get(value)
    if key not in names or label is None:
        return value
    return gettext("%(name)s: %(said)s") % {"name": names[key], "said": label}


def _choices(key: str) -> list[tuple[str, Any]]:
    return [(f"{key}:{value}", label) for value, label in ANSWERS]

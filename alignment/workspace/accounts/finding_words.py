"""Findings as their reader reads them: the criterion in their language, what was and what is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import get_language, gettext, override, pgettext

from accounts.rules.spoken import all_spoken
from alignment.icp.words import kind_title
from alignment.workspace.criteria import sentences_of
from alignment.workspace.places import industry_title

from .grounds import GROUNDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.field.models import CriterionFinding
    from alignment.icp.rules import Criterion

LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True)
class FindingLine:
    """`change` is "1,355 → 120", or only what is known if it stayed."""

    row: CriterionFinding
    words: str
    change: str


@dataclass(frozen=True, slots=True)
class CriterionNames:
    """`now` are the criteria in force by key; `said` and `kinds` how whoever wrote a finding down read
    a criterion or its title in their language."""

    now: Mapping[str, str]
    said: Mapping[str, str]
    kinds: Mapping[str, str]

    def of(self, words: str) -> str:
        """The words of a finding; of an earlier profile the title and "or more" are put into other words."""
        if words in self.said:
            return self.said[words]
        title, _colon, wanted = words.partition(":")
        kind = self.kinds.get(title.strip())
        colon = pgettext("after a label", ":")
        return f"{kind_title(kind)}{colon} {_at_least(wanted.strip())}" if kind else words


def _at_least(wanted: str) -> str:
    """ "3 or more", whichever language it was written in."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            tail = gettext("%(least)s or more") % {"least": ""}
        if wanted.endswith(tail):
            return gettext("%(least)s or more") % {"least": wanted.removesuffix(tail)}
    return wanted


def criterion_names(criteria: tuple[Criterion, ...]) -> CriterionNames:
    """The criteria in force, in the reader's language; they stay for months, so they are kept."""
    return _names_in(criteria, get_language() or settings.LANGUAGE_CODE)


@lru_cache(maxsize=200)
def _names_in(criteria: tuple[Criterion, ...], mine: str) -> CriterionNames:
    """A statement per language."""
    with override(mine):
        now = sentences_of(criteria)
    said: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            theirs = [words[:LONGEST_WORDS] for words in sentences_of(criteria)]
            said.update(zip(theirs, now, strict=True))
            kinds.update({kind_title(kind): kind for kind in GROUNDS})
    keys = (criterion.key for criterion in criteria)
    return CriterionNames(dict(zip(keys, now, strict=True)), said, kinds)


def finding_lines(
    criteria: tuple[Criterion, ...], rows: Sequence[CriterionFinding]
) -> list[FindingLine]:
    """`criteria` are those in force."""
    if not rows:
        return []
    names = criterion_names(criteria)
    return [FindingLine(row, names.of(row.words), change_of(row)) for row in rows]


def change_of(row: CriterionFinding) -> str:
    before, after = (all_spoken(facts, industry_title) for facts in (row.before, row.after))
    if before == after:
        return after
    unknown = gettext("unknown")
    return f"{before or unknown} → {after or unknown}"

"""Findings in the reader's language: the criterion, the old value and the new one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import get_language, gettext, override, pgettext

from accounts.rules.fact_words import facts_in_words
from alignment.icp.words import kind_title
from alignment.workspace.criteria import sentences_of
from alignment.workspace.reference_names import industry_title

from .criterion_facts import FACTS_OF

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.field.models import CriterionFinding
    from alignment.icp.rules import Criterion

LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True)
class FindingLine:
    """`change` is "1,355 → 120", or the value alone if it stayed."""

    row: CriterionFinding
    words: str
    change: str


@dataclass(frozen=True, slots=True)
class CriterionNames:
    """`now` has the texts of the criteria in force by key. `said` and `kinds` map texts and titles
    of criteria in any language to the reader's text and to the kind, since a finding stores the
    text in its writer's language.
    """

    now: Mapping[str, str]
    said: Mapping[str, str]
    kinds: Mapping[str, str]

    def of(self, words: str) -> str:
        """A finding's text, translated. For a criterion of an earlier profile only the title and
        "or more" are translated.
        """
        if words in self.said:
            return self.said[words]
        title, _colon, wanted = words.partition(":")
        kind = self.kinds.get(title.strip())
        colon = pgettext("after a label", ":")
        return f"{kind_title(kind)}{colon} {_at_least(wanted.strip())}" if kind else words


def _at_least(wanted: str) -> str:
    """ "3 or more" in the active language, whichever language it was written in."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            tail = gettext("%(least)s or more") % {"least": ""}
        if wanted.endswith(tail):
            return gettext("%(least)s or more") % {"least": wanted.removesuffix(tail)}
    return wanted


def criterion_names(criteria: tuple[Criterion, ...]) -> CriterionNames:
    """The criteria in force, in the reader's language; cached, since they rarely change."""
    return _names_in(criteria, get_language() or settings.LANGUAGE_CODE)


@lru_cache(maxsize=200)
def _names_in(criteria: tuple[Criterion, ...], mine: str) -> CriterionNames:
    """One statement for each language."""
    with override(mine):
        now = sentences_of(criteria)
    said: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            theirs = [words[:LONGEST_WORDS] for words in sentences_of(criteria)]
            said.update(zip(theirs, now, strict=True))
            kinds.update({kind_title(kind): kind for kind in FACTS_OF})
    keys = (criterion.key for criterion in criteria)
    return CriterionNames(dict(zip(keys, now, strict=True)), said, kinds)


def finding_lines(
    criteria: tuple[Criterion, ...], rows: Sequence[CriterionFinding]
) -> list[FindingLine]:
    """`criteria` must be those in force."""
    if not rows:
        return []
    names = criterion_names(criteria)
    return [FindingLine(row, names.of(row.words), change_of(row)) for row in rows]


def change_of(row: CriterionFinding) -> str:
    before, after = (facts_in_words(facts, industry_title) for facts in (row.before, row.after))
    if before == after:
        return after
    unknown = gettext("unknown")
    return f"{before or unknown} → {after or unknown}"

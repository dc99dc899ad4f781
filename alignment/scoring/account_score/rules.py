"""The score of an account: four parts, each with a maximum set by the signed model.

Each part has a value from 0 to 100, from which its points follow:

    points of a part = floor( most points * value / 100 )
    score            = the sum of the four, 0-100

    fit            the grade of the verdict; 0 if the account does not match or was not judged
    engagement     min(100, points of the hottest person with an open lead
                            + further * (number of warm people - 1))
    intent         the current strength of its intent (`accounts/intent/rules.py`)
    relationships  min(100, 25 * the strongest relationship (1-4) + further * (people known - 1))

A person is warm from `warm_at` points on. Nothing is averaged, so another person, however cold,
never takes points away. The four maxima sum to 100, so that scores of two models are comparable.

A content without `account` means the default weights and always will, because signed versions
depend on it (docs/adr/0021).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

from ..numbers import whole_number

FULL = 100
PARTS = ("fit", "engagement", "intent", "relationships")
PER_STRENGTH = 25
MOST_FURTHER, MOST_WARM_AT = 50, 1_000


@dataclass(frozen=True, slots=True)
class AccountWeights:
    """The most points of each part, and the settings within engagement and relationships."""

    fit: int = 40
    engagement: int = 30
    intent: int = 20
    relationships: int = 10
    warm_at: int = 30
    further: int = 10

    def most(self, part: str) -> int:
        """The most points that the part can give."""
        return int(getattr(self, part))


DEFAULT_WEIGHTS = AccountWeights()
NAMES = tuple(field.name for field in fields(AccountWeights))
LIMITS = {
    **dict.fromkeys(PARTS, (0, FULL)),
    "warm_at": (1, MOST_WARM_AT),
    "further": (0, MOST_FURTHER),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """The inputs of a score. `answer` is the verdict's ("yes", "no", "unknown") or "" if none."""

    answer: str = ""
    grade: int = 0
    hottest: int = 0
    warm: int = 0
    intent: int = 0
    strongest: int = 0
    known: int = 0


@dataclass(frozen=True, slots=True)
class Parts:
    """Points by part."""

    fit: int = 0
    engagement: int = 0
    intent: int = 0
    relationships: int = 0

    @property
    def score(self) -> int:
        return self.fit + self.engagement + self.intent + self.relationships


def values_of(evidence: Evidence, weights: AccountWeights) -> dict[str, int]:
    """The value of each part, 0-100."""
    warm = evidence.hottest + weights.further * max(0, evidence.warm - 1)
    known = PER_STRENGTH * evidence.strongest + weights.further * max(0, evidence.known - 1)
    return {
        "fit": 0 if evidence.answer in ("", "no") else evidence.grade,
        "engagement": min(FULL, warm),
        "intent": evidence.intent,
        "relationships": min(FULL, known),
    }


def parts_of(evidence: Evidence, weights: AccountWeights) -> Parts:
    """The points of each part."""
    values = values_of(evidence, weights)
    return Parts(**{part: weights.most(part) * values[part] // FULL for part in PARTS})


def parse_weights(content: Any, errors: dict[str, str]) -> AccountWeights:
    """The weights in a model's content; errors are added to `errors` at "account.fit" and so on."""
    if content is None:
        return DEFAULT_WEIGHTS
    if not isinstance(content, Mapping) or not set(content) <= set(NAMES):
        errors["account"] = _("The account score is a set of weights.")
        return DEFAULT_WEIGHTS
    found = {
        name: whole_number(content, name, "account", errors, *LIMITS[name], needed=True)
        for name in NAMES
    }
    if None in found.values():
        return DEFAULT_WEIGHTS
    weights = AccountWeights(**{name: value or 0 for name, value in found.items()})
    total = sum(weights.most(part) for part in PARTS)
    if total != FULL:
        text = _("The four parts sum to %(total)d points; they must sum to 100.")
        errors["account"] = text % {"total": total}
        return DEFAULT_WEIGHTS
    return weights


def content_of(weights: AccountWeights) -> dict[str, int] | None:
    """The weights as stored in a content; None stands for the shipped ones."""
    return None if weights == DEFAULT_WEIGHTS else asdict(weights)

"""The filters of a list of leads, parsed from the query string: values only, no database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

from accounts.models import Stage
from alignment.core.addresses import number_of

if TYPE_CHECKING:
    from collections.abc import Mapping

# In the queue: waiting for their call, called but not validated, ready for a deal.
QUEUE_STAGES = ("mql_uncalled", "mql_called", "sql")
SORTS = ("moved", "waiting", "score", "engaged")
# What a page sorts by unless it is asked; in the queue promises come first.
USUAL = ("moved", "due")
SORTS_OF_SCORES = ("score", "engaged")
VERDICTS = ("yes", "no", "unknown", "none")
LONGEST_SEARCH = 100
HIGHEST_SCORE = 32_767

OwnerKind = Literal["any", "nobody", "gone", "person", "person_or_nobody", "team", "side"]
_BY_ID: dict[str, OwnerKind] = {
    "person": "person",
    "person_or_nobody": "person_or_nobody",
    "team": "team",
}


@dataclass(frozen=True, slots=True)
class Owner:
    """Leads of anybody, of nobody, of people who are gone, or of one person, team or side.

    `person_or_nobody` are the leads that a person may work at once: their own and free ones.
    """

    kind: OwnerKind = "any"
    key: str = ""

    @property
    def value(self) -> str:
        if self.kind == "any":
            return ""
        return f"{self.kind}:{self.key}" if self.key else self.kind


@dataclass(frozen=True, slots=True)
class LeadFilter:
    stage: str = ""
    owner: Owner = Owner()
    source: str = ""
    score_min: int | None = None
    score_max: int | None = None
    verdict: str = ""
    signal: str = ""
    text: str = ""
    sort: str = "moved"

    @property
    def is_narrow(self) -> bool:
        """Whether anything besides stage and order is filtered."""
        return replace(self, stage="", sort="moved") != LeadFilter()

    @property
    def reads_scores(self) -> bool:
        """Whether scores are needed, for which only a bounded number of leads is searched: no index
        serves them.
        """
        return self.sort in SORTS_OF_SCORES or self.chooses_by_score

    @property
    def chooses_by_score(self) -> bool:
        """Whether the selection itself, not only its order, depends on scores."""
        return (
            self.score_min is not None
            or self.score_max is not None
            or bool(self.verdict or self.signal or self.source)
        )

    def as_query(self, **changes: str) -> str:
        """The query string of this filter with changes; empty values are left out."""
        values = {
            "stage": self.stage,
            "owner": self.owner.value,
            "source": self.source,
            "min": "" if self.score_min is None else str(self.score_min),
            "max": "" if self.score_max is None else str(self.score_max),
            "verdict": self.verdict,
            "signal": self.signal,
            "q": self.text,
            "sort": "" if self.sort in USUAL else self.sort,
        }
        values.update(changes)
        return urlencode({name: value for name, value in values.items() if value})


def read_filter(query: Mapping[str, str]) -> LeadFilter:
    """Parse the filter from a query string. Invalid values are ignored."""
    return LeadFilter(
        stage=_one_of(query.get("stage", ""), (*Stage.values, "open", *QUEUE_STAGES)),
        owner=_owner(query.get("owner", "")),
        source=_text(query.get("source", ""), 60),
        score_min=_score(query.get("min", "")),
        score_max=_score(query.get("max", "")),
        verdict=_one_of(query.get("verdict", ""), VERDICTS),
        signal=_text(query.get("signal", ""), 60),
        text=_text(query.get("q", ""), LONGEST_SEARCH),
        sort=_one_of(query.get("sort", ""), SORTS) or "moved",
    )


def _one_of(value: str, allowed: tuple[str, ...]) -> str:
    return value if value in allowed else ""


def _text(value: str, longest: int) -> str:
    return value.replace("\x00", "").strip()[:longest]


def _score(value: str) -> int | None:
    digits = value.strip()
    if not digits.removeprefix("-").isdecimal() or len(digits) > 6:
        return None
    return max(-HIGHEST_SCORE, min(int(digits), HIGHEST_SCORE))


def _owner(value: str) -> Owner:
    kind, _, key = value.partition(":")
    if value in ("nobody", "gone"):
        return Owner("nobody" if value == "nobody" else "gone")
    if kind == "side" and key in ("marketing", "sales"):
        return Owner("side", key)
    is_id = number_of(key) is not None
    return Owner(_BY_ID[kind], key) if is_id and kind in _BY_ID else Owner()

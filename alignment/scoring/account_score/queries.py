"""The score of an account with its evidence, and accounts in the order of their scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Window

from accounts.field.models import Relationship
from accounts.intent.models import AccountIntent
from accounts.models import Account, Lead
from accounts.queries.names import set_known_as
from alignment.icp.models import Verdict

from ..queries import ruling
from .models import AccountScore
from .rules import FULL, PARTS, AccountWeights, Evidence, values_of
from .words import Grounds, part_names, said_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from alignment.people.models import Program

# The sort columns of the list, highest first; an index repeats them.
ORDER = ("account_score__score", "account_score__account_id")


@dataclass(frozen=True, slots=True)
class PartLine:
    """`points` out of `most`, earned by a `value` of 0 to 100; `said` is the evidence in words."""

    part: str
    name: str
    points: int
    most: int
    value: int
    said: str


@dataclass(frozen=True, slots=True)
class Reach:
    """The hottest open lead, the number of `warm` ones, the closest relationship, and how many
    people are `known`.
    """

    hottest: Any
    warm: int
    closest: Relationship | None
    known: int


@dataclass(frozen=True, slots=True)
class ScorePanel:
    """`score` is None until the first sweep. The points of the lines sum to it."""

    score: int | None
    lines: list[PartLine]
    weights: AccountWeights
    version: int | None

    @property
    def is_settled(self) -> bool:
        """Whether the stored points match the current evidence; they may lag for a few seconds."""
        return all(line.points == line.most * line.value // FULL for line in self.lines)


def ranked(program: Program, accounts: QuerySet[Account]) -> QuerySet[Account]:
    """Accounts that have a score, with it, to be sorted by `ORDER`: one index scan."""
    return accounts.select_related("account_score").filter(account_score__program=program)


def score_of(account: Account, *, reach: Reach | None = None) -> ScorePanel:
    """The stored points of an account, with its current evidence.

    At most five queries for an account loaded with its verdict, score and intent; none if the
    caller passes `reach`.
    """
    rule = ruling(account.program_id)
    weights = rule.compiled.model.account
    grounds = grounds_of(account, weights, reach=reach)
    stored: AccountScore | None = getattr(account, "account_score", None)
    values = values_of(grounds.evidence, weights)
    names, said = part_names(), said_of(grounds, weights)
    lines = [
        PartLine(
            part=part,
            name=names[part],
            points=getattr(stored, part) if stored else 0,
            most=weights.most(part),
            value=values[part],
            said=said[part],
        )
        for part in PARTS
    ]
    return ScorePanel(stored.score if stored else None, lines, weights, rule.number)


def grounds_of(account: Account, weights: AccountWeights, *, reach: Reach | None = None) -> Grounds:
    """The current evidence for an account's score."""
    verdict: Verdict | None = getattr(account, "verdict", None)
    intent: AccountIntent | None = getattr(account, "intent", None)
    found = reach or _reach_of(account, weights)
    hottest, closest = found.hottest, found.closest
    return Grounds(
        evidence=Evidence(
            answer=verdict.answer if verdict else "",
            grade=verdict.grade if verdict else 0,
            hottest=hottest.score.total if hottest else 0,
            warm=found.warm,
            intent=intent.strength if intent else 0,
            strongest=closest.strength if closest else 0,
            known=found.known,
        ),
        hottest=str(hottest.stakeholder) if hottest else "",
        topic=intent.top_topic if intent else "",
        closest=(str(closest.user), str(closest.stakeholder)) if closest else None,
    )


def reach_among(
    leads: Iterable[Lead], relationships: Sequence[Relationship], weights: AccountWeights
) -> Reach:
    """The same, given all open leads of an account and all its relationships, best first."""
    scored: list[Any] = sorted(leads, key=lambda lead: (-lead.score.total, lead.pk))
    return Reach(
        hottest=scored[0] if scored else None,
        warm=sum(lead.score.total >= weights.warm_at for lead in scored),
        closest=relationships[0] if relationships else None,
        known=len({row.stakeholder_id for row in relationships}),
    )


def _reach_of(account: Account, weights: AccountWeights) -> Reach:
    """The same, computed in the database, which may hold more of them than a page reads."""
    program = account.program_id
    leads = Lead.objects.in_program(program).filter(account=account, closed_at__isnull=True)
    warm = Window(Count("id", filter=Q(score__total__gte=weights.warm_at)))
    scored: Any = leads.select_related("stakeholder", "score").annotate(warm=warm)
    hottest = scored.order_by("-score__total", "id").first()
    known: Any = Relationship.objects.in_program(program).filter(stakeholder__account=account)
    people = known.aggregate(people=Count("stakeholder", distinct=True))["people"]
    best = known.select_related("user", "stakeholder").order_by("-strength", "since", "id")
    closest = best.first() if people else None
    named = [row.stakeholder for row in (hottest, closest) if row]
    set_known_as(program=program, people=named)
    return Reach(hottest, hottest.warm if hottest else 0, closest, people)

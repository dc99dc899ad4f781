"""The score of an account with what it rests on, and accounts in its order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Q, Window

from accounts.field.models import Relationship
from accounts.intent.models import AccountIntent
from accounts.models import Account, Lead
from accounts.queries.names import know_by_address
from alignment.icp.models import Verdict

from ..queries import ruling
from .models import AccountScore
from .rules import FULL, PARTS, AccountWeights, Evidence, values_of
from .words import Grounds, part_names, said_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from alignment.people.models import Program

# The columns of the list's order, which the index repeats; highest first.
ORDER = ("account_score__score", "account_score__account_id")


@dataclass(frozen=True, slots=True)
class PartLine:
    """`points` of at most `most`, because of a `value` of 100; `said` is the evidence in words."""

    part: str
    name: str
    points: int
    most: int
    value: int
    said: str


@dataclass(frozen=True, slots=True)
class ScorePanel:
    """`score` is None until the first sweep. The points of the lines sum to it."""

    score: int | None
    lines: list[PartLine]
    weights: AccountWeights
    version: int | None

    @property
    def is_settled(self) -> bool:
        """Whether the stored points are those of the evidence: for seconds they may not be."""
        return all(line.points == line.most * line.value // FULL for line in self.lines)


def ranked(program: Program, accounts: QuerySet[Account]) -> QuerySet[Account]:
    """Accounts that have a score, with it, for `ORDER`: an index scan of one program."""
    return accounts.select_related("account_score").filter(account_score__program=program)


def score_of(account: Account) -> ScorePanel:
    """Points are the stored ones, evidence is read as it is now.

    Five statements at most for an account that came with its verdict, score and intent.
    """
    rule = ruling(account.program_id)
    weights = rule.compiled.model.account
    grounds = grounds_of(account, weights)
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


def grounds_of(account: Account, weights: AccountWeights) -> Grounds:
    """What the score of an account rests on now."""
    program = account.program_id
    verdict: Verdict | None = getattr(account, "verdict", None)
    intent: AccountIntent | None = getattr(account, "intent", None)
    leads = Lead.objects.in_program(program).filter(account=account, closed_at__isnull=True)
    warm = Window(Count("id", filter=Q(score__total__gte=weights.warm_at)))
    scored: Any = leads.select_related("stakeholder", "score").annotate(warm=warm)
    hottest = scored.order_by("-score__total", "id").first()
    known: Any = Relationship.objects.in_program(program).filter(stakeholder__account=account)
    figures = known.aggregate(most=Max("strength"), people=Count("stakeholder", distinct=True))
    closest = (
        known.select_related("user", "stakeholder").order_by("-strength", "since", "id").first()
        if figures["people"]
        else None
    )
    people = [row.stakeholder for row in (hottest, closest) if row]
    know_by_address(program=program, people=people)
    return Grounds(
        evidence=Evidence(
            answer=verdict.answer if verdict else "",
            grade=verdict.grade if verdict else 0,
            hottest=hottest.score.total if hottest else 0,
            warm=hottest.warm if hottest else 0,
            intent=intent.strength if intent else 0,
            strongest=figures["most"] or 0,
            known=figures["people"],
        ),
        hottest=str(hottest.stakeholder) if hottest else "",
        topic=intent.top_topic if intent else "",
        closest=(str(closest.user), str(closest.stakeholder)) if closest else None,
    )

"""What the account page shows of findings, relationships and competitors."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.field.models import Competitor, CriterionFinding, Relationship
from accounts.models import Account
from accounts.queries.names import set_known_as
from alignment.people.models import Membership

MOST_FINDINGS = 50
MOST_RELATIONSHIPS = 100
MOST_COMPETITORS = 30


@dataclass(frozen=True, slots=True)
class Field:
    """Newest finding, best relationship and strongest competitor first."""

    findings: list[CriterionFinding]
    relationships: list[Relationship]
    competitors: list[Competitor]
    # Our people among the relationships who are no longer in the program.
    left: frozenset[int] = frozenset()

    @property
    def newest(self) -> dict[str, CriterionFinding]:
        """Criterion -> its newest finding."""
        return {
            finding.criterion: finding
            for finding in reversed(self.findings)
            if not finding.withdrawn_at
        }


NOTHING_SEEN = Field(findings=[], relationships=[], competitors=[])


def field_of(account: Account) -> Field:
    """Four statements, and one more for people without a name."""
    program = account.program_id
    findings = CriterionFinding.objects.in_program(program).filter(account=account)
    knows = Relationship.objects.in_program(program).filter(stakeholder__account=account)
    rivals = Competitor.objects.in_program(program).filter(account=account)
    relationships = list(
        knows.select_related("user", "stakeholder").order_by("-strength", "since", "id")[
            :MOST_RELATIONSHIPS
        ]
    )
    set_known_as(program=program, people=[row.stakeholder for row in relationships])
    ours = {row.user_id for row in relationships}
    members = Membership.objects.in_program(program).filter(user__in=ours)
    return Field(
        left=frozenset(ours - set(members.values_list("user_id", flat=True))),
        findings=list(
            findings.select_related("by", "withdrawn_by").order_by("-id")[:MOST_FINDINGS]
        ),
        relationships=relationships,
        competitors=list(rivals.order_by("-strength", "name", "id")[:MOST_COMPETITORS]),
    )

"""All data on the page of one account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Prefetch, Q

from accounts.field.queries.panels import MOST_RELATIONSHIPS, NOTHING_SEEN, Field, field_of
from accounts.intent.actions.standing import today_utc
from accounts.intent.queries.panel import IntentPanel, intent_of, nothing_reported
from accounts.models import Account, EmailAddress, Lead, Stakeholder
from accounts.queries.names import set_known_as
from alignment.icp.queries import verdict_of
from alignment.scoring.account_score.queries import Reach, ScorePanel, reach_among, score_of
from alignment.scoring.queries import ruling
from alignment.workspace.criteria import CriterionLine, lines_of
from alignment.workspace.timeline import Timeline, timeline_of
from campaigns.selection.queries.targets import target_of

from .finding_words import FindingLine, finding_lines
from .presence import Presence, presence_of

if TYPE_CHECKING:
    from alignment.icp.queries import VerdictView
    from alignment.people.models import Program, User
    from alignment.scoring.rules import ScoringModel
    from campaigns.selection.models import Target

MOST_PEOPLE = 100
MOST_LEADS = 200


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the buying committee, with their open lead, if any."""

    person: Stakeholder
    lead: Lead | None
    email: str
    refused: list[str]


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """`has_more` says that the committee is cut off; `target` is set for an account on the list."""

    account: Account
    verdict: VerdictView
    criteria: list[CriterionLine]
    committee: list[Member]
    closed: list[Lead]
    lead_ids: list[int]
    model: ScoringModel
    has_more: bool
    field: Field
    score: ScorePanel
    intent: IntentPanel
    target: Target | None
    findings: list[FindingLine]
    has: Presence

    @property
    def other_owner(self) -> User | None:
        """The account's owner, if it differs from the target's sales owner."""
        owner, target = self.account.owner, self.target
        return None if target is None or owner == target.sales_owner else owner

    @property
    def to_find_out(self) -> list[CriterionLine]:
        return [line for line in self.criteria if line.mark == "unknown"]

    @property
    def matched(self) -> int:
        return sum(line.mark == "yes" for line in self.criteria)


def account_in(*, program: Program, account_id: int) -> Account | None:
    """The account with its owner, verdict, score and intent, if it belongs to this program."""
    rows = Account.objects.in_program(program).select_related(
        "owner", "verdict", "account_score", "intent"
    )
    found = rows.filter(pk=account_id).first()
    if found is not None:
        found.program = program
    return found


def account_record(account: Account) -> AccountRecord:
    """The facts, the verdict, the people and their leads, in a bounded number of queries."""
    verdict = verdict_of(account)
    addresses = EmailAddress.objects.in_program(account.program_id).order_by("-is_primary", "id")
    people = list(
        Stakeholder.objects.in_program(account.program_id)
        .filter(account=account)
        .prefetch_related(Prefetch("emails", addresses), "consents")
        .order_by("last_name", "first_name", "id")[: MOST_PEOPLE + 1]
    )
    leads = list(
        Lead.objects.in_program(account.program_id)
        .filter(account=account)
        .select_related("stakeholder", "owner", "score")
        .order_by(F("closed_at").desc(nulls_first=True), "-stage_since")[:MOST_LEADS]
    )
    named = [*people, *(lead.stakeholder for lead in leads)]
    set_known_as(program=account.program_id, people=named)
    model, has = ruling(account.program_id).compiled.model, presence_of(account)
    field = field_of(account) if has.field else NOTHING_SEEN
    return AccountRecord(
        account=account,
        verdict=verdict,
        criteria=lines_of(account, verdict),
        committee=_committee(people[:MOST_PEOPLE], leads),
        closed=[lead for lead in leads if lead.closed_at],
        lead_ids=[lead.pk for lead in leads],
        model=model,
        has_more=len(people) > MOST_PEOPLE,
        field=field,
        score=score_of(account, reach=_reach(leads, field, model)),
        intent=intent_of(account, today_utc()) if has.intent else nothing_reported(account),
        target=target_of(account) if has.target else None,
        findings=finding_lines(verdict.profile, field.findings),
        has=has,
    )


def _reach(leads: list[Lead], field: Field, model: ScoringModel) -> Reach | None:
    """The inputs of the score, computed from these rows if they are complete."""
    if len(leads) >= MOST_LEADS or len(field.relationships) >= MOST_RELATIONSHIPS:
        return None
    running = (lead for lead in leads if not lead.closed_at)
    return reach_among(running, field.relationships, model.account)


def _committee(people: list[Stakeholder], leads: list[Lead]) -> list[Member]:
    """Sorted by the score of their lead, then by role."""
    running = {lead.stakeholder_id: lead for lead in leads if not lead.closed_at}
    members = [_member(person, running.get(person.pk)) for person in people]
    roles = list(Stakeholder.CommitteeRole.values)
    return sorted(
        members,
        key=lambda member: (
            -total_of(member.lead),
            roles.index(member.person.role) if member.person.role in roles else len(roles),
        ),
    )


def _member(person: Stakeholder, lead: Lead | None) -> Member:
    addresses = list(person.emails.all())
    return Member(
        person=person,
        lead=lead,
        email=addresses[0].address if addresses else "",
        refused=[c.get_channel_display() for c in person.consents.all() if not c.granted],
    )


def total_of(lead: Lead | None) -> int:
    """The score of a lead; 0 if it has none."""
    score = getattr(lead, "score", None)
    return score.total if score else 0


def account_timeline(record: AccountRecord, *, before: str = "") -> Timeline:
    """What both teams and the people of the account did."""
    return timeline_of(
        program=record.account.program,
        lead_ids=record.lead_ids,
        journal=Q(account=record.account),
        before=before,
    )

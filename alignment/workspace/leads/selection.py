"""The leads that match a filter, as queries that stay fast with a million leads.

Movement, stage and owner are indexed. Scores deliberately are not (indexes would make scoring three
times as expensive), so filters by score search the `WINDOW` leads of the selection that moved last,
and the page says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from accounts.models import Account, EmailAddress, Lead, Signal, Stage, Stakeholder, ValidationCall
from accounts.models.leads import OPEN_STAGES
from accounts.queries.finding import leads_like
from alignment.people.models import Membership
from alignment.people.queries import former_owners
from alignment.scoring.models import LeadScore

from .filters import LeadFilter, Owner

if TYPE_CHECKING:
    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Program

WINDOW = 5_000


def leads_matching(*, program: Program, asked: LeadFilter) -> ScopedQuerySet[Lead]:
    """The leads of the program that match a filter, unordered."""
    leads = _by_index(program, asked)
    if asked.chooses_by_score:
        moved_last = leads.order_by("-stage_since", "-id").values("id")[:WINDOW]
        leads = Lead.objects.in_program(program).filter(id__in=moved_last)
        leads = _by_score(program, leads, asked)
    return leads


def to_call(program: Program | int) -> ScopedQuerySet[Lead]:
    """MQLs that sales has not called yet: the start of the queue, and the count on the badge and on
    the first page.
    """
    calls = ValidationCall.objects.in_program(program).filter(lead=OuterRef("pk"))
    return Lead.objects.in_program(program).filter(~Q(Exists(calls)), stage=Stage.MQL)


def theirs_or_free(user_id: int) -> Q:
    """The leads a rep is to work: their own and those without an owner."""
    return Q(owner_id=user_id) | Q(owner__isnull=True)


def scores_matching(*, program: Program, asked: LeadFilter) -> ScopedQuerySet[LeadScore]:
    """Their score rows, for orders that only these provide, among the `WINDOW` leads moved last."""
    leads = leads_matching(program=program, asked=asked)
    moved_last = leads.order_by("-stage_since", "-id").values("id")[:WINDOW]
    return LeadScore.objects.in_program(program).filter(lead__in=moved_last)


def is_windowed(*, program: Program, asked: LeadFilter) -> bool:
    """Whether leads that moved earlier were left out."""
    if not asked.reads_scores:
        return False
    leads = _by_index(program, asked).order_by().values("id")
    return leads[: WINDOW + 1].count() > WINDOW


def _by_index(program: Program, asked: LeadFilter) -> ScopedQuerySet[Lead]:
    leads = Lead.objects.in_program(program)
    if asked.stage == "open":
        leads = leads.filter(stage__in=OPEN_STAGES)
    elif asked.stage == "mql_uncalled":
        leads = to_call(program)
    elif asked.stage == "mql_called":
        calls = ValidationCall.objects.in_program(program).filter(lead=OuterRef("pk"))
        leads = leads.filter(Exists(calls), stage=Stage.MQL)
    elif asked.stage:
        leads = leads.filter(stage=asked.stage)
    leads = leads.filter(_owned(program, asked.owner))
    if asked.text:
        leads = leads.filter(_named(program, asked.text))
    return leads


def _owned(program: Program, owner: Owner) -> Q:
    if owner.kind == "any":
        return Q()
    if owner.kind == "nobody":
        return Q(owner__isnull=True)
    if owner.kind == "gone":
        return Q(owner_id__in=_former_owners(program))
    if owner.kind == "person":
        return Q(owner_id=int(owner.key))
    if owner.kind == "person_or_nobody":
        return theirs_or_free(int(owner.key))
    members = Membership.objects.in_program(program)
    if owner.kind == "team":
        members = members.filter(team_id=int(owner.key))
    else:
        members = members.filter(team__side=owner.key)
    return Q(owner_id__in=list(members.values_list("user_id", flat=True)))


def _former_owners(program: Program) -> list[int]:
    return former_owners(program, Lead.objects.in_program(program).filter(owner=OuterRef("pk")))


def _by_score(
    program: Program, leads: ScopedQuerySet[Lead], asked: LeadFilter
) -> ScopedQuerySet[Lead]:
    if asked.score_min is not None:
        leads = leads.filter(score__total__gte=asked.score_min)
    if asked.score_max is not None:
        leads = leads.filter(score__total__lte=asked.score_max)
    if asked.source:
        leads = leads.filter(source__iexact=asked.source)
    if asked.verdict == "none":
        leads = leads.filter(account__verdict__isnull=True)
    elif asked.verdict:
        leads = leads.filter(account__verdict__answer=asked.verdict)
    if asked.signal:
        # The counters in the score row answer this without reading engagements.
        signal = Signal.objects.in_program(program).filter(code=asked.signal).first()
        leads = leads.filter(**{f"score__s{signal.slot}__gt": 0}) if signal else leads.none()
    return leads


def _named(program: Program, text: str) -> Q:
    return leads_like(
        text,
        people=Stakeholder.objects.in_program(program),
        accounts=Account.objects.in_program(program),
        addresses=EmailAddress.objects.in_program(program),
    )

"""Data for the hand-off settings pages: territories, rotation, next best actions, reasons."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone

from accounts.models import Account, Lead, Signal
from alignment.people.models import Membership, Program, Side, Team, User
from alignment.people.queries import offered_owners
from alignment.reference.spoken import state_choices

from ..models import Feedback, NextActionRule, ReasonCode, Territory
from ..rules.routing import Asked, Rep, choose
from .routing import covers_hours, reps_of

MOST_MEMBERS = 500


@dataclass(frozen=True, slots=True)
class StateRow:
    """A state, its holder ("user:5", "team:3" or empty), and how many accounts are there.
    `held_by` may have left sales.
    """

    code: str
    name: str
    holder: str
    accounts: int
    held_by: User | Team | None = None

    @property
    def matters(self) -> bool:
        return bool(self.holder or self.accounts)


@dataclass(frozen=True, slots=True)
class TurnRow:
    """A member of sales in the rotation. `share` is the percentage of all turns."""

    member: Membership
    rep: Rep
    share: int
    is_next: bool


@dataclass(frozen=True, slots=True)
class ReasonRow:
    reason: ReasonCode
    used: int


def sales_members(program: Program) -> list[Membership]:
    """Members of sales, who may hold a territory or take turns."""
    rows = offered_owners(program).filter(team__side=Side.SALES)
    return list(rows.order_by("team__name", "user__name", "pk")[:MOST_MEMBERS])


def sales_teams(program: Program) -> list[Team]:
    return list(Team.objects.in_program(program).filter(side=Side.SALES).order_by("name"))


def state_rows(program: Program) -> list[StateRow]:
    """All states by name: three statements."""
    rows = Territory.objects.in_program(program).select_related("user", "team")
    held = {row.state: row for row in rows}
    accounts = Account.objects.in_program(program).filter(state__isnull=False).order_by()
    counts = dict(accounts.values_list("state").annotate(n=Count("*")))
    return [
        StateRow(
            code, name, _holder(row), counts.get(code, 0), row.user or row.team if row else None
        )
        for code, name in state_choices()
        for row in [held.get(code)]
    ]


def _holder(row: Territory | None) -> str:
    if row is None:
        return ""
    return f"user:{row.user_id}" if row.user_id else f"team:{row.team_id}"


def turn_rows(program: Program) -> list[TurnRow]:
    """Members of sales by team, with the figures that decide the next turn."""
    reps = reps_of(program=program, now=timezone.now())
    up = choose(Asked(), reps, cover=covers_hours(program.pk)).user_id
    members = [m for m in sales_members(program) if m.user_id in reps]
    whole = sum(rep.weight for rep in reps.values()) or 1
    return [
        TurnRow(
            member=member,
            rep=reps[member.user_id],
            share=round(100 * reps[member.user_id].weight / whole),
            is_next=member.user_id == up,
        )
        for member in members
    ]


def rules_of(program: Program) -> list[NextActionRule]:
    return list(NextActionRule.objects.in_program(program))


def signals_of(program: Program) -> list[Signal]:
    """The signals that a rule may require, by name."""
    return list(Signal.objects.in_program(program).order_by("name"))


def reason_rows(program: Program) -> dict[str, list[ReasonRow]]:
    """The reasons by use, retired ones last, with how often each was given."""
    reasons = ReasonCode.objects.in_program(program).order_by("use", "is_retired", "position", "id")
    given = Feedback.reasons.through.objects.filter(feedback__program=program).order_by()
    said = dict(given.values_list("reasoncode").annotate(n=Count("*")))
    closed = Lead.objects.in_program(program).exclude(reason_code="").order_by()
    coded = {
        (stage, code): n
        for stage, code, n in closed.values_list("stage", "reason_code").annotate(n=Count("*"))
    }
    rows: dict[str, list[ReasonRow]] = {use: [] for use in ReasonCode.Use.values}
    stages = {ReasonCode.Use.DISQUALIFY: "disqualified", ReasonCode.Use.RECYCLE: "recycled"}
    for reason in reasons:
        stage = stages.get(ReasonCode.Use(reason.use), "")
        used = coded.get((stage, reason.code), 0) if stage else said.get(reason.pk, 0)
        rows[reason.use].append(ReasonRow(reason, used))
    return rows

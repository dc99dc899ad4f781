"""Facts that routing decides from: members of sales, who is working, territories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Max

from accounts.models import Lead
from alignment.people.models import Membership, Program, Role, Side, User
from alignment.people.queries import offered_owners

from ..models import HandOff, Routing, Seat, Territory
from ..rules.routing import Asked, Claimant, Ground, Rep
from .hours import calendars

LATELY = timedelta(days=7)


def covers_hours(program_id: int) -> bool:
    """Whether the program wants leads covered outside their owner's hours."""
    return Routing.objects.in_program(program_id).filter(covers_hours=True).exists()


def reps_of(*, program: Program, now: datetime) -> dict[int, Rep]:
    """Everybody who may be given a lead, by user id: members of sales and the program's owners.

    Managers and owners take turns only if they have a seat with a weight. Four statements.
    """
    members = [m for m in _members(program) if m.side != Side.MARKETING]
    ids = [member.user_id for member in members]
    weights = dict(Seat.objects.in_program(program).values_list("membership_id", "weight"))
    given = _given(program, ids, now)
    times = calendars(program.pk)
    reps: dict[int, Rep] = {}
    for member in members:
        taken, last_at = given.get(member.user_id, (0, None))
        reps[member.user_id] = Rep(
            user_id=member.user_id,
            name=str(member.user),
            team_id=member.team_id,
            weight=weights.get(member.pk, usual_weight(member)),
            room=member.leads_a_week,
            taken=taken,
            last_at=last_at,
            on_leave=times.is_away(member.user_id, now),
            works_now=times.team(member.team_id).is_open(now),
        )
    return reps


def usual_weight(member: Membership) -> int:
    """The weight in the rotation of somebody without a seat."""
    return int(member.role == Role.MEMBER and member.side == Side.SALES)


def asked_for(*, program: Program, leads: Sequence[Lead]) -> dict[int, Asked]:
    """Lead id -> the facts that decide its owner; `leads` come with their accounts."""
    states = {lead.account.state for lead in leads if lead.account and lead.account.state}
    grounds = _grounds(program, states)
    owners = {lead.owner_id for lead in leads} | {
        lead.account.owner_id for lead in leads if lead.account
    }
    names = {user.pk: user for user in User.objects.filter(pk__in=[pk for pk in owners if pk])}
    return {lead.pk: _asked(lead, names, grounds) for lead in leads}


def _members(program: Program) -> list[Membership]:
    rows = offered_owners(program)
    return list(rows.order_by("user_id"))


def _given(
    program: Program, ids: Sequence[int], now: datetime
) -> dict[int, tuple[int, datetime | None]]:
    """How many leads each person was recently handed, and when the last one."""
    rows = HandOff.objects.in_program(program).filter(
        owner__in=ids, handed_at__gt=now - LATELY, handed_at__lte=now
    )
    numbers = rows.order_by().values_list("owner").annotate(n=Count("*"), last=Max("handed_at"))
    return {owner: (number, last) for owner, number, last in numbers}


def _grounds(program: Program, states: Iterable[str]) -> dict[str, Ground]:
    rows = Territory.objects.in_program(program).filter(state__in=list(states))
    return {row.state: _ground(row) for row in rows.select_related("user", "team")}


def _ground(row: Territory) -> Ground:
    if row.user_id and row.user:
        return Ground(row.state, person=Claimant(row.user_id, str(row.user)))
    assert row.team is not None
    return Ground(row.state, team_id=row.team_id, team_name=row.team.name)


def _asked(lead: Lead, users: Mapping[int, User], grounds: Mapping[str, Ground]) -> Asked:
    def claimant(user_id: int | None) -> Claimant | None:
        user = users.get(user_id or 0)
        return Claimant(user.pk, str(user)) if user else None

    state = (lead.account.state or "") if lead.account else ""
    return Asked(
        lead_owner=claimant(lead.owner_id),
        account_owner=claimant(lead.account.owner_id) if lead.account else None,
        state=state,
        ground=grounds.get(state),
    )

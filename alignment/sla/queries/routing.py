"""What routing decides from: who is in sales, who is there, whose state it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Max

from accounts.models import Lead
from alignment.people.models import Membership, Program, Role, Side, User
from alignment.people.queries import possible_owners

from ..models import HandOff, Leave, Routing, Seat, Territory, WorkingHours
from ..rules.routing import Asked, Claimant, Ground, Rep

LATELY = timedelta(days=7)


def covers_hours(program_id: int) -> bool:
    """Whether the program wants leads covered outside their owner's hours."""
    return Routing.objects.in_program(program_id).filter(covers_hours=True).exists()


def reps_of(*, program: Program, now: datetime) -> dict[int, Rep]:
    """Everybody who may be given a lead, by user id: those of sales, and the program's owners.

    Managers and owners take turns only with a weight of their own. Seven statements.
    """
    members = [m for m in _members(program) if m.side != Side.MARKETING]
    ids = [member.user_id for member in members]
    weights = dict(Seat.objects.in_program(program).values_list("membership_id", "weight"))
    away = set(away_on(program=program, days=_todays(program, members, now)))
    given = _given(program, ids, now)
    working = _working(program, members, now)
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
            on_leave=member.user_id in away,
            works_now=working.get(member.user_id, True),
        )
    return reps


def usual_weight(member: Membership) -> int:
    """The share in the rotation of somebody without a seat of their own."""
    return int(member.role == Role.MEMBER and member.side == Side.SALES)


def asked_for(*, program: Program, leads: Sequence[Lead]) -> dict[int, Asked]:
    """Lead id -> what decides about its owner; `leads` come with their accounts."""
    states = {lead.account.state for lead in leads if lead.account and lead.account.state}
    grounds = _grounds(program, states)
    owners = {lead.owner_id for lead in leads} | {
        lead.account.owner_id for lead in leads if lead.account
    }
    names = {user.pk: user for user in User.objects.filter(pk__in=[pk for pk in owners if pk])}
    return {lead.pk: _asked(lead, names, grounds) for lead in leads}


def away_on(*, program: Program, days: Mapping[int, date]) -> list[int]:
    """Those of the users (by id: their day) who are on leave then."""
    if not days:
        return []
    rows = Leave.objects.in_program(program).filter(
        user__in=list(days), first_day__lte=max(days.values()), last_day__gte=min(days.values())
    )
    return [row.user_id for row in rows if row.first_day <= days[row.user_id] <= row.last_day]


def _members(program: Program) -> list[Membership]:
    rows = possible_owners(program).filter(user__is_active=True)
    return list(rows.order_by("user_id"))


def _todays(program: Program, members: Iterable[Membership], now: datetime) -> dict[int, date]:
    """What day it is for each, in the zone of their team (else the program's)."""
    zones = dict(WorkingHours.objects.in_program(program).values_list("team_id", "time_zone"))
    return {
        member.user_id: now.astimezone(
            ZoneInfo(zones.get(member.team_id or 0, program.time_zone))
        ).date()
        for member in members
    }


def _given(
    program: Program, ids: Sequence[int], now: datetime
) -> dict[int, tuple[int, datetime | None]]:
    """How many leads each was handed lately, and when last."""
    rows = HandOff.objects.in_program(program).filter(
        owner__in=ids, handed_at__gt=now - LATELY, handed_at__isnull=False
    )
    numbers = rows.order_by().values_list("owner").annotate(n=Count("*"), last=Max("handed_at"))
    return {owner: (number, last) for owner, number, last in numbers}


def _working(program: Program, members: Iterable[Membership], now: datetime) -> dict[int, bool]:
    return {}


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

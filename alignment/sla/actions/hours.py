"""Changing when teams work and people are away. Running promises are recomputed at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.live import bus
from alignment.core.moments import database_now
from alignment.people.actions.authority import demand_side
from alignment.people.models import Membership, Program, Role, Team, User
from alignment.people.permissions import Permission, Seat, may, may_run_team
from alignment.people.queries import seat_of
from alignment.people.rules import check_time_zone
from alignment.reference.rules import STATES

from ..models import Closure, Leave, WorkingHours
from ..queries.hours import week_of
from ..rules.hours import USUAL_WEEK, InvalidWeek, check_week
from .calendar_lock import lock_calendars
from .recompute import recompute_running

FIRST_YEAR, LAST_YEAR = 2000, 2100
# Closures and leave beyond are a mistyped year.
MOST_DAYS = 366
Holidays = WorkingHours.Holidays
Days = Mapping[int, list[list[int]]]
HOURS = ("time_zone", "week", "holidays", "state")
USUAL_HOURS = {
    "week": [[list(pair) for pair in ranges] for ranges in USUAL_WEEK],
    "holidays": Holidays.FEDERAL,
    "state": "",
}
# States whose holidays are known.
STATE_CODES = frozenset(code for code, _name, _fips in STATES)


@transaction.atomic
def set_hours(*, team: Team, by: User | None, days: Days | None = None, **said: Any) -> int:
    """Set what is said of a team's `time_zone`, `week`, `holidays` and `state`, or the ranges of
    single `days` (Monday is 0); the rest stays. Returns how many running due times moved. Raises
    ValidationError.
    """
    demand_side(program=team.program, by=by, side=team.side)
    lock_calendars(team.program_id)
    rows = WorkingHours.objects.in_program(team.program_id)
    row = rows.filter(team=team).first()
    before = {name: getattr(row, name) for name in HOURS} if row else None
    usual = {**USUAL_HOURS, "time_zone": team.program.time_zone}
    after = _checked_hours({**(before or usual), **said}, days or {})
    if after == before or not (said or days):
        return 0
    hours, _made = rows.update_or_create(team=team, defaults={**after, "program": team.program})
    audit.record(
        by=by,
        action="hours.set",
        target=hours,
        program_id=team.program_id,
        team=team.name,
        before=before,
        after=after,
    )
    # What runs was counted by the usual hours already.
    return 0 if after == usual and before is None else _changed(team.program, by)


@transaction.atomic
def add_closure(
    *,
    program: Program,
    team: Team | None,
    first_day: date,
    last_day: date,
    name: str,
    by: User | None,
) -> Closure:
    """Add days on which a team, or without one the whole company, does not work."""
    _demand_closing(program=program, team=team, by=by)
    closure = Closure(
        program=program, team=team, first_day=first_day, last_day=last_day, name=name.strip()
    )
    _check_days(closure)
    lock_calendars(program.pk)
    _demand_new_closure(closure)
    closure.save()
    audit.record(
        by=by, action="closure.add", target=closure, program_id=program.pk, **_audited(closure)
    )
    _changed(program, by)
    return closure


@transaction.atomic
def remove_closure(*, closure: Closure, by: User | None) -> None:
    program = closure.program
    _demand_closing(program=program, team=closure.team, by=by)
    lock_calendars(program.pk)
    audit.record(
        by=by, action="closure.remove", target=closure, program_id=program.pk, **_audited(closure)
    )
    closure.delete()
    _changed(program, by)


@transaction.atomic
def add_leave(
    *, program: Program, user: User, first_day: date, last_day: date, note: str, by: User | None
) -> Leave:
    """Add a person's days off: one's own, or those of somebody in a team that one manages."""
    if not may_plan_leave(program=program, user=user, by=by):
        raise PermissionDenied
    leave = Leave(
        program=program, user=user, first_day=first_day, last_day=last_day, note=note.strip()
    )
    _check_days(leave)
    _demand_to_come(leave)
    lock_calendars(program.pk)
    _demand_apart(leave)
    leave.save()
    audit.record(by=by, action="leave.add", target=leave, program_id=program.pk, **_audited(leave))
    _changed(program, by)
    return leave


@transaction.atomic
def remove_leave(*, leave: Leave, by: User | None) -> None:
    program = leave.program
    if not may_plan_leave(program=program, user=leave.user, by=by):
        raise PermissionDenied
    lock_calendars(program.pk)
    audit.record(
        by=by, action="leave.remove", target=leave, program_id=program.pk, **_audited(leave)
    )
    leave.delete()
    _changed(program, by)


def may_plan_leave(*, program: Program, user: User, by: User | None) -> bool:
    """Whether `by` may plan leave for `user`: for oneself, or for the team one manages."""
    if by is None or by.is_superuser:
        return True
    mine, theirs = seat_of(user=by, program=program), seat_of(user=user, program=program)
    return mine is not None and _may_plan(mine, theirs, same=by.pk == user.pk)


def _may_plan(mine: Seat, theirs: Seat | None, *, same: bool) -> bool:
    if same:
        return may(mine.role, Permission.WORK_LEADS)
    if mine.role == Role.OWNER:
        return True
    return theirs is not None and theirs.side is not None and may_run_team(mine, theirs.side)


def _demand_closing(*, program: Program, team: Team | None, by: User | None) -> None:
    """Managers of a team's side may close the team; only owners may close the whole company."""
    if team is not None:
        demand_side(program=program, by=by, side=team.side)
    elif by is not None and not by.is_superuser:
        seat = seat_of(user=by, program=program)
        if seat is None or seat.role != Role.OWNER:
            raise PermissionDenied


def _checked_hours(hours: dict[str, Any], days: Days) -> dict[str, Any]:
    check_time_zone(hours["time_zone"])
    holidays, state = hours["holidays"], hours["state"]
    if holidays not in Holidays.values:
        raise ValidationError({"holidays": _("Choose which holidays count.")})
    if (state or holidays == Holidays.STATE) and state not in STATE_CODES:
        raise ValidationError({"state": _("Choose the state.")})
    try:
        week = week_of([days.get(day, hours["week"][day]) for day in range(len(hours["week"]))])
        check_week(week)
    except (InvalidWeek, TypeError, ValueError, LookupError) as error:
        text = _("Each day has ranges in order that do not touch, from 00:00 to 24:00 at most.")
        raise ValidationError({"week": text}) from error
    kept = [[list(pair) for pair in ranges] for ranges in week]
    return {**hours, "week": kept, "state": state if holidays == Holidays.STATE else ""}


def _check_days(row: Closure | Leave) -> None:
    """Raise all validation errors at once."""
    wrong: dict[str, list[Any]] = {
        name: [_("Give a day of this century.")]
        for name in ("first_day", "last_day")
        if not FIRST_YEAR <= getattr(row, name).year <= LAST_YEAR
    }
    if row.last_day < row.first_day:
        wrong.setdefault("last_day", []).append(_("The last day is before the first."))
    elif not wrong and (row.last_day - row.first_day).days >= MOST_DAYS:
        wrong["last_day"] = [_("At most a year at once.")]
    try:
        row.clean_fields(exclude=["program", "team", "user"])
    except ValidationError as refused:
        for name, texts in refused.message_dict.items():
            wrong.setdefault(name, []).extend(texts)
    if isinstance(row, Leave):
        members = Membership.objects.in_program(row.program_id)
        if not members.filter(user=row.user_id).exists():
            wrong["user"] = [_("There is no such person in the program.")]
    if wrong:
        raise ValidationError(wrong)


def _demand_to_come(leave: Leave) -> None:
    """Refuse leave that is over: it moves no promise and would only rewrite the past."""
    today = database_now().astimezone(ZoneInfo(leave.program.time_zone)).date()
    if leave.last_day < today:
        raise ValidationError({"last_day": _("This leave is over already.")})


def _demand_new_closure(closure: Closure) -> None:
    """Runs under the calendar lock, so the second of two concurrent equal closures is refused."""
    same = Closure.objects.in_program(closure.program_id).filter(
        team=closure.team,
        first_day=closure.first_day,
        last_day=closure.last_day,
        name__iexact=closure.name,
    )
    if same.exists():
        raise ValidationError({"name": _("These days are closed for this reason already.")})


def _demand_apart(leave: Leave) -> None:
    """Runs under the calendar lock, so nobody gets overlapping leave."""
    rows = Leave.objects.in_program(leave.program_id).filter(user=leave.user)
    other = rows.filter(first_day__lte=leave.last_day, last_day__gte=leave.first_day).first()
    if other is not None:
        text = _("%(name)s is away from %(first)s to %(last)s already.")
        days = {
            "first": date_format(other.first_day, "SHORT_DATE_FORMAT"),
            "last": date_format(other.last_day, "SHORT_DATE_FORMAT"),
        }
        raise ValidationError({"first_day": text % {"name": leave.user, **days}})


def _audited(row: Closure | Leave) -> dict[str, Any]:
    days = {"first_day": row.first_day.isoformat(), "last_day": row.last_day.isoformat()}
    if isinstance(row, Leave):
        return {**days, "user": row.user_id, "note": row.note}
    return {**days, "team": row.team_id, "name": row.name}


def _changed(program: Program, by: User | None) -> int:
    moved = recompute_running(program=program, by=by)
    bus.publish(program.pk, "hours")
    return moved

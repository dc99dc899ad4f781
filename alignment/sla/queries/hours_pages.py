"""Data for the pages about hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q

from alignment.people.models import Membership, Program, Role, Team
from alignment.people.permissions import Permission, Seat, may, may_run_team
from alignment.people.queries import members_of, teams_of
from alignment.reference.time_zones import place_of

from ..models import Closure, Leave, WorkingHours
from ..rules.hours import (
    FEDERAL,
    MINUTES_A_DAY,
    NO_HOLIDAYS,
    NoWorkingTime,
    WorkingTime,
    holidays_of,
)
from ..rules.sums import holiday_in_words
from ..rules.week_words import (
    ahead,
    clock_in_words,
    day_name,
    ranges_in_words,
    week_in_words,
)
from .hours import Calendars, calendars

# Past days off are not shown, so this limit saves paging.
MOST_SHOWN = 200
HOLIDAYS_SHOWN = 8
DAY_HEIGHT = 20


class Bar(NamedTuple):
    """A working range in the drawing of a week: a minute is one unit wide, a day `DAY_HEIGHT`
    high."""

    x: int
    y: int
    width: int


@dataclass(frozen=True, slots=True)
class TeamCard:
    """A team's hours at a glance. `yours`: today's hours on the reader's clock."""

    team: Team
    zone: str
    place: str
    week: list[tuple[str, str]]
    bars: list[Bar]
    holidays: str
    state: str
    is_set: bool
    is_open: bool
    now_bar: Bar
    # When the team next opens or closes, on its own clock (naive); None if not for years.
    turns_at: datetime | None
    local_now: datetime
    yours: str
    may_change: bool
    people: int


@dataclass(frozen=True, slots=True)
class AwayRow:
    leave: Leave
    team: Team | None
    now: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class ClosureRow:
    closure: Closure
    may_change: bool


@dataclass(frozen=True, slots=True)
class HoursPage:
    teams: list[TeamCard]
    closures: list[ClosureRow]
    away: list[AwayRow]
    reader_place: str
    day_names: list[str]
    # Positions of the drawing's lines, and their labels.
    quarters: list[int]
    axis: list[str]


def hours_page(membership: Membership, *, now: datetime) -> HoursPage:
    """All teams with their hours, closures and leave, today's and future."""
    program, reader = membership.program, membership.user.time_zone
    found = calendars(program.pk)
    cards = [_card(team, found, membership, now) for team in teams_of(program)]
    return HoursPage(
        teams=cards,
        closures=closures_of(membership, now=now),
        away=upcoming_leave(membership, now=now),
        reader_place=place_of(reader),
        day_names=[day_name(day) for day in range(7)],
        quarters=[360, 720, 1080],
        axis=[clock_in_words(minute) for minute in (0, 360, 720, 1080, 1440)],
    )


def closures_of(
    membership: Membership, *, now: datetime, team: Team | None = None
) -> list[ClosureRow]:
    """Closures that are not over; with `team`, only those that apply to it."""
    rows = Closure.objects.in_program(membership.program_id).select_related("team")
    rows = rows.filter(last_day__gte=_yesterday(now)).order_by("first_day", "id")
    if team:
        rows = rows.filter(Q(team=None) | Q(team=team))
    seat = Seat.of(membership)
    return [ClosureRow(closure, _may_close(seat, closure)) for closure in rows[:MOST_SHOWN]]


def _may_close(seat: Seat, closure: Closure) -> bool:
    if closure.team is None:
        return seat.role == Role.OWNER
    return may_run_team(seat, closure.team.side)


def upcoming_leave(
    membership: Membership, *, now: datetime, team: Team | None = None
) -> list[AwayRow]:
    """Leave that is not over, soonest first; with `team`, only that of its members."""
    program = membership.program
    rows = Leave.objects.in_program(program).select_related("user")
    rows = rows.filter(last_day__gte=_yesterday(now)).order_by("first_day", "id")
    members = {member.user_id: member for member in members_of(program)}
    me = Seat.of(membership)
    found = []
    for leave in rows[:MOST_SHOWN]:
        member = members.get(leave.user_id)
        home = member.team if member else None
        if team is None or (home is not None and home.pk == team.pk):
            mine = leave.user_id == membership.user_id and may(me.role, Permission.WORK_LEADS)
            runs_it = home is not None and may_run_team(me, home.side)
            allowed = mine or runs_it or me.role == Role.OWNER
            today = now.astimezone(ZoneInfo(program.time_zone)).date()
            found.append(AwayRow(leave, home, leave.first_day <= today, allowed))
    return found


def _yesterday(now: datetime) -> date:
    """Yesterday's date, because in some time zone it is still yesterday."""
    return now.date() - timedelta(days=1)


def _card(team: Team, found: Calendars, membership: Membership, now: datetime) -> TeamCard:
    hours, working = found.hours(team.pk), found.team(team.pk)
    zone = ZoneInfo(hours.zone)
    local = now.astimezone(zone)
    is_open = working.is_open(now)
    turn = next_turn(working, now)
    reader = membership.user.time_zone
    return TeamCard(
        team=team,
        zone=hours.zone,
        place=place_of(hours.zone),
        week=week_in_words(hours.week),
        bars=[
            Bar(start, day * DAY_HEIGHT, end - start)
            for day, ranges in enumerate(hours.week)
            for start, end in ranges
        ],
        holidays=hours.holidays,
        state="" if hours.holidays in (NO_HOLIDAYS, FEDERAL) else hours.holidays,
        is_set=hours.is_set,
        is_open=is_open,
        # Naive, because templates convert aware times to the reader's zone.
        turns_at=turn.astimezone(zone).replace(tzinfo=None) if turn else None,
        local_now=local.replace(tzinfo=None),
        now_bar=Bar(local.hour * 60 + local.minute, local.weekday() * DAY_HEIGHT, 0),
        yours=_for_reader(hours.week, hours.zone, reader, now),
        may_change=may_run_team(Seat.of(membership), team.side),
        people=getattr(team, "people", 0),
    )


def next_turn(working: WorkingTime, now: datetime) -> datetime | None:
    """When an open office closes next, or a closed one opens."""
    try:
        start, end = next(working.spans_from(now))
    except NoWorkingTime:
        return None
    return end if working.is_open(now) else start


def _for_reader(
    week: tuple[tuple[tuple[int, int], ...], ...], zone: str, reader: str, now: datetime
) -> str:
    """The hours of a usual day on the reader's clock; "" if they look the same."""
    shift = ahead(reader, zone, now)
    usual = max(week, key=lambda day: sum(1 for other in week if other == day and day))
    if not shift or not usual:
        return ""
    moved = tuple(
        ((start + shift) % MINUTES_A_DAY, (end + shift - 1) % MINUTES_A_DAY + 1)
        for start, end in usual
    )
    return ranges_in_words(moved)


def hours_row(team: Team) -> WorkingHours | None:
    return WorkingHours.objects.in_program(team.program_id).filter(team=team).first()


def team_in(program: Program, pk: int) -> Team | None:
    rows = Team.objects.in_program(program).select_related("program")
    return rows.filter(pk=pk).first()


def closure_in(program: Program, pk: int) -> Closure | None:
    rows = Closure.objects.in_program(program).select_related("team", "program")
    return rows.filter(pk=pk).first()


def leave_in(program: Program, pk: int) -> Leave | None:
    rows = Leave.objects.in_program(program).select_related("user", "program")
    return rows.filter(pk=pk).first()


def coming_holidays(kind: str, today: date) -> list[tuple[date, str]]:
    """The next holidays, named in the reader's language."""
    found = sorted(holidays_of(kind, today.year).items())
    found += sorted(holidays_of(kind, today.year + 1).items())
    coming = {day: name for day, name in found if day >= today}
    return [(day, holiday_in_words(name)) for day, name in list(coming.items())[:HOLIDAYS_SHOWN]]


def plannable(membership: Membership) -> list[Membership]:
    """The people whose leave this person may plan, themselves first."""
    me = Seat.of(membership)
    others = [
        member
        for member in members_of(membership.program)
        if member.user_id != membership.user_id
        and (me.role == Role.OWNER or (member.side and may_run_team(me, member.side)))
    ]
    return [membership, *others] if may(me.role, Permission.WORK_LEADS) else others

"""Starting a play on many accounts at once, and the preview of the conflicts this would cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Account
from alignment.core.audit import record
from alignment.core.live import bus
from alignment.core.prepared import fetch
from alignment.people.models import Program, User
from campaigns.calendar.actions.locks import lock_calendars
from campaigns.calendar.actions.override_notices import Overridden, notify_concerned
from campaigns.calendar.days_off import is_day_off
from campaigns.calendar.models import Touch, TouchPerson
from campaigns.calendar.queries.at_work import working_hours
from campaigns.calendar.queries.conflict_context import conflict_contexts, zone_of
from campaigns.calendar.rules.bookings import Bookings
from campaigns.calendar.rules.days import IsDayOff
from campaigns.calendar.rules.free_places import REACH
from campaigns.calendar.rules.slots import Slot
from campaigns.library.models import Play, PlayStep
from campaigns.models import Campaign
from campaigns.policy.queries import policy_of

from ..casting import Choices, casts_of
from ..models import PlayRun, RunTouch
from ..queries import running_on
from ..rules.planning import Cast, Placed, lay_out, wishes
from ..rules.steps import Step, stored

MOST_ACCOUNTS = 200
# How often a start is tried again when somebody else plans touches at the same time.
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Start:
    """A start that is still to be made. Days and hours are in each prospect's time zone."""

    play: Play
    accounts: Sequence[Account]
    first_day: date
    choices: Choices = field(default_factory=Choices)
    campaign: Campaign | None = None
    # Whether a step that collides moves to the nearest later slot without conflict.
    gives_way: bool = True
    # Whether to start also on accounts on which the play already runs.
    again: bool = False
    # Ids of accounts that are previewed but will not start: their steps take up nobody's time.
    left_out: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Prospect:
    """A play as it would run on one account."""

    account: Account
    cast: Cast
    steps: Sequence[Placed]
    # Touches of this play are already planned there, and a second run was not asked for.
    runs_already: bool = False

    @property
    def reaches_nobody(self) -> bool:
        return any(not placed.slot.people for placed in self.steps)

    @property
    def is_refused(self) -> bool:
        return self.reaches_nobody or any(placed.is_refused for placed in self.steps)

    @property
    def warns(self) -> bool:
        return any(placed.in_the_way for placed in self.steps)

    @property
    def can_start(self) -> bool:
        return not (self.runs_already or self.is_refused)

    @property
    def needs_reason(self) -> bool:
        return self.can_start and self.warns

    def starts(self, reason: str) -> bool:
        """Whether it starts, given this reason: a play with mere warnings needs one."""
        return self.can_start and (bool(reason) or not self.warns)


@dataclass(frozen=True, slots=True)
class Started:
    """The runs that began, and the accounts that were left out with the conflicts there."""

    runs: list[PlayRun]
    left_out: list[Prospect]


class NothingToStart(Exception):
    """The play is retired or has no steps, or its first day is over."""


def preview(*, program: Program, start: Start) -> list[Prospect]:
    """The play on each account, with every conflict. Nothing is written.

    Raises `NothingToStart`.
    """
    steps = _steps(start.play)
    now = timezone.now()
    if start.first_day < now.astimezone(ZoneInfo(program.time_zone)).date():
        raise NothingToStart
    accounts = list(start.accounts)[:MOST_ACCOUNTS]
    casts = casts_of(program, accounts, start.choices)
    laying = {account: _laying(program, start, account, casts[account.pk]) for account in accounts}
    slots = {account: _reach(wishes(steps, *laid)) for account, laid in laying.items()}
    seen = conflict_contexts(program, slots, policy_of(program))
    running = set() if start.again else running_on(start.play, accounts)
    found: list[Prospect] = []
    # All accounts are judged against the same bookings and working hours.
    booked = next((around.bookings for around in seen.values()), Bookings())
    works = working_hours(program, {who for cast in casts.values() for who in cast.who.values()})
    for account, laid in laying.items():
        around = replace(seen[account.pk], bookings=booked, works=works)
        placed = lay_out(steps, *laid, around=around, now=now, gives_way=start.gives_way)
        each = Prospect(account, casts[account.pk], placed, runs_already=account.pk in running)
        found.append(each)
        if each.can_start and account.pk not in start.left_out:
            # One person cannot call fifty prospects at ten, so these steps count as booked for the
            # next accounts. Without ids, since step numbers repeat in every account.
            booked = booked.and_(replace(step.slot, id=None) for step in placed)
    return found


def start_play(
    *, program: Program, start: Start, key: UUID, by: User | None, reason: str = ""
) -> Started:
    """Plan the touches of all accounts on which no hard conflict forbids it.

    An account with mere warnings is left out unless there is a `reason`; one on which the play
    already runs is left out unless `start.again`. Repeating a `key` starts nothing more. Raises
    `NothingToStart`.
    """
    for attempt in range(ATTEMPTS):
        try:
            return _start(program, start, key, by, reason)
        except IntegrityError:
            # Somebody planned touches between the preview and the insert: check again.
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def _start(program: Program, start: Start, key: UUID, by: User | None, reason: str) -> Started:
    lock_calendars(account.pk for account in start.accounts)
    play = Play.objects.in_program(program).select_for_update().get(pk=start.play.pk)
    before = list(PlayRun.objects.in_program(program).filter(start_key=key))
    if before:
        return Started(before, [])
    found = preview(program=program, start=start)
    going = [each for each in found if each.starts(reason)]
    runs = _write(program, start, going, key, by, reason)
    record(by=by, action="play.started", target=play, program_id=program.pk, accounts=len(runs))
    bus.publish(program.pk, "plays", "calendar", *(f"account-{run.account_id}" for run in runs))
    chosen = {id(each) for each in going}
    return Started(runs, [each for each in found if id(each) not in chosen])


def _write(
    program: Program,
    start: Start,
    going: Sequence[Prospect],
    key: UUID,
    by: User | None,
    reason: str,
) -> list[PlayRun]:
    """Insert runs, touches and people: a statement or two for each kind of row."""
    runs = PlayRun.objects.bulk_create(
        PlayRun(
            program=program,
            play=start.play,
            account=each.account,
            campaign=start.campaign,
            starts_on=start.first_day,
            start_key=key,
            started_by=by,
        )
        for each in going
    )
    policy = policy_of(program)
    placed = [(run, step) for run, each in zip(runs, going, strict=True) for step in each.steps]
    touches = [
        _touch(run, step, by=by, reason=reason, gap=policy.gap_hours) for run, step in placed
    ]
    _link(placed, touches)
    Touch.objects.bulk_create(touches)
    news = [
        Overridden(touch, step.in_the_way) for (_, step), touch in zip(placed, touches, strict=True)
    ]
    notify_concerned(program=program, rows=news, by=by)
    RunTouch.objects.bulk_create(
        RunTouch(program=program, run=run, touch=touch, position=step.step.position)
        for (run, step), touch in zip(placed, touches, strict=True)
    )
    people = [
        TouchPerson(program=program, touch=touch, stakeholder_id=person)
        for (_, step), touch in zip(placed, touches, strict=True)
        for person in step.slot.people
    ]
    # The order in which every planner locks people, so that two of them cannot deadlock.
    people.sort(key=lambda row: (row.stakeholder_id, row.touch_id))
    TouchPerson.objects.bulk_create(people)
    return runs


def _touch(run: PlayRun, placed: Placed, *, by: User | None, reason: str, gap: int) -> Touch:
    step, slot = placed.step, placed.slot
    return Touch(
        program=run.program,
        account=run.account,
        campaign_id=run.campaign_id,
        channel=step.channel,
        side=step.side,
        who_id=slot.who,
        starts_at=slot.starts,
        ends_at=slot.ends,
        message=step.message,
        say=step.say,
        asset_id=step.asset,
        gap_hours=gap,
        overridden=sorted({conflict.kind.value for conflict in placed.in_the_way}),
        override_reason=reason if placed.in_the_way else "",
        overridden_by=by if placed.in_the_way else None,
        thread=0,
        created_by=by,
    )


def _link(placed: Sequence[tuple[PlayRun, Placed]], touches: Sequence[Touch]) -> None:
    """All touches of a run share a thread, and each follow-up points to the touch it follows.

    Ids are drawn before the insert, so that one statement can insert all of them.
    """
    of_run: dict[int, dict[int, Touch]] = {}
    for (run, step), touch, pk in zip(placed, touches, _numbers(len(touches)), strict=True):
        touch.pk = pk
        of_run.setdefault(run.pk, {})[step.step.position] = touch
    for (run, step), touch in zip(placed, touches, strict=True):
        others = of_run[run.pk]
        touch.thread = next(iter(others.values())).pk
        touch.follows = others.get(step.step.follows or 0)


def _numbers(count: int) -> list[int]:
    sequence = "SELECT nextval(pg_get_serial_sequence('calendar_touch', 'id'))"
    rows = fetch(f"{sequence} FROM generate_series(1, %(count)s)", {"count": count})
    return [number for (number,) in rows]


def _steps(play: Play) -> list[Step]:
    rows = list(PlayStep.objects.in_program(play.program_id).filter(play=play))
    if play.retired_at or not rows:
        raise NothingToStart
    return stored(rows)


def _reach(slots: list[Slot]) -> list[Slot]:
    """The slots, plus the latest slot to which steps that give way could push the last one."""
    last = max(slots, key=lambda slot: slot.starts)
    further = REACH * len(slots)
    return [*slots, replace(last, starts=last.starts + further, ends=last.ends + further)]


def _laying(
    program: Program, start: Start, account: Account, cast: Cast
) -> tuple[Cast, date, ZoneInfo, IsDayOff]:
    """Who is touched, and when: in the prospect's time zone, else in the program's."""
    zone = zone_of(account) or ZoneInfo(program.time_zone)
    return cast, start.first_day, zone, is_day_off

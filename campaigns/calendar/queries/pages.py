"""Touches for pages, files and feeds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Prefetch, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan

from accounts.models import Account, Stakeholder
from accounts.queries.names import set_known_as
from alignment.core.scoping import ScopedQuerySet
from alignment.people.models import Program

from ..models import LONGEST_DAYS, Touch, TouchPerson
from ..rules.times import takes_place

# More would be unreadable; the page says that the list is cut.
MOST_SHOWN = 600
MOST_LASTING = 100
MOST_IN_A_PANEL = 12
MOST_TO_FOLLOW = 100
MOST_PEOPLE = 200
# Long touches may have begun before the days shown; there are few.
LASTING = Q(GreaterThan(F("ends_at") - F("starts_at"), timedelta(days=1)))
# Selects touches that took place as planned, or at another time, in agreement with `takes_place`.
AS_PLANNED = Q(done_at=None) | Q(done_at__gte=F("starts_at"), done_at__lte=F("ends_at"))
DONE_ELSEWHERE = Q(done_at__lt=F("starts_at")) | Q(done_at__gt=F("ends_at"))


def touches_in(program: Program | int) -> ScopedQuerySet[Touch]:
    return Touch.objects.in_program(program)


def shown(rows: ScopedQuerySet[Touch], program: Program | int) -> ScopedQuerySet[Touch]:
    """With the data of a line: account, person, and whom it reaches."""
    return _with_people(rows.select_related("account", "who"), program)


def _with_people(rows: ScopedQuerySet[Touch], program: Program | int) -> ScopedQuerySet[Touch]:
    people = TouchPerson.objects.in_program(program).select_related("stakeholder").order_by("id")
    return rows.prefetch_related(Prefetch("people", people))


def named(program: Program | int, touches: Iterable[Touch]) -> list[Touch]:
    """Fills in addresses for people without a name."""
    found = list(touches)
    people = [row.stakeholder for touch in found for row in touch.people.all()]
    set_known_as(program=program, people=people)
    return found


def lasting_at(start: datetime) -> Q:
    """Touches that began before `start` and still last then."""
    ends = {"ends_at__gt": start, "ends_at__lt": start + timedelta(days=LONGEST_DAYS)}
    return LASTING & AS_PLANNED & Q(starts_at__lt=start, **ends)


def touches_between(
    program: Program, rows: ScopedQuerySet[Touch], start: datetime, end: datetime
) -> list[Touch]:
    """Touches that take place in [start, end), after earlier ones that still last.

    A touch done before or after its planned time is placed at the real time. At most `MOST_SHOWN`;
    five statements at most.
    """
    wanted = shown(rows, program)
    lasting = wanted.filter(lasting_at(start))
    began = wanted.filter(AS_PLANNED, starts_at__gte=start, starts_at__lt=end)
    elsewhere = wanted.filter(DONE_ELSEWHERE, done_at__gte=start, done_at__lt=end)
    found = [
        *lasting.order_by("ends_at", "id")[:MOST_LASTING],
        *began.order_by("starts_at", "id")[:MOST_SHOWN],
        *elsewhere.order_by("done_at", "id")[:MOST_SHOWN],
    ]
    found.sort(key=lambda touch: (place_of(touch), touch.pk))
    return named(program, found[:MOST_SHOWN])


def place_of(touch: Touch) -> datetime:
    """When it takes or took place."""
    return takes_place(touch.starts_at, touch.ends_at, touch.done_at)[0]


def touch_in(*, program: Program, touch_id: int) -> Touch | None:
    """One touch with all that its page shows."""
    rows = shown(touches_in(program), program).select_related(
        "account", "who", "program", "asset", "campaign", "created_by", "overridden_by", "follows"
    )
    found = named(program, rows.filter(pk=touch_id))
    return found[0] if found else None


def thread_of(touch: Touch) -> list[Touch]:
    """The other touches of its thread, in order of time."""
    rows = touches_in(touch.program_id).filter(thread=touch.thread).exclude(pk=touch.pk)
    return list(rows.select_related("who").order_by("starts_at", "id")[:MOST_TO_FOLLOW])


def rest_of(touch: Touch, after: datetime) -> ScopedQuerySet[Touch]:
    """Planned touches of its thread that start after `after`, the time it was planned for. They
    move along when it slips."""
    rows = touches_in(touch.program_id).filter(thread=touch.thread, state=Touch.State.PLANNED)
    return rows.filter(starts_at__gt=after).exclude(pk=touch.pk)


def following(touch: Touch) -> list[Touch]:
    """The touches that would move along with it, earliest first."""
    rows = rest_of(touch, touch.starts_at).select_related("who")
    return list(rows.order_by("starts_at", "pk")[:MOST_TO_FOLLOW])


def taking_up(touch: Touch) -> list[Touch]:
    """Its planned follow-ups, earliest first."""
    rows = touches_in(touch.program_id).filter(follows=touch, state=Touch.State.PLANNED)
    return list(rows.select_related("who").order_by("starts_at", "pk")[:MOST_TO_FOLLOW])


def panel_of(
    program: Program, *, now: datetime, account: int | None = None, person: int | None = None
) -> list[Touch]:
    """Touches of an account or of a person: coming ones, next first, then past ones, latest first.

    Coming ones take at most half the places if there are enough past ones.
    """
    rows = touches_in(program)
    if person is not None:
        rows = rows.filter(people__stakeholder=person)
    if account is not None:
        rows = rows.filter(account=account)
    # Without the account, because the panel is on its page.
    wanted = _with_people(rows.select_related("who"), program)
    ahead = Q(state=Touch.State.PLANNED, ends_at__gt=now)
    coming = list(wanted.filter(ahead).order_by("starts_at", "id")[:MOST_IN_A_PANEL])
    took_place = Coalesce("done_at", "starts_at")
    past = list(wanted.exclude(ahead).order_by(took_place.desc(), "-id")[:MOST_IN_A_PANEL])
    room = max(MOST_IN_A_PANEL - len(past), MOST_IN_A_PANEL // 2)
    coming = coming[:room]
    return named(program, [*coming, *past[: MOST_IN_A_PANEL - len(coming)]])


def to_follow(account: Account) -> list[Touch]:
    """The touches that a new touch of the account could follow, latest first."""
    rows = touches_in(account.program_id).filter(account=account)
    rows = rows.exclude(state=Touch.State.SKIPPED).select_related("who")
    return list(rows.order_by("-starts_at", "-id")[:MOST_TO_FOLLOW])


def people_of(account: Account) -> list[Stakeholder]:
    """The people that a touch can reach at the account: the committee first."""
    rows = Stakeholder.objects.in_program(account.program_id).filter(account=account)
    found = list(rows.order_by("last_name", "first_name", "id")[:MOST_PEOPLE])
    set_known_as(program=account.program_id, people=found)
    return sorted(found, key=lambda person: not person.role)

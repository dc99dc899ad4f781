"""What planned touches are checked against, read in two statements for any number of accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Account, Stakeholder
from alignment.core.arrays import id_array, time_array
from alignment.core.prepared import fetch
from alignment.people.models import Program
from alignment.reference.state_zones import main_zone
from campaigns.policy.rules import BOUNDS, ContactPolicy

from ..models import LONGEST_DAYS, Touch, TouchPerson
from ..rules.bookings import Bookings, is_appointment
from ..rules.conflicts import ConflictContext
from ..rules.free_places import REACH
from ..rules.slots import Slot
from ..rules.times import takes_place

# A touch keeps the gap of the policy at its planning, which may have been the maximum.
_LONGEST_GAP = timedelta(hours=BOUNDS["gap_hours"][1])
# The consent that a touch of this channel needs; other channels need none.
_CHANNEL_OF_CONSENT = {"email": "email", "phone": "call", "linkedin": "linkedin", "mail": "mail"}
_FIELDS = """
    SELECT t.id, t.account_id, t.who_id, t.side, t.channel, t.starts_at, t.ends_at, t.thread,
           t.follows_id, t.message, t.asset_id, t.state, t.gap_hours, t.done_at,"""
_TOUCH = f"""{_FIELDS}
           ARRAY(SELECT stakeholder_id FROM calendar_touchperson p WHERE p.touch_id = t.id)"""
# The first bound allows an index scan: no touch that started earlier reaches the window.
_DURING = """coalesce(t.done_at, t.starts_at) > %(oldest)s
    AND coalesce(t.done_at, t.starts_at) < %(until)s
    AND coalesce(t.done_at, t.ends_at) > %(since)s"""
# People may have been touched under another account; a followed touch may be long ago; the person
# doing it has appointments at other accounts, whose people are not read.
TOUCHES = f"""{_TOUCH}
    FROM calendar_touch t
    WHERE t.account_id = ANY (%(accounts)s::bigint[]) AND t.program_id = %(program)s AND {_DURING}
    UNION ALL {_TOUCH}
    FROM calendar_touch t
    WHERE t.id IN (
        SELECT touch_id FROM calendar_touchperson WHERE stakeholder_id = ANY (%(people)s::bigint[])
          AND lower(slot) > %(first_slot)s AND lower(slot) < %(until)s)
      AND t.account_id <> ALL (%(accounts)s::bigint[]) AND t.program_id = %(program)s AND {_DURING}
    UNION ALL {_TOUCH}
    FROM calendar_touch t
    WHERE t.id = ANY (%(followed)s::bigint[]) AND t.program_id = %(program)s
      AND NOT (t.account_id = ANY (%(accounts)s::bigint[]) AND {_DURING})
    UNION ALL {_FIELDS} NULL::bigint[]
    FROM unnest(%(busy)s::bigint[], %(busy_from)s::timestamptz[], %(busy_until)s::timestamptz[])
        AS time(who, since, until)
    JOIN calendar_touch t ON t.who_id = time.who AND t.program_id = %(program)s
      AND t.starts_at > time.since - interval '1 day' AND t.starts_at < time.until
      AND t.ends_at > time.since
    WHERE t.state = 'planned' AND t.channel IN ('call', 'event', 'webinar')
      AND t.account_id <> ALL (%(accounts)s::bigint[])"""
PEOPLE = """
    SELECT s.id, s.role, s.do_not_contact,
           ARRAY(SELECT channel FROM accounts_consent c
                 WHERE c.stakeholder_id = s.id AND NOT c.granted)
    FROM accounts_stakeholder s
    WHERE s.id = ANY (%(people)s::bigint[]) AND s.program_id = %(program)s"""


@dataclass(frozen=True, slots=True)
class People:
    """Sets of stakeholder ids: who must not be contacted, who refused which channels, who
    decides."""

    do_not_contact: frozenset[int]
    refused: Mapping[int, frozenset[str]]
    decision_makers: frozenset[int]


def zone_of(account: Account) -> ZoneInfo | None:
    """The main time zone of the account's state; None if unknown."""
    name = main_zone(account.state)
    return ZoneInfo(name) if name else None


def conflict_context(
    program: Program, account: Account, touch: Slot, policy: ContactPolicy
) -> ConflictContext:
    """What one planned touch is checked against."""
    return conflict_contexts(program, {account: [touch]}, policy)[account.pk]


def conflict_contexts(
    program: Program,
    touches: Mapping[Account, Sequence[Slot]],
    policy: ContactPolicy,
    *,
    reach: timedelta = REACH,
) -> dict[int, ConflictContext]:
    """By account: what these planned touches are checked against, also at free places within
    `reach`."""
    wishes = [touch for slots in touches.values() for touch in slots]
    given = given_of(program, wishes, policy, reach)
    rows = sorted(fetch(TOUCHES, given), key=_when)
    others = [_slot(row) for row in rows if row[-1] is not None]
    # This includes those at the other accounts.
    bookings = Bookings().and_(_slot(row) for row in rows)
    known = _people(given)
    return {
        account.pk: ConflictContext(
            policy=policy,
            others=tuple(_concerning(account.pk, slots, others)),
            zone=zone_of(account),
            days_in=ZoneInfo(program.time_zone),
            do_not_contact=known.do_not_contact,
            refused=known.refused,
            decision_makers=known.decision_makers,
            bookings=bookings,
        )
        for account, slots in touches.items()
    }


def given_of(
    program: Program, wishes: Sequence[Slot], policy: ContactPolicy, reach: timedelta = REACH
) -> dict[str, Any]:
    """The parameters of both statements."""
    return {
        "program": program.pk,
        "accounts": id_array({touch.account for touch in wishes}),
        "people": id_array(frozenset().union(*(touch.people for touch in wishes))),
        "followed": id_array(t.follows for t in wishes if t.follows and t.follows > 0),
        **_window(wishes, policy, reach),
        **_busy(wishes, reach),
    }


def _window(wishes: Sequence[Slot], policy: ContactPolicy, reach: timedelta) -> dict[str, Any]:
    """The times within which a wish, or a free place for it, could collide with anything."""
    near = max(policy.window, policy.gap, policy.pause, _LONGEST_GAP) + reach
    since = min(touch.starts for touch in wishes) - near
    oldest = since - timedelta(days=LONGEST_DAYS)
    return {
        "oldest": oldest,
        # Slots begin half a gap before their touch.
        "first_slot": oldest - _LONGEST_GAP,
        "since": since,
        "until": max(touch.ends for touch in wishes) + near,
    }


def _busy(wishes: Sequence[Slot], reach: timedelta) -> dict[str, Any]:
    """When the people who do the wishes must be free: non-overlapping spans by person."""
    spans: list[tuple[int, datetime, datetime]] = []
    booked = [wish for wish in wishes if is_appointment(wish)]
    for wish in sorted(booked, key=lambda wish: (wish.who or 0, wish.starts)):
        who, since, until = wish.who or 0, wish.starts - reach, wish.ends + reach
        if spans and spans[-1][0] == who and since <= spans[-1][2]:
            _who, since, before = spans.pop()
            until = max(until, before)
        spans.append((who, since, until))
    return {
        "busy": id_array(who for who, _since, _until in spans),
        "busy_from": time_array(since for _who, since, _until in spans),
        "busy_until": time_array(until for _who, _since, until in spans),
    }


def _concerning(account: int, wishes: Sequence[Slot], others: Iterable[Slot]) -> Iterable[Slot]:
    people = frozenset().union(*(touch.people for touch in wishes))
    followed = {touch.follows for touch in wishes}
    for other in others:
        if other.account == account or people & other.people or other.id in followed:
            yield other


def _when(row: tuple[Any, ...]) -> tuple[datetime, int]:
    """The order in which people read of conflicts."""
    pk, starts, done_at = row[0], row[5], row[-2]
    return done_at or starts, pk


def _slot(row: tuple[Any, ...]) -> Slot:
    pk, account, who, side, channel, starts, ends, thread, *rest = row
    follows, message, asset, state, gap_hours, done_at, people = rest
    starts, ends = takes_place(starts, ends, done_at)
    return Slot(
        account=account,
        people=frozenset(people or ()),
        who=who,
        side=side,
        channel=channel,
        starts=starts,
        ends=ends,
        id=pk,
        thread=thread,
        follows=follows,
        message=message,
        asset=asset,
        state=state,
        gap_hours=gap_hours,
    )


def _people(given: Mapping[str, Any]) -> People:
    rows = fetch(PEOPLE, given)
    refused: dict[int, frozenset[str]] = defaultdict(frozenset)
    for pk, _role, _barred, channels in rows:
        if channels:
            refused[pk] = frozenset(_CHANNEL_OF_CONSENT[channel] for channel in channels)
    decides = Stakeholder.CommitteeRole.DECISION_MAKER
    return People(
        do_not_contact=frozenset(pk for pk, _role, barred, _channels in rows if barred),
        refused=refused,
        decision_makers=frozenset(pk for pk, role, _barred, _channels in rows if role == decides),
    )


def slot_of(touch: Touch) -> Slot:
    """A stored touch as the rules see it; one statement for its people."""
    return slots_of(touch.program_id, [touch])[0]


def follow_ups_of(touch: Touch) -> list[Slot]:
    """Its follow-ups that are still planned, by time; two statements."""
    rows = Touch.objects.in_program(touch.program_id).filter(follows=touch, state="planned")
    return slots_of(touch.program_id, list(rows.order_by("starts_at", "id")))


def slots_of(program: Program | int, touches: Sequence[Touch]) -> list[Slot]:
    """Stored touches as the rules see them, in order; one statement for all their people."""
    times = [takes_place(touch.starts_at, touch.ends_at, touch.done_at) for touch in touches]
    people: dict[int, set[int]] = defaultdict(set)
    rows = TouchPerson.objects.in_program(program).filter(touch__in=[t.pk for t in touches])
    for touch_id, person in rows.values_list("touch_id", "stakeholder_id"):
        people[touch_id].add(person)
    return [
        Slot(
            account=touch.account_id,
            people=frozenset(people[touch.pk]),
            who=touch.who_id,
            side=touch.side,
            channel=touch.channel,
            starts=starts,
            ends=ends,
            id=touch.pk,
            thread=touch.thread,
            follows=touch.follows_id,
            message=touch.message,
            asset=touch.asset_id,
            state=touch.state,
            gap_hours=touch.gap_hours,
        )
        for touch, (starts, ends) in zip(touches, times, strict=True)
    ]

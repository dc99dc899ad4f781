"""The difference between two contact policies, by the touches that break each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Stakeholder
from alignment.agreements.models import Version
from alignment.people.models import Program
from campaigns.calendar.models import Touch
from campaigns.calendar.queries.conflict_context import slots_of, zone_of
from campaigns.calendar.queries.pages import lasting_at
from campaigns.calendar.rules.conflicts import ConflictContext, Kind, conflicts
from campaigns.calendar.rules.slots import Slot
from campaigns.policy.rules import ContactPolicy, parse_policy

LOOKED_BACK = timedelta(days=30)
MOST_TOUCHES = 3_000
COUNTED: dict[Kind, str | Promise] = {
    Kind.STAKEHOLDER_CAP: _("Too many for one person"),
    Kind.ACCOUNT_CAP: _("Too many for one account"),
    Kind.DOUBLE: _("Two of us, too close"),
    Kind.QUIET: _("In quiet hours"),
    Kind.PAUSED: _("Marketing while sales talks to the decision-maker"),
}


@dataclass(frozen=True, slots=True)
class Shift:
    """How many touches break one rule in the older version, and in the newer one."""

    title: str
    was: int
    becomes: int


@dataclass(frozen=True, slots=True)
class VersionImpact:
    """`without_zone` counts the touches whose prospect has no known time zone."""

    shifts: list[Shift]
    looked_at: int
    is_cut: bool
    without_zone: int


def version_impact(*, older: Version, newer: Version) -> VersionImpact:
    """The touches since 30 days ago, done and planned, judged by both versions: four statements.

    Quiet hours use the current state of each account.
    """
    policies = [parse_policy(version.content) for version in (older, newer)]
    slots, near, is_cut = _slots(older.program, max(_reach(policy) for policy in policies))
    deciders = _deciders(older.program, slots)
    zones = _zones(older.program, slots)
    counted = [_broken(slots, near, policy, deciders, zones) for policy in policies]
    shifts = [
        Shift(str(title), *(each[kind] for each in counted)) for kind, title in COUNTED.items()
    ]
    without_zone = sum(zones[slot.account] is None for slot in slots)
    return VersionImpact(shifts, len(slots), is_cut, without_zone)


def _reach(policy: ContactPolicy) -> timedelta:
    """How far apart two touches may be and still count together."""
    return max(policy.window, policy.gap, policy.pause)


def _slots(program: Program, reach: timedelta) -> tuple[list[Slot], list[Slot], bool]:
    """The touches to judge, the newest first; the same with earlier ones that are near enough to
    count with them; and whether there are more than `MOST_TOUCHES` to judge."""
    since = timezone.now() - LOOKED_BACK
    during = Q(starts_at__gte=since - reach) | lasting_at(since - reach)
    rows = Touch.objects.in_program(program).filter(during).exclude(state=Touch.State.SKIPPED)
    touches = list(rows.order_by("-starts_at", "-id")[: 2 * MOST_TOUCHES])
    # Without the gap stored at planning, so that each version applies its own.
    slots = [replace(slot, gap_hours=None) for slot in slots_of(program, touches)]
    recent = sum(touch.starts_at >= since for touch in touches)
    return slots[: min(recent, MOST_TOUCHES)], slots, recent > MOST_TOUCHES


def _deciders(program: Program, slots: list[Slot]) -> frozenset[int]:
    people = {person for slot in slots for person in slot.people}
    rows = Stakeholder.objects.in_program(program).filter(pk__in=people)
    return frozenset(
        rows.filter(role=Stakeholder.CommitteeRole.DECISION_MAKER).values_list("pk", flat=True)
    )


def _zones(program: Program, slots: list[Slot]) -> dict[int, ZoneInfo | None]:
    """The prospects' time zones by account."""
    accounts = Account.objects.in_program(program).only("state")
    found = accounts.in_bulk({slot.account for slot in slots})
    return {pk: zone_of(account) for pk, account in found.items()}


def _broken(
    slots: list[Slot],
    near: list[Slot],
    policy: ContactPolicy,
    deciders: frozenset[int],
    zones: Mapping[int, ZoneInfo | None],
) -> dict[Kind, int]:
    now = timezone.now()
    by_account: dict[int, list[Slot]] = defaultdict(list)
    for slot in near:
        by_account[slot.account].append(slot)
    found: dict[Kind, int] = dict.fromkeys(COUNTED, 0)
    for slot in slots:
        around = ConflictContext(
            policy,
            tuple(by_account[slot.account]),
            zone=zones[slot.account],
            decision_makers=deciders,
        )
        for kind in {conflict.kind for conflict in conflicts(slot, around, now)} & COUNTED.keys():
            found[kind] += 1
    return found

"""Managers' settings for hand-offs: territories, rotation, next best actions and reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from alignment.core import audit
from alignment.core.live import bus
from alignment.people.actions.programs import hold_program
from alignment.people.models import Membership, Program, Team, User

from ..models import NextActionRule, ReasonCode, Routing, Seat, Territory

Holder = User | Team


@transaction.atomic
def set_territories(*, program: Program, holders: Mapping[str, Holder | None], by: User) -> int:
    """Assign states to people, teams or nobody; states not named stay. Returns how many changed."""
    hold_program(program)
    rows = Territory.objects.in_program(program).filter(state__in=list(holders))
    known = {row.state: row for row in rows}
    changed = {
        state: holder
        for state, holder in holders.items()
        if _holder_key(known.get(state)) != _key(holder)
    }
    Territory.objects.in_program(program).filter(state__in=list(changed)).delete()
    Territory.objects.bulk_create(
        [
            Territory(
                program=program,
                state=state,
                user=holder if isinstance(holder, User) else None,
                team=holder if isinstance(holder, Team) else None,
            )
            for state, holder in changed.items()
            if holder is not None
        ]
    )
    if changed:
        said = {state: str(holder or "") for state, holder in changed.items()}
        audit.record(
            by=by, action="territories.set", target=program, program_id=program.pk, states=said
        )
    return len(changed)


def _key(holder: Holder | None) -> tuple[str, int] | None:
    return (type(holder).__name__, holder.pk) if holder else None


def _holder_key(row: Territory | None) -> tuple[str, int] | None:
    if row is None:
        return None
    return ("User", row.user_id) if row.user_id else ("Team", row.team_id or 0)


@transaction.atomic
def set_turns(
    *,
    program: Program,
    turns: Mapping[Membership, tuple[int, int | None]],
    covers_hours: bool,
    by: User,
) -> int:
    """Set members' weights and leads a week, and whether hours off are covered. Returns how many
    changed."""
    weights = dict(Seat.objects.in_program(program).values_list("membership_id", "weight"))
    changes: dict[str, Any] = {}
    for member, (weight, room) in turns.items():
        if weights.get(member.pk) != weight:
            Seat.objects.in_program(program).update_or_create(
                membership=member, defaults={"program": program, "weight": weight}
            )
        if member.leads_a_week != room:
            member.leads_a_week = room
            member.save(update_fields=["leads_a_week"])
        elif weights.get(member.pk) == weight:
            continue
        changes[str(member.user)] = {"weight": weight, "leads_a_week": room}
    Routing.objects.in_program(program).update_or_create(
        defaults={"covers_hours": covers_hours},
        create_defaults={"program": program, "covers_hours": covers_hours},
    )
    audit.record(
        by=by,
        action="rotation.set",
        target=program,
        program_id=program.pk,
        members=changes,
        covers_hours=covers_hours,
    )
    return len(changes)


@transaction.atomic
def save_rule(
    *, program: Program, rule: NextActionRule | None, by: User, **values: Any
) -> NextActionRule:
    """Add a rule at the end of the list, or change one in place."""
    hold_program(program)
    row = rule or NextActionRule(program=program, position=_last(program) + 1)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    action = "next_action.change" if rule else "next_action.add"
    audit.record(by=by, action=action, target=row, program_id=program.pk, rule=values)
    bus.publish(program.pk, "handoffs")
    return row


@transaction.atomic
def move_rule(*, rule: NextActionRule, up: bool, by: User) -> None:
    """Swap a rule with its neighbour; does nothing at the end of the list or for a deleted rule."""
    hold_program(rule.program_id)
    rows = list(NextActionRule.objects.in_program(rule.program_id))
    at = next((i for i, row in enumerate(rows) if row.pk == rule.pk), None)
    other = -1 if at is None else at - 1 if up else at + 1
    if at is None or not 0 <= other < len(rows):
        return
    rows[at], rows[other] = rows[other], rows[at]
    for place, row in enumerate(rows, 1):
        row.position = place
    NextActionRule.objects.in_program(rule.program_id).bulk_update(rows, ["position"])
    audit.record(
        by=by,
        action="next_action.move",
        target=rule,
        program_id=rule.program_id,
        position=other + 1,
    )


@transaction.atomic
def delete_rule(*, rule: NextActionRule, by: User) -> None:
    """Delete a rule; existing hand-offs keep what it suggested."""
    audit.record(
        by=by,
        action="next_action.delete",
        target=rule,
        program_id=rule.program_id,
        rule=rule.action,
    )
    rule.delete()


def _last(program: Program) -> int:
    rows = NextActionRule.objects.in_program(program)
    return rows.aggregate(last=Max("position"))["last"] or 0


@transaction.atomic
def add_reason(*, program: Program, use: str, name: str, by: User) -> ReasonCode:
    """Add a reason. Its code is derived from the name and never changes."""
    hold_program(program)
    rows = ReasonCode.objects.in_program(program).filter(use=use)
    taken = set(rows.values_list("code", flat=True))
    last = rows.aggregate(last=Max("position"))["last"] or 0
    row = ReasonCode.objects.create(
        program=program, use=use, code=_code(name, taken), name=name, position=last + 1
    )
    audit.record(
        by=by, action="reason.add", target=row, program_id=program.pk, use=use, reason=name
    )
    return row


def _code(name: str, taken: set[str]) -> str:
    stem = slugify(name)[:36] or "reason"
    numbered = (f"{stem}-{n}" for n in range(2, len(taken) + 3))
    return next(code for code in (stem, *numbered) if code not in taken)


@transaction.atomic
def change_reason(*, reason: ReasonCode, name: str, is_retired: bool, by: User) -> ReasonCode:
    """Rename or retire a reason; where it was given it stays."""
    was = {"name": reason.name, "is_retired": reason.is_retired}
    reason.name, reason.is_retired = name, is_retired
    reason.save(update_fields=["name", "is_retired"])
    audit.record(
        by=by,
        action="reason.change",
        target=reason,
        program_id=reason.program_id,
        was=was,
        now={"name": name, "is_retired": is_retired},
    )
    return reason


def holders(
    program: Program, members: Sequence[Membership], teams: Sequence[Team]
) -> dict[str, Holder]:
    """Everybody who may hold a state, by the value that forms and the API use: "user:5",
    "team:3"."""
    people: dict[str, Holder] = {f"user:{m.user_id}": m.user for m in members}
    return people | {f"team:{team.pk}": team for team in teams}

"""Managers' settings for hand-offs: territories, rotation, next best actions and reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Signal
from alignment.core import audit
from alignment.core.live import bus
from alignment.core.same_names import is_among
from alignment.people.actions.programs import lock_program
from alignment.people.models import Membership, Program, Team, User

from ..handoff_defaults import shown
from ..models import NextActionRule, ReasonCode, Routing, Seat, Territory

Holder = User | Team
# What is said of a member's "weight" and "leads_a_week".
Turn = Mapping[str, Any]


@transaction.atomic
def set_territories(*, program: Program, holders: Mapping[str, Holder | None], by: User) -> int:
    """Assign states to people, teams or nobody; states not named stay. Returns how many changed."""
    lock_program(program)
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
    turns: Mapping[Membership, Turn],
    covers_hours: bool | None = None,
    by: User,
) -> int:
    """Set what is said of members' `weight` and `leads_a_week`, and whether hours off are covered;
    the rest stays. Returns how many members changed."""
    lock_program(program)
    weights = dict(Seat.objects.in_program(program).values_list("membership_id", "weight"))
    rooms = dict(Membership.objects.in_program(program).values_list("pk", "leads_a_week"))
    changes: dict[str, Turn] = {}
    for member, said in turns.items():
        now: Turn = {"weight": weights.get(member.pk), "leads_a_week": rooms.get(member.pk)}
        if changed := {name: value for name, value in said.items() if now[name] != value}:
            _take_turn(member, changed)
            changes[str(member.user)] = {**now, **changed}
    if covers_hours is not None:
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


def _take_turn(member: Membership, said: Turn) -> None:
    if "weight" in said:
        Seat.objects.in_program(member.program_id).update_or_create(
            membership=member, defaults={"program": member.program, "weight": said["weight"]}
        )
    if "leads_a_week" in said:
        member.leads_a_week = said["leads_a_week"]
        member.save(update_fields=["leads_a_week"])


@transaction.atomic
def save_rule(
    *, program: Program, rule: NextActionRule | None, by: User, **values: Any
) -> NextActionRule:
    """Add a rule at the end of the list, or change what is said of one. Raises ValidationError for
    a signal that does not exist, and if the rule was deleted meanwhile."""
    lock_program(program)
    _demand_signals(program, values.get("signals") or [])
    row = _as_it_is(rule) if rule else NextActionRule(program=program, position=_last(program) + 1)
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
    lock_program(rule.program_id)
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
    bus.publish(rule.program_id, "handoffs")


@transaction.atomic
def delete_rule(*, rule: NextActionRule, by: User) -> None:
    """Delete a rule; existing hand-offs keep what it suggested. Safe to repeat."""
    lock_program(rule.program_id)
    row = NextActionRule.objects.in_program(rule.program_id).filter(pk=rule.pk).first()
    if row is None:
        return
    audit.record(
        by=by,
        action="next_action.delete",
        target=row,
        program_id=row.program_id,
        rule=row.action,
    )
    row.delete()
    bus.publish(rule.program_id, "handoffs")


def _demand_signals(program: Program, codes: Sequence[str]) -> None:
    known = Signal.objects.in_program(program).filter(code__in=codes)
    unknown = sorted(set(codes) - set(known.values_list("code", flat=True)))
    if unknown:
        text = _("There is no signal with the code %(code)s.") % {"code": unknown[0]}
        raise ValidationError({"signals": text})


def _as_it_is(rule: NextActionRule) -> NextActionRule:
    row = NextActionRule.objects.in_program(rule.program_id).filter(pk=rule.pk).first()
    if row is None:
        raise ValidationError(_("Somebody else meanwhile deleted this rule."))
    return row


def _last(program: Program) -> int:
    rows = NextActionRule.objects.in_program(program)
    return rows.aggregate(last=Max("position"))["last"] or 0


@transaction.atomic
def add_reason(*, program: Program, use: str, name: str, by: User) -> ReasonCode:
    """Add a reason. Its code is derived from the name and never changes. Raises ValidationError if
    another one has the name."""
    lock_program(program)
    _demand_new_name(ReasonCode(program=program, use=use, name=name))
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


def _demand_new_name(reason: ReasonCode) -> None:
    """Refuse a name that another reason of this use has, whether or not it is still offered."""
    rows = ReasonCode.objects.in_program(reason.program_id).filter(use=reason.use)
    for other in rows.exclude(pk=reason.pk):
        if is_among(reason.name, (other.name, shown(other.name))):
            text = _("There is such a reason already.")
            if other.is_retired:
                text = _("There is such a reason already; it is no longer offered.")
            raise ValidationError({"name": text})


def _code(name: str, taken: set[str]) -> str:
    stem = slugify(name)[:36] or "reason"
    numbered = (f"{stem}-{n}" for n in range(2, len(taken) + 3))
    return next(code for code in (stem, *numbered) if code not in taken)


@transaction.atomic
def change_reason(
    *, reason: ReasonCode, name: str | None = None, is_retired: bool | None = None, by: User
) -> ReasonCode:
    """Rename or retire a reason; what is not said stays, and so does the reason where it was
    given. Raises ValidationError if another one has the name."""
    lock_program(reason.program_id)
    row = ReasonCode.objects.in_program(reason.program_id).get(pk=reason.pk)
    was = {"name": row.name, "is_retired": row.is_retired}
    row.name = row.name if name is None else name
    row.is_retired = row.is_retired if is_retired is None else is_retired
    if row.name != was["name"]:
        _demand_new_name(row)
    row.save(update_fields=["name", "is_retired"])
    audit.record(
        by=by,
        action="reason.change",
        target=row,
        program_id=row.program_id,
        was=was,
        now={"name": row.name, "is_retired": row.is_retired},
    )
    return row


def holders(members: Sequence[Membership], teams: Sequence[Team]) -> dict[str, Holder]:
    """Everybody who may hold a state, by the value that the form uses: "user:5", "team:3"."""
    people: dict[str, Holder] = {f"user:{m.user_id}": m.user for m in members}
    return people | {f"team:{team.pk}": team for team in teams}

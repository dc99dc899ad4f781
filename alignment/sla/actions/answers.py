"""Answers to a breach: saying what will be done, and asking for an excuse."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.figures import whole
from alignment.core.live import bus
from alignment.core.moments import database_now
from alignment.notifications.actions import notices
from alignment.notifications.actions.notices import Announcement, NoticeText
from alignment.notifications.models import NoticeKind
from alignment.people.models import Membership, Program, Role, User
from alignment.people.permissions import Seat
from alignment.people.queries import seat_of

from ..models import Clock, Dispute, Escalation
from ..notice_data import lead_data, promise_page
from ..queries.clock_facts import lead_names
from ..queries.contracts import contracts
from ..rules.answers import may_acknowledge, may_ask, may_decide
from ..words import title

LONGEST = 4_000


class NotYours(Exception):
    """`by` may not do this; the message says who may."""


class AlreadyAnswered(Exception):
    """Somebody else was faster; the message says who."""


class NotPossible(Exception):
    """The state of the promise does not allow this; the message says why."""


class NothingSaid(ValueError):
    """The text is missing or too long; the message says which."""


@transaction.atomic
def acknowledge(*, escalation: Escalation, answer: str, by: User) -> Escalation:
    """Say what will be done about a breach, which stops the ladder.

    One answer covers all steps climbed so far. Raises `NothingSaid`, `NotYours`, and
    `AlreadyAnswered` when somebody answered before.
    """
    said = _text(answer)
    clock = _locked(escalation.program_id, escalation.clock_id)
    if not may_acknowledge(_seat(clock, by), clock.side):
        raise NotYours(_("The managers of the side that owes the promise answer for it."))
    rows = Escalation.objects.in_program(clock.program_id).select_related("acknowledged_by")
    current = rows.get(pk=escalation.pk)
    if current.acknowledged_at is not None:
        raise AlreadyAnswered(_answered_by(current))
    now = database_now()
    open_ones = rows.filter(clock=clock, acknowledged_at__isnull=True)
    open_ones.update(acknowledged_at=now, acknowledged_by=by, answer=said)
    _end_ladder(clock)
    _note_change(clock)
    current.refresh_from_db()
    audit.record(
        by=by,
        action="escalation.acknowledge",
        target=current,
        program_id=clock.program_id,
        answer=said,
    )
    _publish(clock)
    return current


@transaction.atomic
def dispute(*, clock: Clock, reason: str, by: User) -> Dispute:
    """Ask the other side to excuse a broken promise.

    Raises `NothingSaid`, `NotYours`, `NotPossible`, and `AlreadyAnswered` when there is a request
    already.
    """
    said = _text(reason)
    locked = _locked(clock.program_id, clock.pk)
    if not may_ask(_seat(locked, by), locked.side):
        raise NotYours(_("The side that owes the promise asks for an excuse."))
    if locked.state != Clock.State.BROKEN:
        raise NotPossible(_("Only a broken promise can be disputed."))
    rows = Dispute.objects.in_program(locked.program_id).select_related("asked_by")
    asked = rows.filter(clock=locked).first()
    if asked is not None:
        name = {"name": asked.asked_by or _("Somebody")}
        raise AlreadyAnswered(_("%(name)s has already disputed this.") % name)
    made = Dispute.objects.create(
        program_id=locked.program_id, clock=locked, reason=said, asked_by=by
    )
    made.refresh_from_db()
    _note_change(locked)
    audit.record(
        by=by, action="dispute.ask", target=made, program_id=locked.program_id, reason=said
    )
    _notify(locked, made, _managers(locked, other=True), said, "asked")
    return made


@transaction.atomic
def decide(*, dispute: Dispute, granted: bool, answer: str, by: User) -> Dispute:
    """Grant or refuse the excuse. Only a manager of the other side may, and must give a reason.

    The promise stays broken; reports count it separately. Raises `NothingSaid`, `NotYours`, and
    `AlreadyAnswered` when it was decided before.
    """
    said = _text(answer)
    clock = _locked(dispute.program_id, dispute.clock_id)
    if not may_decide(_seat(clock, by), clock.side):
        raise NotYours(_("Only a manager of the other side can grant an excuse or refuse it."))
    rows = Dispute.objects.in_program(dispute.program_id).select_related("decided_by", "asked_by")
    current = rows.get(pk=dispute.pk)
    if current.granted is not None:
        raise AlreadyAnswered(_decided_by(current))
    current.granted, current.answer = granted, said
    current.decided_by, current.decided_at = by, database_now()
    current.save(update_fields=["granted", "answer", "decided_by", "decided_at"])
    if granted:
        _end_ladder(clock)
    _note_change(clock)
    audit.record(
        by=by,
        action="dispute.grant" if granted else "dispute.refuse",
        target=current,
        program_id=clock.program_id,
        answer=said,
    )
    told = _managers(clock, other=False)
    if current.asked_by and current.asked_by not in told:
        told = [current.asked_by, *told]
    _notify(clock, current, told, said, "granted" if granted else "refused")
    return current


def _text(given: str) -> str:
    said = given.strip()
    if not said:
        raise NothingSaid(_("Write a sentence."))
    if len(said) > LONGEST:
        raise NothingSaid(_("At most %(most)s characters.") % {"most": whole(LONGEST)})
    return said


def _locked(program_id: int, clock_id: int) -> Clock:
    """Lock the clock first: the sweep and the intake also lock it before the rows that refer to
    it."""
    rows = Clock.objects.in_program(program_id).select_for_update(no_key=True)
    return rows.get(pk=clock_id)


def _seat(clock: Clock, by: User) -> Seat | None:
    return seat_of(user=by, program=clock.program)


def _note_change(clock: Clock) -> None:
    """A clock also changes with what is said of its breach."""
    Clock.objects.in_program(clock.program_id).filter(pk=clock.pk).update(updated_at=Now())


def _end_ladder(clock: Clock) -> None:
    rows = Clock.objects.in_program(clock.program_id).filter(pk=clock.pk)
    rows.exclude(state=Clock.State.RUNNING).update(look_at=None)


def _answered_by(row: Escalation) -> str:
    if row.acknowledged_by is None:
        return _("Nobody has to answer for this any more.")
    return _("%(name)s has already answered.") % {"name": row.acknowledged_by}


def _decided_by(row: Dispute) -> str:
    name = {"name": row.decided_by or _("Somebody")}
    if row.granted:
        return _("%(name)s has already granted this.") % name
    return _("%(name)s has already refused this.") % name


def _managers(clock: Clock, *, other: bool) -> list[User]:
    rows = Membership.objects.in_program(clock.program_id).select_related("user")
    rows = rows.filter(role=Role.MANAGER)
    rows = rows.exclude(team__side=clock.side) if other else rows.filter(team__side=clock.side)
    return [row.user for row in rows.order_by("pk")]


def _notify(clock: Clock, row: Dispute, users: list[User], said: str, state: str) -> None:
    program: Program = clock.program
    name = lead_names([clock.lead_id])[clock.lead_id]
    clause = contracts([clock.version_id])[clock.version_id].clause(clock.clause)
    path = promise_page(program, clock.pk)
    headings = {
        "asked": lambda: _("An excuse is asked for"),
        "granted": lambda: _("The excuse is granted"),
        "refused": lambda: _("The excuse is refused"),
    }

    def words() -> NoticeText:
        promise = title(clause) if clause else clock.clause
        return NoticeText(f"{headings[state]()}: {promise} · {name}", said, path)

    cause = f"dispute-{row.pk}-{state}"
    notices.notify(program=program, users=users, kind=NoticeKind.DISPUTE, cause=cause, words=words)
    data = {
        "lead": lead_data(program, lead_id=clock.lead_id, name=name.person, account=name.account),
        "clock": clock.pk,
        "clause": clock.clause,
        "side": clock.side,
        "state": "open" if state == "asked" else state,
    }
    event = Announcement("dispute", cause, data, words().title)
    notices.announce_many(program=program, rows=[event])
    _publish(clock)


def _publish(clock: Clock) -> None:
    bus.publish(clock.program_id, "clocks", f"lead-{clock.lead_id}")

"""The lock that serializes all changes to a session and its list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.live import bus
from alignment.people.actions.programs import lock_program
from alignment.people.models import Program, User

from ..models import Candidate, Confirmation, Session
from .notices import notify_dropped
from .refusals import SelectionRefused

LIVE = "targets"


def lock_session(session: Session) -> Session:
    """The session, locked until the transaction ends. Raises `SelectionRefused` once it is over."""
    rows = Session.objects.in_program(session.program_id).select_for_update()
    held = rows.get(pk=session.pk)
    if held.is_discarded:
        raise SelectionRefused("discarded", _("This session was discarded."))
    if held.is_confirmed:
        raise SelectionRefused(
            "confirmed", _("This session is confirmed. Its list stays as it is.")
        )
    return held


def lock_voting(session: Session) -> Session:
    """Raises `SelectionRefused` once the votes are revealed."""
    held = lock_session(session)
    if not held.is_voting:
        raise SelectionRefused("revealed", _("The votes of this session are revealed already."))
    return held


def lock_discussing(session: Session) -> Session:
    """Raises `SelectionRefused` before the reveal."""
    held = lock_session(session)
    if held.is_voting:
        raise SelectionRefused("voting", _("The votes are not revealed yet."))
    return held


def reread(held: Session, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates as they are now that the session is held, for which a merge waits.

    Raises `SelectionRefused` if an account has been merged into another one.
    """
    rows = Candidate.objects.in_program(held.program_id).select_related("account")
    found = rows.in_bulk([each.pk for each in candidates])
    return [_demand_not_merged(each, found.get(each.pk)) for each in candidates]


def _demand_not_merged(read: Candidate, now: Candidate | None) -> Candidate:
    if now is None:
        # Before the reveal a merge leaves nothing of it.
        text = _("“%(gone)s” was merged into another account, which is voted on instead.")
        raise SelectionRefused("merged", text % {"gone": read.account})
    if now.known_as:
        text = _("“%(gone)s” was merged into “%(account)s”, which is voted on instead.")
        raise SelectionRefused("merged", text % {"gone": now.known_as, "account": now.account})
    return now


def lock_list(program: Program | int) -> Session | None:
    """Serialize changes of the list with each other and with its confirmation.

    Returns the open session, if there is one.
    """
    program_id = program if isinstance(program, int) else program.pk
    # Locking the program also covers the case that no session is open.
    lock_program(program_id)
    rows = Session.objects.in_program(program_id).select_for_update()
    return rows.filter(confirmed_at__isnull=True, discarded_at__isnull=True).first()


def list_changed(session: Session | None, by: User | None, what: str) -> None:
    """Drop all confirmations, which bind the list as it was, and notify those who gave them.

    `what` names what changed: an account, or several.
    """
    if session is None:
        return
    rows = Confirmation.objects.in_program(session.program_id).filter(session=session)
    notify_dropped(session, list(rows), by, what)
    rows.delete()


def record_change(
    target: models.Model, program_id: int, by: User | None, action: str, **detail: Any
) -> None:
    """Write the audit row, and notify open pages."""
    audit.record(
        by=by, action=f"selection.{action}", target=target, program_id=program_id, **detail
    )
    bus.publish(program_id, LIVE)

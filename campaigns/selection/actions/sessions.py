"""Opening a session, nominating, and the settings."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account
from alignment.people.models import Program, Side, User

from ..models import Candidate, Nomination, Ready, SelectionSettings, Session
from ..queries.changes import Since
from ..queries.ranking import standings
from ..queries.settings import settings_of
from ..queries.slate import MOST_CANDIDATES, slate
from ..queries.targets import last_confirmed, open_targets
from ..rules.ranking import reasons_of
from .locks import lock_list, record_change
from .refusals import SelectionRefused


def open_session(*, program: Program, by: User | None, now: datetime | None = None) -> Session:
    """Start the next session with the accounts that changed, were nominated or rank best.

    Raises `SelectionRefused` while another session is open.
    """
    moment = now or timezone.now()
    try:
        with transaction.atomic():
            return _open(program, by, moment)
    except IntegrityError as error:
        raise _one_is_open() from error


def _one_is_open() -> SelectionRefused:
    text = _("A session is open already. Confirm its list before you open the next one.")
    return SelectionRefused("open", text)


def _open(program: Program, by: User | None, now: datetime) -> Session:
    if lock_list(program) is not None:
        raise _one_is_open()
    settings = settings_of(program)
    last = last_confirmed(program)
    session = Session.objects.create(
        program=program,
        number=(last.number if last else 0) + 1,
        capacity=settings.capacity,
        opened_at=now,
        opened_by=by,
    )
    entries = slate(Since(program.pk, settings, last, now))
    Candidate.objects.bulk_create(
        Candidate(
            program=program,
            session=session,
            account_id=entry.account,
            is_review=entry.is_review,
            rank=entry.rank,
            reasons=entry.reasons,
        )
        for entry in entries
    )
    accounts = [entry.account for entry in entries]
    waiting = Nomination.objects.in_program(program).filter(session__isnull=True)
    waiting.filter(account__in=accounts).update(session=session)
    record_change(session, program.pk, by, "open", candidates=len(entries), number=session.number)
    return session


def nominate(*, account: Account, side: Side, reason: str, by: User) -> Nomination:
    """Nominate an account, or ask to review one that is on the list.

    The nomination joins the session if one is open for votes, else it waits for the next. If it is
    a new candidate, the other side is no longer ready for the reveal. Raises `SelectionRefused` if
    the side has nominated it already or the session is full.
    """
    try:
        with transaction.atomic():
            return _nominate(account, side, reason, by)
    except IntegrityError as error:
        text = _("Your side has nominated this account already.")
        raise SelectionRefused("nominated", text) from error


def _nominate(account: Account, side: Side, reason: str, by: User) -> Nomination:
    program_id = account.program_id
    session = lock_list(program_id)
    joins = session if session is not None and session.is_voting else None
    if joins is not None:
        _join(joins, account, side, by)
    nomination = Nomination.objects.create(
        program_id=program_id,
        account=account,
        side=side,
        by=by,
        reason=reason,
        at=timezone.now(),
        session=joins,
    )
    record_change(
        nomination, program_id, by, "nominate", account=account.pk, side=side, reason=reason
    )
    return nomination


def _join(session: Session, account: Account, side: Side, by: User) -> None:
    rows = Candidate.objects.in_program(session.program_id).filter(session=session)
    if rows.filter(account=account).exists():
        return
    if rows.count() >= MOST_CANDIDATES:
        raise SelectionRefused("full", _("This session has as many candidates as it can hold."))
    listed = open_targets(session.program_id).filter(account=account).exists()
    standing = standings(session.program_id, [account.pk])[account.pk]
    Candidate.objects.create(
        program_id=session.program_id,
        session=session,
        account=account,
        is_review=listed,
        reasons=reasons_of(standing),
    )
    _ask_others_again(session, side, by)


def _ask_others_again(session: Session, side: Side, by: User) -> None:
    """The other side has not seen the new candidate when it declared itself ready."""
    rows = Ready.objects.in_program(session.program_id).filter(session=session)
    for ready in rows.exclude(side=side):
        ready.delete()
        record_change(session, session.program_id, by, "not_ready", side=ready.side)


@transaction.atomic
def set_settings(*, program: Program, by: User, **said: int) -> SelectionSettings:
    """Set what is said of how future sessions choose accounts; the rest stays. An open session
    keeps its capacity. Raises `ValidationError` by field."""
    lock_list(program)
    row = settings_of(program)
    for name, value in said.items():
        setattr(row, name, value)
    row.clean_fields(exclude=["program"])
    row.save()
    now = {name: getattr(row, name) for name in ("capacity", "proposed", "quiet_days")}
    record_change(row, program.pk, by, "settings", **now)
    return row

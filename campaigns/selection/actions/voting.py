"""Voting in secret and the reveal, or discarding a session before the reveal.

Before the reveal no audit row contains a vote or its account: the reveal records all of them.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from alignment.people.models import Side, User

from ..models import Candidate, Nomination, Ready, Session, Vote
from ..queries.votes import cast_counts, readable
from ..rules.votes import is_revealed_by
from .locks import lock_list, lock_session, lock_voting, record_change, reread


@transaction.atomic
def vote(*, candidate: Candidate, side: Side, choice: str, reason: str, by: User) -> Vote:
    """Record the vote of a side; the last vote of anyone on the side counts.

    In the discussion either side may change its vote. Raises `SelectionRefused` once confirmed.
    """
    session = lock_session(candidate.session)
    (candidate,) = reread(session, [candidate])
    said, _created = Vote.objects.in_program(session.program_id).update_or_create(
        candidate_id=candidate.pk,
        side=side,
        defaults={"choice": choice, "reason": reason, "by": by, "at": timezone.now()},
        create_defaults={
            "program_id": session.program_id,
            "choice": choice,
            "reason": reason,
            "by": by,
            "at": timezone.now(),
        },
    )
    if session.is_voting:
        record_change(session, session.program_id, by, "vote", side=side)
    else:
        detail = {"candidate": candidate.pk, "side": side, "choice": choice, "reason": reason}
        record_change(session, session.program_id, by, "change_vote", **detail)
    return said


@transaction.atomic
def declare_ready(*, session: Session, side: Side, by: User, anyway: bool = False) -> bool:
    """Declare that the side has voted. Reveals the votes and returns True if the other side is
    ready, too. With `anyway`, it suffices that the other side has voted on every candidate. Raises
    `SelectionRefused` once revealed.
    """
    held, now = lock_voting(session), timezone.now()
    rows = Ready.objects.in_program(held.program_id)
    rows.get_or_create(
        session=held, side=side, defaults={"program_id": held.program_id, "by": by, "at": now}
    )
    record_change(held, held.program_id, by, "ready", side=side)
    candidates = Candidate.objects.in_program(held.program_id).filter(session=held).count()
    revealed = is_revealed_by(
        ready=set(rows.filter(session=held).values_list("side", flat=True)),
        asking=side,
        complete={each for each, cast in cast_counts(held).items() if cast >= candidates},
        sides=set(Side.values),
        anyway=anyway,
    )
    if revealed:
        _reveal(held, now, by)
    return revealed


@transaction.atomic
def take_back_ready(*, session: Session, side: Side, by: User) -> None:
    """Withdraw the side's readiness. Raises `SelectionRefused` once revealed."""
    held = lock_voting(session)
    rows = Ready.objects.in_program(held.program_id).filter(session=held, side=side)
    if rows.delete()[0]:
        record_change(held, held.program_id, by, "not_ready", side=side)


@transaction.atomic
def discard(*, session: Session, reason: str, by: User) -> Session:
    """End a session that was opened by mistake. Raises `SelectionRefused` once revealed.

    Its votes are deleted without ever being shown. Its nominations wait for the next session, which
    reuses its number.
    """
    lock_list(session.program_id)
    held = lock_voting(session)
    held.discarded_at, held.discarded_because, held.discarded_by = timezone.now(), reason, by
    held.save(update_fields=["discarded_at", "discarded_because", "discarded_by"])
    lost = cast_counts(held)
    Vote.objects.in_program(held.program_id).filter(candidate__session=held).delete()
    Ready.objects.in_program(held.program_id).filter(session=held).delete()
    _wait_again(held)
    record_change(
        held, held.program_id, by, "discard", number=held.number, reason=reason, votes=lost
    )
    return held


def _wait_again(session: Session) -> None:
    """Return the nominations to the next session, except those that already wait for it."""
    rows = Nomination.objects.in_program(session.program_id)
    twins = rows.filter(session__isnull=True, account=OuterRef("account"), side=OuterRef("side"))
    rows.filter(~Exists(twins), session=session).update(session=None)


def _reveal(session: Session, now: datetime, by: User) -> None:
    """Reveal all votes at once; `at_reveal` keeps them, even if the discussion changes them."""
    session.revealed_at = now
    session.save(update_fields=["revealed_at"])
    votes = readable(session.program_id, None).filter(candidate__session=session)
    Vote.objects.in_program(session.program_id).filter(pk__in=votes.values("pk")).update(
        at_reveal=F("choice")
    )
    said = [
        {"candidate": candidate, "side": side, "choice": choice, "by": who}
        for candidate, side, choice, who in votes.order_by("candidate", "side").values_list(
            "candidate", "side", "choice", "by"
        )
    ]
    record_change(session, session.program_id, by, "reveal", votes=said)

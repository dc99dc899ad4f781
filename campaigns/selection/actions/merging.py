"""Two accounts are merged: what happens to their places, candidacies and votes.

Revealed votes and confirmed lists stay. Open votes on the merged account are dropped and the
survivor is voted on instead: a vote on one company does not count for another.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account
from alignment.people.models import User

from ..models import Candidate, Nomination, Ready, Session, Target
from ..queries.ranking import standings
from ..queries.targets import open_targets
from ..queries.votes import cast_counts
from ..rules.ranking import reasons_of
from ..rules.reasons import LONGEST_REASON
from .locks import list_changed, lock_list, record_change

_REVEALED = Q(session__revealed_at__isnull=False)


def lock_merge(survivor: Account, gone: Account) -> None:
    """Lock the list and its session."""
    lock_list(survivor.program_id)


def settle_merge(survivor: Account, gone: Account, by: User | None) -> None:
    """Must run in the transaction that merges `gone` into `survivor`."""
    session = lock_list(survivor.program_id)
    _keep_the_past(gone)
    _leave(survivor, gone, session, by)
    if session is not None:
        _ask_anew(session, survivor, gone, by)


def _keep_the_past(gone: Account) -> None:
    """Revealed candidacies and nominations, and past stays on the list, keep the old name."""
    for model in (Candidate, Nomination):
        rows = model.objects.in_program(gone.program_id).filter(_REVEALED, account=gone)
        rows.filter(known_as="").update(known_as=gone.name)
    stays = Target.objects.in_program(gone.program_id).filter(account=gone, known_as="")
    stays.filter(left_at__isnull=False).update(known_as=gone.name)


def _leave(survivor: Account, gone: Account, session: Session | None, by: User | None) -> None:
    """If both are listed, the place of `gone` is freed; otherwise the survivor takes it."""
    listed = {
        stay.account_id: stay
        for stay in open_targets(gone.program_id).filter(account__in=[survivor, gone])
    }
    stay = listed.get(gone.pk)
    if stay is None:
        return
    list_changed(session, by, gone.name)
    if survivor.pk not in listed:
        record_change(stay, gone.program_id, by, "merge", account=survivor.pk, gone=gone.pk)
        return
    reason = _("Merged into %(account)s") % {"account": survivor.name}
    stay.known_as, stay.left_at, stay.left_by = gone.name, timezone.now(), by
    stay.left_because = reason[:LONGEST_REASON]
    stay.save(update_fields=["known_as", "left_at", "left_by", "left_because", "updated_at"])
    record_change(stay, gone.program_id, by, "leave", account=gone.pk, reason=stay.left_because)


def _ask_anew(session: Session, survivor: Account, gone: Account, by: User | None) -> None:
    """Make the open session decide about the survivor, without the votes on `gone`."""
    rows = Candidate.objects.in_program(session.program_id).filter(session=session)
    if session.is_voting:
        before = cast_counts(session)
        deleted, _by_model = rows.filter(account=gone).delete()
        was_asked = bool(deleted)
        after = cast_counts(session)
        lost = {side: number - after[side] for side, number in before.items()}
    else:
        was_asked = rows.filter(account=gone, known_as=gone.name).exists()
        lost = {}
    # Both accounts are checked, since the survivor may have taken the place of `gone`.
    listed = open_targets(session.program_id).filter(account__in=[survivor, gone]).exists()
    asked = rows.filter(account=survivor, known_as="").first()
    if asked is None and not was_asked:
        return
    reason = {"code": "merged", "name": gone.name}
    if asked is not None:
        asked.is_review = listed
        asked.reasons = [*asked.reasons, reason]
        asked.save(update_fields=["is_review", "reasons"])
    else:
        asked = _candidate(session, survivor, reason, listed)
        # A side that declared itself ready has not seen this candidate.
        Ready.objects.in_program(session.program_id).filter(session=session).delete()
    detail = {"account": survivor.pk, "gone": gone.pk, "votes": lost}
    record_change(asked, session.program_id, by, "merge_candidate", **detail)


def _candidate(
    session: Session, account: Account, reason: dict[str, str], listed: bool
) -> Candidate:
    standing = standings(session.program_id, [account.pk])[account.pk]
    return Candidate.objects.create(
        program_id=session.program_id,
        session=session,
        account=account,
        is_review=listed,
        reasons=[reason, *reasons_of(standing)],
    )

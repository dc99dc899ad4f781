"""Proposing, signing, and sending back."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.people.models import Membership, Role, Side, User

from .. import handlers
from ..models import Signature, State, Version
from . import notices
from .drafts import locked_draft, publish
from .ruling import lock_versions, take_over, terms_digest


class StaleSignature(Exception):
    """What the person signs is no longer what is proposed. `version` is its current state."""

    def __init__(self, version: Version) -> None:
        super().__init__(_("This is no longer what is proposed, so your signature was not taken."))
        self.version = version


class NotASigner(Exception):
    """Only managers of marketing or sales may sign."""

    def __init__(self) -> None:
        super().__init__(_("A manager of marketing or of sales signs."))


class NotProposed(Exception):
    """The version is not waiting for signatures."""

    def __init__(self) -> None:
        super().__init__(_("This version is not proposed, so it can't be sent back."))


class NotYours(Exception):
    """The other side proposed it: to reject it, decline and give a reason."""

    def __init__(self) -> None:
        super().__init__(_("The other side proposed this: decline it, and say why."))


@transaction.atomic
def propose(
    *,
    version: Version,
    by: User,
    counts_from: datetime | None = None,
    hands_over: bool = False,
) -> Version:
    """Freeze a draft and submit it to both sides. Raises `NotADraft`, `InvalidContent`.

    `counts_from` is the time from which it is in force once signed (None: at once). `hands_over`:
    leads that rise because of it are handed over like any other.
    """
    draft = locked_draft(version)
    handlers.handlers_of(draft.kind).check(draft.program, draft.content)
    draft.counts_from, draft.hands_over = counts_from, hands_over
    draft.digest = terms_digest(draft)
    draft.state, draft.proposed_at, draft.proposed_by = State.PROPOSED, timezone.now(), by
    draft.returned_by, draft.returned_because = None, ""
    draft.save()
    audit.record(
        by=by,
        action="agreement.propose",
        target=draft,
        program_id=draft.program_id,
        digest=draft.digest,
    )
    publish(draft)
    notices.ask_signers(draft)
    return draft


def side_of_signer(program_id: int, person: User) -> Side | None:
    """The side for which the person signs in this program; None if they may not sign."""
    seats = Membership.objects.in_program(program_id).select_related("team")
    seat = seats.filter(user=person, role=Role.MANAGER).first()
    return seat.side if seat else None


@transaction.atomic
def sign(*, version: Version, digest: str, by: User) -> Version:
    """Sign exactly the content with this hash; the last missing signature brings it in force.

    Signing twice has no further effect. Raises `NotASigner`, `StaleSignature`.
    """
    lock_versions(version.program_id)
    side = side_of_signer(version.program_id, by)
    if side is None:
        raise NotASigner
    proposal = _locked(version)
    if proposal.state != State.PROPOSED or proposal.digest != digest:
        raise StaleSignature(proposal)
    _signature, is_new = Signature.objects.in_program(version.program_id).get_or_create(
        version=proposal,
        user=by,
        defaults={
            "program_id": version.program_id,
            "digest": digest,
            "side": side,
            "name": str(by),
        },
    )
    if is_new:
        audit.record(
            by=by,
            action="agreement.sign",
            target=proposal,
            program_id=proposal.program_id,
            side=side,
            digest=digest,
        )
        publish(proposal)
    return take_over(proposal, by=by)


def may_withdraw(version: Version, person: User) -> bool:
    """True for the proposing side and owners; the other side must decline with a reason."""
    mine = side_of_signer(version.program_id, person)
    proposer = version.proposed_by
    theirs = side_of_signer(version.program_id, proposer) if proposer else None
    return mine is None or theirs is None or mine == theirs


@transaction.atomic
def send_back(*, version: Version, by: User, reason: str = "") -> Version:
    """Turn a proposal back into a draft, without its signatures. Raises `NotProposed`, `NotYours`.

    A reason means it was declined; no reason means it was withdrawn.
    """
    proposal = _locked(version)
    if proposal.state != State.PROPOSED:
        raise NotProposed
    if not reason and not may_withdraw(proposal, by):
        raise NotYours
    notices.notify_returned(proposal, by, reason)
    Signature.objects.in_program(proposal.program_id).filter(version=proposal).delete()
    proposal.state, proposal.digest, proposal.counts_from = State.DRAFT, None, None
    proposal.proposed_at = proposal.proposed_by = None
    proposal.returned_by, proposal.returned_because = by, reason
    proposal.save()
    audit.record(
        by=by,
        action="agreement.decline" if reason else "agreement.withdraw",
        target=proposal,
        program_id=proposal.program_id,
        reason=reason,
    )
    publish(proposal)
    return proposal


def _locked(version: Version) -> Version:
    rows = Version.objects.in_program(version.program_id).select_for_update()
    return rows.get(pk=version.pk)

"""Both sides confirm the list, which is then dated and stored."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alignment.people.models import Side, User

from ..models import Candidate, Confirmation, ListedTarget, Nomination, Session, Target
from ..queries.targets import has_plays, lines_of, shown_targets
from ..queries.votes import by_candidate
from ..rules.lists import Line, is_complete, list_hash
from .locks import lock_discussing, lock_list, record_change
from .refusals import SelectionRefused


@transaction.atomic
def confirm(
    *, session: Session, side: Side, seen: str, by: User, now: datetime | None = None
) -> bool:
    """A manager binds the side to the list with the hash `seen`. True when both sides have
    confirmed.

    Raises `SelectionRefused` before the reveal, or if the list has changed since, lacks an owner or
    a play, or has more accounts than places.
    """
    lock_list(session.program_id)
    held, moment = lock_discussing(session), now or timezone.now()
    lines = lines_of(held.program_id)
    if seen != list_hash(lines):
        text = _("The list changed a moment ago. Read it again, then confirm.")
        raise SelectionRefused("changed", text)
    _demand_complete(held, lines)
    rows = Confirmation.objects.in_program(held.program_id).filter(session=held)
    # Deleting a person or a play changes the list without dropping the other side's confirmation.
    rows.exclude(list_hash=seen).delete()
    rows.get_or_create(
        session=held,
        side=side,
        defaults={"program_id": held.program_id, "by": by, "list_hash": seen, "at": moment},
    )
    record_change(held, held.program_id, by, "confirm", side=side, list_hash=seen)
    is_settled = rows.count() == len(Side.values)
    if is_settled:
        _keep(held, seen, moment, by)
    return is_settled


def _demand_complete(session: Session, lines: list[Line]) -> None:
    if len(lines) > session.capacity:
        over = len(lines) - session.capacity
        text = ngettext(
            "The list has %(over)d account too many.",
            "The list has %(over)d accounts too many.",
            over,
        )
        raise SelectionRefused("too_many", text % {"over": over})
    plays = has_plays(session.program_id)
    lacking = sum(not is_complete(line, has_plays=plays) for line in lines)
    if lacking:
        text = ngettext(
            "%(lacking)d account has no owner on both sides, or no play.",
            "%(lacking)d accounts have no owner on both sides, or no play.",
            lacking,
        )
        raise SelectionRefused("incomplete", text % {"lacking": lacking})


def _keep(session: Session, digest: str, now: datetime, by: User) -> None:
    """End the session and store its list as text."""
    session.confirmed_at, session.list_hash = now, digest
    session.save(update_fields=["confirmed_at", "list_hash"])
    targets = shown_targets(session.program)
    ListedTarget.objects.bulk_create(_line(session, target) for target in targets)
    _give_back(session)
    record_change(session, session.program_id, by, "settle", targets=len(targets), list_hash=digest)


def _give_back(session: Session) -> None:
    """Return nominations on which not both sides voted to the next session."""
    program_id = session.program_id
    nominated = Nomination.objects.in_program(program_id).filter(session=session, known_as="")
    rows = Candidate.objects.in_program(program_id).filter(session=session, known_as="")
    rows = rows.filter(account__in=nominated.values("account"))
    accounts = dict(rows.values_list("pk", "account_id"))
    votes = by_candidate(program_id, None, accounts)
    undecided = [account for pk, account in accounts.items() if len(votes.get(pk, ())) < len(Side)]
    nominated.filter(account__in=undecided).update(session=None)


def _line(session: Session, target: Target) -> ListedTarget:
    verdict = getattr(target.account, "verdict", None)
    return ListedTarget(
        program_id=session.program_id,
        session=session,
        account=target.account,
        account_name=target.account.name,
        verdict=verdict.answer if verdict else "",
        tier=target.tier,
        marketing_owner=str(target.marketing_owner),
        sales_owner=str(target.sales_owner),
        play=target.play.name if target.play else "",
        entered_at=target.entered_at,
    )

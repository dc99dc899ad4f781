"""Comments on clauses."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.people.models import Membership, User

from ..models import Comment, Version
from .drafts import publish

LONGEST = 4_000


class NoSuchThread(Exception):
    """The comment to be answered or settled is gone, or is an answer itself."""

    def __init__(self) -> None:
        super().__init__(_("This comment is no longer there."))


@transaction.atomic
def comment(
    *, version: Version, clause: str, text: str, by: User, parent_id: int | None = None
) -> Comment:
    """Comment on a clause (empty: on the whole agreement), or answer a comment. Raises
    `NoSuchThread`.

    An answer to a settled thread reopens it.
    """
    parent = _thread(version, parent_id) if parent_id is not None else None
    if parent is not None and parent.settled_at is not None:
        parent.settled_at = parent.settled_by = None
        parent.save()
    seat = Membership.objects.in_program(version.program_id).filter(user=by)
    side = seat.values_list("team__side", flat=True).first()
    said = Comment.objects.create(
        program_id=version.program_id,
        version=version,
        clause=parent.clause if parent else clause,
        parent=parent,
        author=by,
        side=side or "",
        text=text,
    )
    audit.record(by=by, action="agreement.comment", target=said, program_id=version.program_id)
    publish(version)
    return said


@transaction.atomic
def settle(*, version: Version, comment_id: int, settled: bool, by: User) -> Comment:
    """Settle a thread, or reopen it. Raises `NoSuchThread`."""
    thread = _thread(version, comment_id)
    thread.settled_at = timezone.now() if settled else None
    thread.settled_by = by if settled else None
    thread.save()
    action = "agreement.settle" if settled else "agreement.reopen"
    audit.record(by=by, action=action, target=thread, program_id=version.program_id)
    publish(version)
    return thread


def _thread(version: Version, comment_id: int) -> Comment:
    rows = Comment.objects.in_program(version.program_id).select_for_update()
    found = rows.filter(pk=comment_id, version=version, parent__isnull=True).first()
    if found is None:
        raise NoSuchThread
    return found

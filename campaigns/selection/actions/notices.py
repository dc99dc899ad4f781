"""Notices to people about changes to a list that they own or confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from alignment.notifications.actions.notices import NewNotice, NoticeText, notify_many
from alignment.notifications.models import NoticeKind
from alignment.people.models import Membership, Role, User

from ..models import Confirmation, Session, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def notify_removed(target: Target, by: User | None) -> None:
    """Notify the owners of the account and the managers of both sides, except `by`."""
    rows = Membership.objects.in_program(target.program_id).filter(role=Role.MANAGER)
    readers = {
        target.marketing_owner_id,
        target.sales_owner_id,
        *rows.values_list("user", flat=True),
    }
    path = reverse("workspace:targets", args=[target.program.slug])

    def words() -> NoticeText:
        title = _("%(by)s took %(account)s off the list")
        said = {"by": by or _("A merge"), "account": target.account}
        return NoticeText(title % said, target.left_because, path)

    _notify(target, {pk for pk in readers if pk}, by, f"target-{target.pk}-left", words)


def notify_dropped(
    session: Session, fallen: list[Confirmation], by: User | None, what: str
) -> None:
    """Ask those whose confirmations were dropped to confirm again; `what` changed the list."""
    path = reverse("workspace:target_session", args=[session.program.slug])

    def words() -> NoticeText:
        title = _("The list that you confirmed changed: confirm it again")
        text = _("%(by)s changed %(what)s.") % {"by": by or _("A merge"), "what": what}
        return NoticeText(title, text, path)

    for confirmation in fallen:
        cause = f"confirmation-{confirmation.pk}-fell"
        if confirmation.by_id:
            _notify(session, {confirmation.by_id}, by, cause, words)


def _notify(
    about: Session | Target,
    readers: Iterable[int],
    by: User | None,
    cause: str,
    words: Callable[[], NoticeText],
) -> None:
    others = sorted(pk for pk in readers if by is None or pk != by.pk)
    told = [NewNotice(pk, NoticeKind.TARGET, cause, words) for pk in others]
    notify_many(program=about.program, rows=told)

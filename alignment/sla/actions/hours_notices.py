"""Notifying managers of due times that moved with the working hours: one unread notice each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alignment.core.models import AuditEntry
from alignment.notifications.actions.notices import NewNotice, NoticeText, notify_many
from alignment.notifications.actions.renewing import Renewal, hold_unread, renew
from alignment.notifications.models import NoticeKind
from alignment.people.models import Membership, Program, Role, Side

from ..models import Clock

RECOMPUTED = "clock.recompute"
CAUSE = "recompute-"


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of working hours, closures or leave that moved due times of these sides."""

    entry_id: int
    actor_id: int | None
    actor: str
    at: datetime
    sides: frozenset[str]

    @classmethod
    def of(cls, entry: AuditEntry) -> _Change:
        at = datetime.fromisoformat(entry.detail["recomputed_at"])
        actor = entry.actor if entry.actor_id else "Entente"
        sides = frozenset(side.value for side in Side if side in entry.detail)
        return cls(entry.pk, entry.actor_id, actor, at, sides)

    def concerns(self, user_id: int, side: str) -> bool:
        """Whether somebody else moved due times of this person's side."""
        return self.actor_id != user_id and side in self.sides


def notify_recomputed(*, program: Program, entry: AuditEntry) -> None:
    """Notify the managers of the sides concerned, except who made the change.

    Who has not read an earlier notice of this kind gets no second one: theirs says what others moved
    since, each due time once. Call it under the lock of the calendars.
    """
    last = _Change.of(entry)
    rows = Membership.objects.in_program(program).filter(
        role=Role.MANAGER, team__side__in=last.sides, user__is_active=True
    )
    sides = dict(rows.exclude(user=last.actor_id).values_list("user_id", "team__side"))
    unread = hold_unread(program=program, kind=NoticeKind.HOURS, users=sides)
    first = {user_id: _first_of(notice.cause) for user_id, notice in unread.items()}
    changes = _changes_since(program, min(first.values())) if first else [last]
    known = {change.entry_id for change in changes}
    moved = _moved_in(program, changes)
    renewed, fresh = [], []
    for user_id, side in sides.items():
        since = first.get(user_id, entry.pk)
        theirs = [c for c in changes if c.entry_id >= since and c.concerns(user_id, side)]
        words = partial(_words, program, theirs, moved)
        if first.get(user_id) in known:
            renewed.append(Renewal(unread[user_id], words))
        else:
            fresh.append(NewNotice(user_id, NoticeKind.HOURS, f"{CAUSE}{entry.pk}", words))
    renew(program=program, rows=renewed)
    notify_many(program=program, rows=fresh)


def _first_of(cause: str) -> int:
    """The audit entry of the first change that a notice tells of."""
    return int(cause.removeprefix(CAUSE))


def _changes_since(program: Program, first: int) -> list[_Change]:
    """In order. Those written before their moment was kept are left out."""
    rows = AuditEntry.objects.filter(
        program_id=program.pk,
        target=program._meta.label_lower,
        target_id=program.pk,
        action=RECOMPUTED,
        pk__gte=first,
        detail__has_key="recomputed_at",
    )
    return [_Change.of(entry) for entry in rows.order_by("pk")]


def _moved_in(program: Program, changes: Sequence[_Change]) -> dict[datetime, int]:
    """Moment of a change -> due times that are what they are since."""
    moments = [change.at for change in changes]
    rows = Clock.objects.in_program(program).filter(
        recomputed_at__in=moments,
        recomputed_because=Clock.Recomputed.HOURS,
        # No due time moves into the past: the index by due time answers.
        due_at__gt=min(moments),
    )
    return dict(rows.values_list("recomputed_at").annotate(number=Count("pk")).order_by())


def _words(
    program: Program, changes: Collection[_Change], moved: Mapping[datetime, int]
) -> NoticeText:
    count = sum(moved.get(change.at, 0) for change in changes)
    title = ngettext(
        "%(count)d due time was counted anew", "%(count)d due times were counted anew", count
    )
    who = list(dict.fromkeys(change.actor for change in changes))
    text = _("%(who)s changed when people work. Promises that were broken stay broken.")
    if len(who) > 1:
        text = _(
            "Several people changed when people work: %(who)s. Promises that were broken stay"
            " broken."
        )
    path = f"/p/{program.slug}/sla/hours/"
    return NoticeText(title % {"count": count}, text % {"who": ", ".join(who)}, path)

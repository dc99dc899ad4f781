"""Hand-off notices to owners, to marketing when nobody was found, and to outside systems."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions.followers import hint_followers
from accounts.models import Lead
from alignment.core.live import bus
from alignment.notifications.actions.notices import (
    Announcement,
    NewNotice,
    NoticeText,
    announce_many,
    notify_many,
    wanted_events,
)
from alignment.notifications.models import NoticeKind
from alignment.people.models import Program, Side, User

from ..handoff_words import action_words, promise_line, reason_words
from ..models import HandOff
from ..notice_data import lead_data
from ..queries.handoffs import managers_of

# Above this many leads, pages only learn that leads moved, not which ones.
NAMED_AT_MOST = 50
LISTED_IN_NOTICE = 8


@dataclass(frozen=True, slots=True)
class Handed:
    """A lead being handed over; without `owner`, marketing's managers decide."""

    row: HandOff
    lead: Lead
    owner: User | None


def handed_cause(event_id: int) -> str:
    """The cause of the notice of a hand-off, or of several; `event_id` is of the first one."""
    return f"handed-off-{event_id}"


def notify_handed_off(program: Program, handed: Sequence[Handed]) -> None:
    of_owner: dict[int, list[Handed]] = defaultdict(list)
    for item in handed:
        of_owner[item.owner.pk if item.owner else 0].append(item)
    waiting = of_owner.pop(0, [])
    rows = [
        NewNotice(
            user=user_id,
            kind=NoticeKind.HANDED_OFF,
            cause=handed_cause(mine[0].row.event_id),
            words=partial(_owner_words, program, mine),
        )
        for user_id, mine in of_owner.items()
    ]
    notify_many(program=program, rows=[*rows, *_asks(program, waiting)])
    announce_handed_off(program, [item for item in handed if item.owner])
    _announce_nobody(program, waiting)
    hint_followers()
    names = [f"lead-{item.lead.pk}" for item in handed[:NAMED_AT_MOST]]
    bus.publish(program.pk, "mql", "leads", "handoffs", *names)


def _asks(program: Program, waiting: Sequence[Handed]) -> list[NewNotice]:
    """Ask marketing's managers to decide, because nobody was found and the clock is running."""
    if not waiting:
        return []
    return [
        NewNotice(
            user=manager,
            kind=NoticeKind.NOBODY_TO_OWN,
            cause=f"nobody-to-own-{waiting[0].row.event_id}",
            words=partial(_nobody_words, program, waiting),
        )
        for manager in managers_of(program.pk, Side.MARKETING)
    ]


def _owner_words(program: Program, mine: Sequence[Handed]) -> NoticeText:
    first = mine[0]
    if len(mine) > 1:
        title = ngettext("%(n)d lead is handed to you", "%(n)d leads are handed to you", len(mine))
        path = reverse("workspace:queue", args=[program.slug])
        return NoticeText(title % {"n": len(mine)}, _listed(mine), path)
    title = _("%(lead)s is handed to you") % {"lead": _named(first.lead)}
    lines = [
        action_words(first.row.next_action).action,
        promise_line(first.row.brief),
        reason_words(first.row.route, first.row.why),
    ]
    path = reverse("workspace:lead", args=[program.slug, first.lead.pk])
    return NoticeText(title, "\n".join(line for line in lines if line), path)


def _nobody_words(program: Program, waiting: Sequence[Handed]) -> NoticeText:
    first = waiting[0]
    if len(waiting) > 1:
        title = ngettext("%(n)d lead finds no owner", "%(n)d leads find no owner", len(waiting))
        path = reverse("sla:handoffs", args=[program.slug]) + "?show=waiting"
        return NoticeText(title % {"n": len(waiting)}, _listed(waiting), path)
    title = _("%(lead)s finds no owner") % {"lead": _named(first.lead)}
    text = reason_words(first.row.route, first.row.why)
    path = reverse("sla:handoff", args=[program.slug, first.row.pk])
    return NoticeText(title, text, path)


def _listed(handed: Sequence[Handed]) -> str:
    return "\n".join(_named(item.lead) for item in handed[:LISTED_IN_NOTICE])


def _named(lead: Lead) -> str:
    company = f" ({lead.account.name})" if lead.account else ""
    return f"{lead.stakeholder}{company}"


def announce_handed_off(program: Program, handed: Sequence[Handed]) -> None:
    """Send one message per lead to the outside endpoints that subscribed to it."""
    if not handed or "handed_off" not in wanted_events(program):
        return
    announce_many(
        program=program,
        rows=[
            Announcement(
                "handed_off", handed_cause(item.row.event_id), _data(item), _announced(item)
            )
            for item in handed
        ],
    )


def _lead(lead: Lead) -> dict[str, Any]:
    account = lead.account.name if lead.account else ""
    return lead_data(lead.program, lead_id=lead.pk, name=str(lead.stakeholder), account=account)


def _announce_nobody(program: Program, waiting: Sequence[Handed]) -> None:
    if not waiting or "nobody_to_own" not in wanted_events(program):
        return
    rows = [
        Announcement(
            "nobody_to_own",
            f"nobody-to-own-{item.row.event_id}",
            {"lead": _lead(item.lead)},
            _("%(lead)s finds no owner") % {"lead": _named(item.lead)},
        )
        for item in waiting
    ]
    announce_many(program=program, rows=rows)


def _announced(item: Handed) -> str:
    """The text for people in a chat channel."""
    return _("%(lead)s is handed to %(owner)s. %(action)s") % {
        "lead": _named(item.lead),
        "owner": item.owner,
        "action": action_words(item.row.next_action).action,
    }


def _data(item: Handed) -> dict[str, Any]:
    return {
        "handoff": item.row.pk,
        "lead": _lead(item.lead),
        "owner_email": item.owner.email if item.owner else None,
        "route": str(item.row.route),
        "next_action": item.row.next_action,
        "brief": item.row.brief,
        "handed_at": item.row.handed_at.isoformat() if item.row.handed_at else None,
    }

"""Notifying people of promises at risk and broken, many at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alignment.core import figures
from alignment.notifications.actions import notices
from alignment.notifications.actions.notices import Announcement, NoticeText
from alignment.notifications.models import NoticeKind
from alignment.people.models import Program, User

from ..notice_data import lead_data, lead_page, promise_page
from ..queries.clock_facts import LeadName, lead_names
from ..queries.recipients import Recipients
from ..rules.contract import Rung, SlaClause
from ..rules.ladder import RUNNING, Step
from ..words import title
from .due_clocks import DueClock

OUTSIDE = {"slack", "webhook"}


class SweptClock(NamedTuple):
    """What the sweep did with a clock."""

    clock: DueClock
    clause: SlaClause
    step: Step


def notify_swept(rows: Sequence[SweptClock]) -> None:
    """Notify those who can still act, and report breaches and rungs to people and endpoints.

    Call it in the transaction that made the changes. Statements grow with programs, not with rows.
    """
    loud = [row for row in rows if row.step.percent or row.step.climb or _breaks(row)]
    if not loud:
        return
    by_program: dict[int, list[SweptClock]] = defaultdict(list)
    for row in loud:
        by_program[row.clock.program_id].append(row)
    names = lead_names({row.clock.lead_id for row in loud})
    recipients = Recipients(by_program.keys())
    for program in Program.objects.in_bulk(by_program).values():
        theirs = by_program[program.pk]
        told = [notice for row in theirs for notice in _notices(program, row, names, recipients)]
        notices.notify_many(program=program, rows=told)
        wanted = notices.wanted_events(program)
        if wanted:
            outside = [event for row in theirs for event in _events(program, row, names, wanted)]
            notices.announce_many(program=program, rows=outside)


def _breaks(row: SweptClock) -> bool:
    return row.clock.state == RUNNING and row.step.state != RUNNING


def _notices(
    program: Program, row: SweptClock, names: Mapping[int, LeadName], recipients: Recipients
) -> list[notices.NewNotice]:
    clock, name = row.clock, names[row.clock.lead_id]
    if row.step.percent:
        path = lead_page(program, clock.lead_id)
        cause = f"clock-{clock.id}-warning-{row.step.percent}"
        said = _warning(row, name, path)
        who = [clock.owner_id] if clock.owner_id else _to(recipients, row, "manager")
        return [notices.NewNotice(user, NoticeKind.WARNING, cause, said) for user in who]
    rung = _rung(row)
    if rung is None or not {"app", "email"} & set(rung.channels):
        return []
    cause = f"clock-{clock.id}-breach-{row.step.climb}"
    answered = promise_page(program, clock.id)
    return [
        notices.NewNotice(user, NoticeKind.BREACH, cause, _breach(row, name, answered, user))
        for user in _to(recipients, row, rung.to)
    ]


def _rung(row: SweptClock) -> Rung | None:
    return row.clause.ladder[row.step.climb - 1] if row.step.climb else None


def _to(recipients: Recipients, row: SweptClock, to: str) -> Sequence[User]:
    clock = row.clock
    return recipients.of(
        to,
        program_id=clock.program_id,
        side=clock.side,
        owner_id=clock.owner_id,
        team_id=clock.team_id,
    )


def _warning(row: SweptClock, name: LeadName, path: str) -> Callable[[], NoticeText]:
    def words() -> NoticeText:
        heading = _("Due soon: %(promise)s") % {"promise": title(row.clause)}
        share = figures.percent(row.step.percent or 0)
        text = _("%(share)s of the time is over.") % {"share": share}
        return NoticeText(f"{heading} · {name}", text, path)

    return words


def _breach(row: SweptClock, name: LeadName, path: str, user: User) -> Callable[[], NoticeText]:
    def words() -> NoticeText:
        due = _moment(row.clock.due_at.replace(second=0, microsecond=0), user.time_zone)
        again = (row.step.climb or 1) > 1
        heading = _heading(row.clause, again, get_language())
        return NoticeText(f"{heading} · {name}", _text(due, again, get_language()), path)

    return words


@lru_cache(maxsize=1_000)
def _heading(clause: SlaClause, again: bool, language: str) -> str:
    said = _("Still unanswered: %(promise)s") if again else _("Broken: %(promise)s")
    return said % {"promise": title(clause)}


@lru_cache(maxsize=1_000)
def _text(due: str, again: bool, language: str) -> str:
    if again:
        said = _("It was due %(due)s, and nobody has said what will be done.")
    else:
        said = _("It was due %(due)s. Say what will be done.")
    return said % {"due": due}


def _moment(at: Any, zone: str) -> str:
    return _moment_in(at, zone, get_language())


@lru_cache(maxsize=10_000)
def _moment_in(at: Any, zone: str, language: str) -> str:
    return date_format(at.astimezone(ZoneInfo(zone)), "SHORT_DATETIME_FORMAT")


def _events(
    program: Program, row: SweptClock, names: Mapping[int, LeadName], wanted: set[str]
) -> list[Announcement]:
    """Webhook events for subscribed endpoints; rungs only where the contract sends them outside."""
    clock, name = row.clock, names[row.clock.lead_id]
    data = {
        "lead": lead_data(program, lead_id=clock.lead_id, name=name.person, account=name.account),
        "clock": clock.id,
        "clause": clock.clause,
        "side": clock.side,
        "due_at": clock.due_at.isoformat().replace("+00:00", "Z"),
    }
    found: list[tuple[str, str, dict[str, Any]]] = []
    if row.step.percent:
        found.append(("warning", f"warning-{row.step.percent}", {"percent": row.step.percent}))
    if _breaks(row) or row.step.climb == 1:
        found.append(("breach", "breach", {}))
    rung = _rung(row)
    if rung is not None and OUTSIDE & set(rung.channels):
        level = row.step.climb
        found.append(("escalation", f"escalation-{level}", {"level": level}))
    return [
        Announcement(event, f"clock-{clock.id}-{cause}", {**data, **more}, _line(row, event, name))
        for event, cause, more in found
        if event in wanted
    ]


def _line(row: SweptClock, event: str, name: LeadName) -> str:
    """The sentence for Slack, in the process's language because a channel has none of its own."""
    promise = title(row.clause)
    said = {
        "warning": _("%(promise)s is due soon: %(lead)s"),
        "breach": _("Promise broken: %(promise)s, %(lead)s"),
        "escalation": _("Broken promise escalated: %(promise)s, %(lead)s"),
    }[event]
    return said % {"promise": promise, "lead": name}

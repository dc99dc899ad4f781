"""The timeline of a lead: what the person and both teams did, in one order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.models import Engagement, JournalEvent, JournalKind, Signal, Stage, ValidationCall
from accounts.queries.own_time import by_own_time, recorded_later
from alignment.people.queries import sides_of

from ..paging import read_cursor, write_cursor
from ..work_words import work_sentence

if TYPE_CHECKING:
    from accounts.models import Lead

TIMELINE_PAGE = 40

ICONS = {
    JournalKind.LEAD_OPENED: "user-plus",
    JournalKind.BECAME_ENGAGED: "activity",
    JournalKind.BECAME_MQL: "bolt",
    JournalKind.BECAME_SQL: "circle-check",
    JournalKind.STAGE_CHANGED: "arrows-exchange",
    JournalKind.OWNER_CHANGED: "user-check",
    JournalKind.CALL_RECORDED: "phone",
    JournalKind.VERDICT_CHANGED: "target-arrow",
    JournalKind.HANDED_OFF: "arrow-right",
    JournalKind.CONTACTED: "phone",
    JournalKind.FEEDBACK_GIVEN: "message",
    JournalKind.CRM_UPDATED: "refresh",
    JournalKind.CONTACT_FORBIDDEN: "ban",
    JournalKind.NOTE: "note",
}


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One entry: `side` is its team, `who` did it, `note` adds details, `recorded_at` is set if it
    was recorded later than it happened.
    """

    at: datetime
    icon: str
    text: str
    side: str = ""
    who: str = ""
    note: str = ""
    recorded_at: datetime | None = None


def timeline(lead: Lead, before: str) -> tuple[list[TimelineEntry], str]:
    """The newest entries up to the cursor `before`, and the cursor of older ones."""
    place = read_cursor(before, (datetime,))
    until = place[0] if place else datetime.max.replace(tzinfo=UTC)
    engagements = lead.engagements.filter(occurred_at__lt=until).select_related("signal")
    # An attempt that reached the person is journaled as contacted, too: one entry is enough.
    events = by_own_time(lead.journal.exclude(kind=JournalKind.REACHED), until)
    done = list(events.select_related("actor")[: TIMELINE_PAGE + 1])
    sides = sides_of(lead.program_id, (event.actor_id for event in done))
    merged = [_engaged(e) for e in engagements.order_by("-occurred_at")[: TIMELINE_PAGE + 1]]
    merged += [_done(event, sides.get(event.actor_id or 0, "")) for event in done]
    merged.sort(key=lambda entry: entry.at, reverse=True)
    shown = merged[:TIMELINE_PAGE]
    return shown, write_cursor((shown[-1].at,)) if len(merged) > TIMELINE_PAGE else ""


def _engaged(engagement: Engagement) -> TimelineEntry:
    signal = engagement.signal
    text = signal.shown_name
    if signal.kind == Signal.Kind.FACT and not engagement.value:
        text = _("%(fact)s: no longer") % {"fact": text}
    icon = "circle-check" if signal.kind == Signal.Kind.FACT else "hand-click"
    return TimelineEntry(engagement.occurred_at, icon, text, signal.side, engagement.source)


def _done(event: JournalEvent, side: str) -> TimelineEntry:
    detail = event.detail if isinstance(event.detail, dict) else {}
    happened_at: datetime = event.happened_at  # type: ignore[attr-defined]
    return TimelineEntry(
        at=happened_at,
        icon=ICONS.get(JournalKind(event.kind), "circle"),
        text=_sentence(event, detail),
        side=side,
        who=str(event.actor) if event.actor else "",
        note=str(detail.get("reason") or detail.get("note") or ""),
        recorded_at=recorded_later(happened_at=happened_at, at=event.at),
    )


def _sentence(event: JournalEvent, detail: dict[str, Any]) -> str:
    score = detail.get("score")
    if event.kind == JournalKind.BECAME_MQL and score is not None:
        return _("Became MQL with %(score)s points") % {"score": score}
    if event.kind == JournalKind.BECAME_SQL and score is not None:
        return _("Became SQL with %(score)s points") % {"score": score}
    if event.kind == JournalKind.STAGE_CHANGED:
        return _("Moved from %(was)s to %(now)s") % {
            "was": _stage(detail.get("from")),
            "now": _stage(detail.get("to")),
        }
    if event.kind == JournalKind.OWNER_CHANGED:
        if not detail.get("to"):
            return _("Given back by %(was)s") % {"was": detail.get("from", "")}
        if event.actor and detail["to"] == str(event.actor):
            return _("Claimed")
        return _("Owner: %(now)s") % {"now": detail["to"]}
    if event.kind == JournalKind.CALL_RECORDED:
        outcomes = dict(ValidationCall.Outcome.choices)
        outcome = outcomes.get(str(detail.get("outcome")), "")
        return _("Validation call: %(outcome)s") % {"outcome": outcome}
    return work_sentence(event.kind, detail) or str(event.get_kind_display())


def _stage(value: Any) -> str:
    return str(dict(Stage.choices).get(str(value), value or ""))

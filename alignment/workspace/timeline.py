"""Activity of both teams and of the prospect, as one timeline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    Account,
    Engagement,
    JournalEvent,
    JournalKind,
    Removed,
    Signal,
    Stage,
    Stakeholder,
    ValidationCall,
)
from accounts.queries.names import set_known_as
from accounts.queries.own_time import by_own_time, recorded_later
from accounts.rules.fact_words import fact_words, shown_facts
from alignment.core.addresses import address_of
from alignment.icp.models import Answer
from alignment.people.queries import sides_of
from alignment.workspace import reference_names
from alignment.workspace.paging import read_cursor, write_cursor
from alignment.workspace.work_words import work_sentence
from campaigns.opportunities.defaults import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import Q
    from django.utils.functional import _StrPromise

    from alignment.people.models import Program

PAGE = 30
# Engagements are read only for the leads of an account that moved last.
MOST_LEADS = 200
MOST_FIELDS_NAMED = 4
# The columns that a line shows, which are only half of them.
_PERSON = ("stakeholder__first_name", "stakeholder__last_name")
_SIGNAL = ("signal__kind", "signal__code", "signal__name", "signal__side")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what, who, which side, and details; `recorded_at` is set if it was recorded later
    than it happened.
    """

    at: datetime
    icon: str
    text: str
    side: str = ""
    tone: str = ""
    who: str = ""
    by: str = ""
    note: str = ""
    url: str = ""
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """`older` is the cursor of earlier entries, empty at the beginning of the timeline."""

    entries: list[Entry]
    older: str


ICONS: dict[str, str] = {
    JournalKind.LEAD_OPENED: "user-plus",
    JournalKind.BECAME_ENGAGED: "activity",
    JournalKind.BECAME_MQL: "flame",
    JournalKind.BECAME_SQL: "star",
    JournalKind.STAGE_CHANGED: "arrow-right",
    JournalKind.OWNER_CHANGED: "user-check",
    JournalKind.CALL_RECORDED: "phone",
    JournalKind.VERDICT_CHANGED: "target",
    JournalKind.ACCOUNT_CREATED: "building",
    JournalKind.ACCOUNT_CHANGED: "edit",
    JournalKind.ACCOUNT_MERGED: "link",
    JournalKind.OPPORTUNITY_OPENED: "briefcase",
    JournalKind.OPPORTUNITY_MOVED: "briefcase",
    JournalKind.PERSON_CHANGED: "edit",
    JournalKind.HANDED_OFF: "arrow-right",
    JournalKind.CONTACTED: "phone",
    JournalKind.FEEDBACK_GIVEN: "message",
    JournalKind.CRM_UPDATED: "refresh",
    JournalKind.CONTACT_FORBIDDEN: "ban",
    JournalKind.NOTE: "note",
    JournalKind.REMOVED: "trash",
}
SIGNAL_ICONS = (
    ("pricing", "cash"),
    ("roi_", "coin"),
    ("case", "file-text"),
    ("download", "download"),
    ("webinar", "video"),
    ("demo", "player-play"),
    ("repl", "message"),
    ("open", "mail-opened"),
    ("mail", "mail"),
    ("call", "phone"),
    ("form", "clipboard-check"),
    ("event", "calendar-event"),
    ("visit", "world"),
    ("page", "world"),
)
# Whose work these events are, whoever recorded them.
SIDES: dict[str, str] = {
    JournalKind.BECAME_ENGAGED: "marketing",
    JournalKind.BECAME_MQL: "marketing",
    JournalKind.BECAME_SQL: "sales",
    JournalKind.CALL_RECORDED: "sales",
    JournalKind.HANDED_OFF: "marketing",
    JournalKind.CONTACTED: "sales",
    JournalKind.FEEDBACK_GIVEN: "sales",
}
TEXTS: dict[str, str | _StrPromise] = {
    JournalKind.LEAD_OPENED: _("Lead opened"),
    JournalKind.BECAME_ENGAGED: _("Engaged for the first time"),
    JournalKind.BECAME_MQL: _("Became MQL"),
    JournalKind.BECAME_SQL: _("Became SQL"),
    JournalKind.ACCOUNT_CREATED: _("Account created"),
    JournalKind.ACCOUNT_CHANGED: _("Account changed"),
    JournalKind.ACCOUNT_MERGED: _("Merged with another account"),
    JournalKind.OPPORTUNITY_OPENED: _("Opportunity opened"),
    JournalKind.OPPORTUNITY_MOVED: _("Opportunity moved"),
    JournalKind.PERSON_CHANGED: _("Person changed"),
    JournalKind.CRM_UPDATED: _("Status updated in the CRM"),
    JournalKind.NOTE: _("Note"),
}


def timeline_of(
    *, program: Program, lead_ids: Sequence[int], journal: Q, before: str = ""
) -> Timeline:
    """Engagements of these leads and the matching journal rows, the newest first: four queries."""
    place = read_cursor(before, (datetime,))
    until = place[0] if place else datetime.max.replace(tzinfo=UTC)
    engagements = (
        Engagement.objects.in_program(program)
        .filter(lead__in=lead_ids[:MOST_LEADS], occurred_at__lt=until)
        .select_related("signal", "stakeholder")
        .only("occurred_at", "source", "value", *_SIGNAL, *_PERSON)
    )
    events = (
        by_own_time(JournalEvent.objects.in_program(program).filter(journal), until)
        # An attempt that reached the person is journaled as contacted, too: one entry is enough.
        .exclude(kind=JournalKind.REACHED)
        .select_related("actor", "stakeholder")
        .only("at", "kind", "detail", "lead", "actor__name", "actor__email", *_PERSON)
    )
    seen = list(engagements.order_by("-occurred_at", "-id")[: PAGE + 1])
    rows = list(events[: PAGE + 1])
    set_known_as(program=program, people=[row.stakeholder for row in (*seen, *rows)])
    found = [_of_engagement(program, e) for e in seen]
    found += _of_events(program, rows)
    found.sort(key=lambda entry: entry.at, reverse=True)
    older = write_cursor((found[PAGE - 1].at,)) if len(found) > PAGE else ""
    return Timeline(found[:PAGE], older)


def _of_engagement(program: Program, engagement: Engagement) -> Entry:
    signal = engagement.signal
    text = signal.shown_name
    if signal.kind == signal.Kind.FACT and not engagement.value:
        text = gettext("%(fact)s: no longer") % {"fact": text}
    return Entry(
        at=engagement.occurred_at,
        icon=_icon(signal),
        text=text,
        side=signal.side,
        who=str(engagement.stakeholder),
        by=engagement.source,
        url=address_of("workspace:person", program.slug, engagement.stakeholder_id),
    )


def _icon(signal: Signal) -> str:
    """Chosen by words in its code, since programs name their own signals."""
    if signal.kind == Signal.Kind.FACT:
        return "circle-check"
    return next((icon for word, icon in SIGNAL_ICONS if word in signal.code), "hand-click")


def _of_events(program: Program, events: Sequence[JournalEvent]) -> list[Entry]:
    sides = sides_of(program, (event.actor_id for event in events))
    return [_of_event(program, event, sides) for event in events]


def _of_event(program: Program, event: JournalEvent, sides: dict[int, str]) -> Entry:
    side = SIDES.get(event.kind) or sides.get(event.actor_id or 0, "")
    happened_at = event.happened_at  # type: ignore[attr-defined]
    entry = Entry(
        at=happened_at,
        icon=ICONS.get(event.kind, "circle"),
        text=str(TEXTS.get(event.kind, "")),
        side=side,
        who=str(event.stakeholder) if event.stakeholder else "",
        by=str(event.actor) if event.actor else "",
        url=_address(program, event),
        recorded_at=recorded_later(happened_at=happened_at, at=event.at),
    )
    told = _DETAILS.get(event.kind)
    return told(entry, event.detail if isinstance(event.detail, dict) else {}) if told else entry


def _address(program: Program, event: JournalEvent) -> str:
    if event.lead_id:
        return address_of("workspace:lead", program.slug, event.lead_id)
    if event.stakeholder_id:
        return address_of("workspace:person", program.slug, event.stakeholder_id)
    return ""


def _crossing(entry: Entry, detail: dict[str, Any]) -> Entry:
    if detail.get("score") is None:
        return entry
    return replace(entry, note=gettext("Score %(score)s") % {"score": detail["score"]})


def _stage(entry: Entry, detail: dict[str, Any]) -> Entry:
    label = dict(Stage.choices).get(str(detail.get("to")), detail.get("to", ""))
    text = gettext("Now: %(stage)s") % {"stage": label}
    tones: dict[str, str] = {Stage.WON: "success", Stage.LOST: "danger"}
    tone = tones.get(str(detail.get("to")), "")
    return replace(entry, text=text, tone=tone, note=str(detail.get("reason", "")))


def _owner(entry: Entry, detail: dict[str, Any]) -> Entry:
    owner = str(detail.get("to", ""))
    text = gettext("Given to %(owner)s") % {"owner": owner} if owner else gettext("Owner removed")
    return replace(entry, text=text)


def _call(entry: Entry, detail: dict[str, Any]) -> Entry:
    outcomes = dict(ValidationCall.Outcome.choices)
    outcome = outcomes.get(str(detail.get("outcome")), "")
    text = gettext("Validation call: %(outcome)s") % {"outcome": outcome}
    return replace(entry, text=text, note=str(detail.get("note", "")))


def _work(entry: Entry, detail: dict[str, Any], kind: str) -> Entry:
    return replace(entry, text=work_sentence(kind, detail), note=str(detail.get("note", "")))


def _forbidden(entry: Entry, detail: dict[str, Any]) -> Entry:
    text = work_sentence(JournalKind.CONTACT_FORBIDDEN, detail)
    return replace(entry, text=text, note=str(detail.get("reason", "")))


def _verdict(entry: Entry, detail: dict[str, Any]) -> Entry:
    answers = dict(Answer.choices)
    text = gettext("ICP verdict: %(before)s → %(after)s") % {
        "before": answers.get(str(detail.get("from")), "?"),
        "after": answers.get(str(detail.get("to")), "?"),
    }
    tone = {"yes": "success", "no": "danger"}.get(str(detail.get("to")), "")
    return replace(entry, text=text, tone=tone)


def _changes(entry: Entry, detail: dict[str, Any]) -> Entry:
    changes = detail.get("changes")
    if not isinstance(changes, dict) or not changes:
        return entry
    return replace(entry, note=_some([_field_name(str(name)) for name in changes], ", "))


def _account_changes(entry: Entry, detail: dict[str, Any]) -> Entry:
    """For short facts, the old and the new value."""
    changes = detail.get("changes")
    if not isinstance(changes, dict) or not changes:
        return entry
    pairs = {
        name: pair if isinstance(pair, list) else [None, None] for name, pair in changes.items()
    }
    before = {name: pair[0] for name, pair in pairs.items()}
    after = {name: pair[-1] for name, pair in pairs.items()}
    told = [_fact_change(fact, before, after) for fact in shown_facts(pairs)]
    return replace(entry, note=_some(told, " · "))


def _fact_change(fact: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    name = str(FACT_NAMES.get(fact) or _field_name(fact))
    if fact not in SHORT_FACTS:
        return name
    was, now = (
        fact_words(fact, facts, reference_names.industry_title) for facts in (before, after)
    )
    unknown, colon = gettext("unknown"), pgettext("after a label", ":")
    return f"{name}{colon} {was or unknown} → {now or unknown}"


def _some(names: list[str], between: str) -> str:
    note = between.join(names[:MOST_FIELDS_NAMED])
    if len(names) <= MOST_FIELDS_NAMED:
        return note
    rest = {"fields": note, "number": len(names) - MOST_FIELDS_NAMED}
    return gettext("%(fields)s and %(number)s more") % rest


def _merged(entry: Entry, detail: dict[str, Any]) -> Entry:
    return replace(entry, note=str(detail.get("name", "")))


def _roi_page(entry: Entry, detail: dict[str, Any]) -> Entry:
    """A visit of a page without a named recipient; other notes are returned unchanged."""
    texts = {"opened": gettext("ROI page opened"), "used": gettext("ROI page used")}
    text = texts.get(str(detail.get("roi")))
    if text is None:
        return entry
    note = str(detail.get("calculator", ""))
    return replace(entry, icon="coin", text=text, side="marketing", note=note)


def _removed(entry: Entry, detail: dict[str, Any]) -> Entry:
    return replace(entry, text=str(dict(Removed.choices).get(str(detail.get("what")), "")))


def _deal(entry: Entry, detail: dict[str, Any]) -> Entry:
    text = gettext("Opportunity: %(before)s → %(after)s") % {
        "before": shown(str(detail.get("from", "?"))),
        "after": shown(str(detail.get("to", "?"))),
    }
    tone = {"won": "success", "lost": "danger"}.get(str(detail.get("outcome")), "")
    name, reason = str(detail.get("name", "")), str(detail.get("reason", ""))
    return replace(entry, text=text, tone=tone, note=f"{name} · {reason}" if reason else name)


# Facts of a person that are stored as separate rows.
DETAIL_NAMES: dict[str, _StrPromise] = {
    "emails": _("e-mail addresses"),
    "phones": _("phones"),
    "primary_email": _("primary e-mail address"),
    "primary_phone": _("primary phone"),
}


FACT_NAMES: dict[str, _StrPromise] = {
    "employees": pgettext_lazy("a fact of an account", "employees"),
    "revenue": pgettext_lazy("a fact of an account", "annual revenue"),
    "budget_usd": pgettext_lazy("a fact of an account", "budget"),
    "naics": pgettext_lazy("a fact of an account", "industry"),
    "technology_maturity": pgettext_lazy("a fact of an account", "technology maturity"),
}
# Descriptions are too long, and the journal stores only ids of owners and areas.
SHORT_FACTS = {*FACT_NAMES, "name", "domain", "city", "state", "zip", "country", "technologies"}


def _field_name(name: str) -> str:
    if name in DETAIL_NAMES:
        return str(DETAIL_NAMES[name])
    for model in (Account, Stakeholder):
        for field in model._meta.fields:
            if name in (field.name, field.attname):
                return str(field.verbose_name)
    return name


_DETAILS: dict[str, Callable[[Entry, dict[str, Any]], Entry]] = {
    JournalKind.BECAME_ENGAGED: _crossing,
    JournalKind.BECAME_MQL: _crossing,
    JournalKind.BECAME_SQL: _crossing,
    JournalKind.STAGE_CHANGED: _stage,
    JournalKind.OWNER_CHANGED: _owner,
    JournalKind.CALL_RECORDED: _call,
    JournalKind.HANDED_OFF: partial(_work, kind=JournalKind.HANDED_OFF),
    JournalKind.CONTACTED: partial(_work, kind=JournalKind.CONTACTED),
    JournalKind.FEEDBACK_GIVEN: partial(_work, kind=JournalKind.FEEDBACK_GIVEN),
    JournalKind.CONTACT_FORBIDDEN: _forbidden,
    JournalKind.VERDICT_CHANGED: _verdict,
    JournalKind.ACCOUNT_CHANGED: _account_changes,
    JournalKind.ACCOUNT_MERGED: _merged,
    JournalKind.OPPORTUNITY_OPENED: _merged,
    JournalKind.OPPORTUNITY_MOVED: _deal,
    JournalKind.PERSON_CHANGED: _changes,
    JournalKind.NOTE: _roi_page,
    JournalKind.REMOVED: _removed,
}

"""Hand-offs in words: why this owner, what the person did, what is missing, what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import ValidationCall
from accounts.models.stakeholders import Channel, Stakeholder
from accounts.rules.signals import shown_name
from alignment.icp.words import kind_title
from alignment.reference.spoken import state_name

from .handoff_defaults import shown
from .models import Attempt
from .rules import briefs, routing


def reason_words(route: str, why: Mapping[str, Any]) -> str:
    """Why this person owns the lead, in sentences: who came first but was passed over, then who was
    chosen and how."""
    said = [_passed(one) for one in why.get("passed_over", [])]
    said.append(_chosen(route, why))
    return " ".join(sentence for sentence in said if sentence)


def _chosen(route: str, why: Mapping[str, Any]) -> str:
    if why.get("claimed_by"):
        return _("%(name)s claimed the lead.") % {"name": why["claimed_by"]}
    if why.get("decided_by"):
        return _("%(name)s decided who gets the lead.") % {"name": why["decided_by"]}
    turn = why.get("turn")
    if route == routing.LEAD_OWNER:
        return _("Owned the lead already.")
    if route == routing.ACCOUNT_OWNER:
        return _("Owns the account.")
    if route == routing.TERRITORY:
        place = {"state": why.get("state", ""), "team": why.get("team", "")}
        if not turn:
            return _("%(state)s is their territory.") % place
        return _("%(state)s is the territory of %(team)s.") % place + " " + _turn(turn)
    if route == routing.ROTATION and turn:
        return _turn(turn)
    return (
        _("Everybody who takes turns was on leave when it came.")
        if why.get("away")
        else _("Nobody in sales took turns when it came.")
    )


def _turn(turn: Mapping[str, Any]) -> str:
    text = ngettext(
        "It was their turn: %(n)d lead in seven days, among %(among)d who take turns.",
        "It was their turn: %(n)d leads in seven days, among %(among)d who take turns.",
        turn.get("taken", 0),
    )
    said = [text % {"n": turn.get("taken", 0), "among": turn["among"]}]
    if turn["weight"] > 1:
        often = _("They take %(weight)d leads where others with a single turn take one.")
        said.append(often % {"weight": turn["weight"]})
    if turn.get("all_full"):
        said.append(_("All have as many leads as they can take in a week."))
    if turn.get("nobody_works"):
        said.append(_("Nobody was at work at that moment."))
    return " ".join(said)


def _passed(one: Mapping[str, str]) -> str:
    names = {"name": one.get("who", "")}
    because = one.get("because")
    if one.get("as") == routing.LEAD_OWNER:
        return {
            routing.ON_LEAVE: _("%(name)s owned the lead and is on leave."),
            routing.NOT_IN_SALES: _("%(name)s owned the lead and does not work leads."),
        }.get(because or "", "") % names
    if one.get("as") == routing.ACCOUNT_OWNER:
        return {
            routing.ON_LEAVE: _("%(name)s owns the account and is on leave."),
            routing.NOT_IN_SALES: _("%(name)s owns the account and does not work leads."),
            routing.OUT_OF_HOURS: _("%(name)s owns the account and does not work at this hour."),
        }.get(because or "", "") % names
    return {
        routing.ON_LEAVE: _("It is the territory of %(name)s, who is on leave."),
        routing.NOT_IN_SALES: _("It is the territory of %(name)s, who does not work leads."),
        routing.OUT_OF_HOURS: _("It is the territory of %(name)s, not at work at this hour."),
    }.get(because or "", "") % names


def missing_words(parts: Sequence[str]) -> list[str]:
    names = {
        briefs.NAME: _("name of the person"),
        briefs.REACH: _("phone, e-mail or profile"),
        briefs.COMPANY: _("company"),
        briefs.ICP: _("verdict of the ICP"),
        briefs.WHY_NOW: _("what they did lately"),
        briefs.POINTS: _("points"),
    }
    return [names.get(part, part) for part in parts]


@dataclass(frozen=True, slots=True)
class ActionWords:
    """The next best action. `action` is empty where no rule applied."""

    action: str
    content: str
    talking_point: str
    reason: str


def action_words(stored: Mapping[str, Any]) -> ActionWords:
    return ActionWords(
        shown(stored.get("action", "")),
        shown(stored.get("content", "")),
        shown(stored.get("talking_point", "")),
        shown(stored.get("reason", "")),
    )


def promise_line(brief: Mapping[str, Any]) -> str:
    """The promise as a notice states it; empty without one."""
    promise = brief.get("promise")
    return _("Promised: “%(promise)s”") % {"promise": promise["text"]} if promise else ""


@dataclass(frozen=True, slots=True)
class Deed:
    """A past event: by the person, or by one of the teams."""

    at: datetime | None
    text: str
    what: str = ""
    side: str = ""
    by: str = ""
    source: str = ""
    promise: str = ""
    campaign: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    id: int
    lead: int
    name: str
    title: str
    role: str
    stage: str
    score: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Points:
    name: str
    points: int


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief as a page shows it. `unknown` and `met` are criteria of the profile."""

    who: Mapping[str, Any]
    role: str
    company: Mapping[str, Any] | None
    state: str
    icp: Mapping[str, Any] | None
    unknown: list[str]
    met: list[str]
    why_now: list[Deed]
    promise: Deed | None
    points: Mapping[str, Any]
    lines: list[Points]
    others: list[Other]
    sent: list[Deed]
    do_not_contact: bool
    refused: list[str]
    granted: list[str]
    refused_email: bool = False
    refused_phone: bool = False

    @property
    def phone(self) -> str:
        return next(iter(self.who.get("phones") or []), "")

    @property
    def email(self) -> str:
        return next(iter(self.who.get("emails") or []), "")


def read_brief(stored: Mapping[str, Any]) -> Brief:
    """A stored brief in the reader's language; missing parts are allowed."""
    who, company = stored.get("who") or {}, stored.get("company")
    icp, points = stored.get("icp"), stored.get("points") or {}
    contact = stored.get("contact") or {}
    promise = stored.get("promise")
    channels = dict(Channel.choices)
    consents = contact.get("consents") or []
    return Brief(
        who=who,
        role=str(dict(Stakeholder.CommitteeRole.choices).get(who.get("role", ""), "")),
        company=company,
        state=state_name(company.get("state", "")) if company else "",
        icp=icp,
        unknown=_criteria(icp, "unknown"),
        met=_criteria(icp, "met"),
        why_now=[_deed(event) for event in stored.get("why_now") or []],
        promise=_promised(promise) if promise else None,
        points=points,
        lines=[_line(line) for line in points.get("lines") or []],
        others=[_other(other) for other in stored.get("others") or []],
        sent=[_had(entry) for entry in stored.get("sent") or []],
        do_not_contact=bool(contact.get("do_not_contact")),
        refused=[str(channels.get(c["channel"], "")) for c in consents if not c["granted"]],
        granted=[str(channels.get(c["channel"], "")) for c in consents if c["granted"]],
        refused_email=_refused(consents, Channel.EMAIL),
        refused_phone=_refused(consents, Channel.PHONE),
    )


def _refused(consents: Sequence[Mapping[str, Any]], channel: str) -> bool:
    return any(c["channel"] == channel and not c["granted"] for c in consents)


def _criteria(icp: Mapping[str, Any] | None, part: str) -> list[str]:
    named = (icp or {}).get(part) or []
    return [kind_title(c["kind"], c["weight"]) for c in named]


def _deed(event: Mapping[str, Any]) -> Deed:
    return Deed(
        at=_at(event),
        text=shown_name(event.get("signal", ""), event.get("name", "")),
        what=event.get("what", ""),
        side=event.get("side", ""),
        source=event.get("source", ""),
        promise=event.get("promise", ""),
        campaign=event.get("campaign", ""),
    )


def _promised(promise: Mapping[str, Any]) -> Deed:
    text = shown_name(promise.get("signal", ""), promise.get("name", ""))
    return Deed(_at(promise), text, promise.get("what", ""), promise=promise["text"])


def _had(entry: Mapping[str, Any]) -> Deed:
    """Something that was sent or attempted before."""
    if entry.get("kind") == "signal":
        return _deed(entry)
    if entry.get("kind") == "call":
        outcomes: dict[Any, Any] = dict(ValidationCall.Outcome.choices)
        outcome = outcomes.get(entry.get("outcome"), "")
        text = _("Validation call: %(outcome)s") % {"outcome": outcome}
    else:
        text = attempt_words(entry.get("channel", ""), entry.get("outcome", ""))
    return Deed(_at(entry), text, entry.get("note", ""), "sales", entry.get("by", ""))


def attempt_words(channel: str, outcome: str) -> str:
    """ "Call: no answer"."""
    return _("%(channel)s: %(outcome)s") % {
        "channel": dict(Attempt.Channel.choices).get(channel, channel),
        "outcome": dict(Attempt.Outcome.choices).get(outcome, outcome),
    }


def _line(line: Mapping[str, Any]) -> Points:
    signal, name = line.get("signal", ""), line.get("name", "")
    said = shown_name(signal, name) if signal else _("Account matches the ICP")
    return Points(said or line.get("key", ""), line.get("points", 0))


def _other(other: Mapping[str, Any]) -> Other:
    return Other(
        id=other["id"],
        lead=other["lead"],
        name=other.get("name", ""),
        title=other.get("title", ""),
        role=str(dict(Stakeholder.CommitteeRole.choices).get(other.get("role", ""), "")),
        stage=other.get("stage", ""),
        score=other.get("score", 0),
        at=_at(other),
    )


def _at(stored: Mapping[str, Any]) -> datetime | None:
    return parse_datetime(stored.get("at") or "")

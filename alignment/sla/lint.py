"""Remarks on a contract: pure, computed from the contract and a few facts.

A `Remark` refers to the clause it is about; one about the whole contract has no place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alignment.agreements.rules import Remark

from .rules.contract import BUSINESS, ELAPSED, SIDES, Contract, Rung, SlaClause
from .words import side_name, title

WHOLE = ""
# If fewer minutes than this are left after the first warning, nobody can act on it.
TIME_TO_ACT = 5
# Minutes from Friday 17:00 to Monday 9:00.
WEEKEND = 64 * 60

# What can happen to a lead after each event; a clock whose end can't follow its start never stops.
_CALLED = ("reached", "feedback_given", "validation_call", "became_sql", "crm_updated", "closed")
FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "became_mql": ("handed_off", "contacted", *_CALLED),
    "handed_off": ("contacted", *_CALLED),
    "contacted": _CALLED,
    "reached": _CALLED[1:],
    "validation_call": ("feedback_given", "became_sql", "crm_updated", "closed"),
    "became_sql": ("feedback_given", "crm_updated", "closed"),
    "status_changed": ("handed_off", "contacted", *_CALLED),
    "disqualified": ("feedback_given", "crm_updated"),
    "recycled": ("feedback_given", "crm_updated"),
}
# The events that are relevant to each condition; at any other event checking it is pointless.
ASKED_AT: Mapping[str, tuple[str, ...]] = {
    "brief_complete": ("handed_off",),
    "next_action_suggested": ("handed_off",),
    "coded_reason": ("disqualified", "recycled"),
}


@dataclass(frozen=True, slots=True)
class LintContext:
    """The facts of the program that remarks on its contract need. `idle_teams`: side -> names of
    teams whose week has no hours; `teams`: side -> number of teams."""

    managed: frozenset[str] = frozenset(SIDES)
    has_owner: bool = True
    idle_teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    teams: Mapping[str, int] = field(default_factory=dict)
    endpoints: frozenset[str] = frozenset()


def remarks(contract: Contract, context: LintContext | None = None) -> list[Remark]:
    """All remarks; without `context`, only those that need no more than the contract."""
    said = [*_one_sided(contract), *_twins(contract), *_judged_unmet(contract)]
    for clause in contract.clauses:
        said += _order(clause)
        said += _too_late(clause)
        if context is not None:
            said += _no_hours(clause, context)
            said += _nobody(clause, context)
            said += _no_endpoint(clause, context)
    return said


def _place(clause: SlaClause) -> str:
    return f"clause:{clause.key}"


def _one_sided(contract: Contract) -> Iterator[Remark]:
    for side in SIDES:
        if not any(clause.owes == side for clause in contract.clauses):
            says = _("%(side)s promises nothing: a contract binds both sides.")
            yield Remark(WHOLE, "warning", says % {"side": side_name(side)})


def _twins(contract: Contract) -> Iterator[Remark]:
    """Two clauses that measure the same thing; the remark is on the second one."""
    seen: set[tuple[str, ...]] = set()
    for clause in contract.clauses:
        about = (clause.owes, clause.kind, clause.starts, clause.ends, clause.condition)
        if about in seen:
            says = _(
                "Another promise times the same thing, so each lead keeps or breaks both."
                " Keep the one you mean."
            )
            yield Remark(_place(clause), "warning", says)
        seen.add(about)


def _judged_unmet(contract: Contract) -> Iterator[Remark]:
    """Feedback that falls due before the first contact, when nobody can judge the lead yet."""
    calls = [c for c in contract.clauses if c.ends in ("contacted", "reached")]
    for clause in contract.clauses:
        if clause.ends != "feedback_given":
            continue
        for call in calls:
            if (call.owes, call.starts) != (clause.owes, clause.starts):
                continue
            if says := _due_before(clause, call):
                yield Remark(_place(clause), "hint", says)
                break


def _due_before(clause: SlaClause, call: SlaClause) -> str:
    """When the clause falls due before the call; empty if it never does."""
    names = {"call": title(call)}
    every_hour = clause.time == ELAPSED and call.time == BUSINESS
    if every_hour and clause.minutes < WEEKEND + call.minutes:
        says = _(
            "Over a weekend this falls due before “%(call)s”: this counts every hour, the other"
            " only business hours. Count business hours here too, or give more time."
        )
        return says % names
    if clause.time == call.time and clause.minutes < call.minutes:
        return _("This falls due before “%(call)s”: give more time than that has.") % names
    return ""


def _order(clause: SlaClause) -> Iterator[Remark]:
    """An end that can't come after its start."""
    if clause.is_timed and clause.ends not in FOLLOWS.get(clause.starts, ()):
        says = _(
            "What ends this promise can't happen after what starts it, so it can never be kept."
            " Choose another start or another end."
        )
        yield Remark(_place(clause), "wrong", says)
    if not clause.is_timed and clause.starts not in ASKED_AT.get(clause.condition, ()):
        says = _("Nothing of this kind is given at that moment. Choose another moment.")
        yield Remark(_place(clause), "wrong", says)


def _too_late(clause: SlaClause) -> Iterator[Remark]:
    """A limit that ends before anybody can act on its first warning."""
    if not clause.warn_at:
        return
    left = clause.minutes * (100 - clause.warn_at[0]) / 100
    if left < TIME_TO_ACT:
        text = ngettext(
            "The first warning leaves less than %(n)d minute to act: warn earlier, or give more time.",
            "The first warning leaves less than %(n)d minutes to act: warn earlier, or give more time.",
            int(left) + 1,
        )
        yield Remark(_place(clause), "warning", text % {"n": int(left) + 1})


def _no_hours(clause: SlaClause, context: LintContext) -> Iterator[Remark]:
    """Business time of a team that has no working hours."""
    idle = context.idle_teams.get(clause.owes, ())
    if clause.time != BUSINESS or clause.hours_of == "prospect" or not idle:
        return
    if len(idle) >= context.teams.get(clause.owes, 0):
        says = _("No team of %(side)s works at any hour of the week, so this is never due.")
        yield Remark(_place(clause), "wrong", says % {"side": side_name(clause.owes)})
    else:
        says = _("%(teams)s works at no hour of the week, so there it is never due.")
        yield Remark(_place(clause), "warning", says % {"teams": ", ".join(idle)})


def _nobody(clause: SlaClause, context: LintContext) -> Iterator[Remark]:
    """Ladder steps that reach nobody."""
    if not clause.ladder:
        says = _("A breach of this promise reaches nobody. Add a step to its ladder.")
        yield Remark(_place(clause), "hint", says)
    missing = dict.fromkeys(
        _missing(rung, clause.owes)
        for rung in clause.ladder
        if not _has_somebody(rung, clause, context)
    )
    for who in missing:
        yield Remark(_place(clause), "warning", who)


def _has_somebody(rung: Rung, clause: SlaClause, context: LintContext) -> bool:
    return (
        context.has_owner if rung.to == "owner" else _side_of(rung, clause.owes) in context.managed
    )


def _side_of(rung: Rung, owes: str) -> str:
    """The side whose managers the step notifies."""
    other = SIDES[1 - SIDES.index(owes)]
    return owes if rung.to == "manager" else other


def _missing(rung: Rung, owes: str) -> str:
    if rung.to == "owner":
        return _("A step leads to the program's owner, and there is none.")
    says = _("A step leads to the managers of a side that has none: %(side)s.")
    return says % {"side": side_name(_side_of(rung, owes))}


def _no_endpoint(clause: SlaClause, context: LintContext) -> Iterator[Remark]:
    """Outside channels to which nothing is connected."""
    used = {channel for rung in clause.ladder for channel in rung.channels}
    if "slack" in used and "slack" not in context.endpoints:
        says = _(
            "A step goes to Slack, and no Slack channel is in use. Connect one in the settings."
        )
        yield Remark(_place(clause), "warning", says)
    if "webhook" in used and "webhook" not in context.endpoints:
        says = _("A step goes to a webhook, and none is in use. Connect one in the settings.")
        yield Remark(_place(clause), "warning", says)

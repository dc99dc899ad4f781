"""Feedback of sales on a lead, and the steps that may follow a no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import Stage
from accounts.models.leads import CLOSED_STAGES
from alignment.sla.handoff_defaults import shown
from alignment.sla.queries.lead_work import feedback_of, reasons_for, running_promises

from .forms import LONGEST_REASON

if TYPE_CHECKING:
    from accounts.models import Lead
    from alignment.sla.models import Feedback


@dataclass(frozen=True, slots=True)
class AfterNo:
    """`owed` are promises of sales that keep running until the lead is recycled or closed."""

    owed: list[str]
    may_recycle: bool


def newest_feedback(lead: Lead) -> Feedback | None:
    return next(iter(feedback_of(lead)), None)


def after_no(lead: Lead) -> AfterNo | None:
    """None if nothing is left to do: the lead is closed, or its newest feedback is a yes."""
    word = newest_feedback(lead)
    if word is None or word.fits or lead.stage in CLOSED_STAGES:
        return None
    owed = [due.title for due in running_promises(lead, side="sales") if due.falls_with_the_lead]
    return AfterNo(owed, may_recycle=lead.stage != Stage.RECYCLED)


def carried_over(lead: Lead, use: str) -> dict[str, str]:
    """Initial values of a form that sends a lead away after a no: the same reason, if it is offered
    for both uses, and the feedback's text as the note.
    """
    word = newest_feedback(lead)
    if word is None or word.fits:
        return {}
    reasons = list(word.reasons.all())
    offered = {reason.code for reason in reasons_for(program_id=lead.program_id, use=use)}
    code = next((reason.code for reason in reasons if reason.code in offered), "")
    said = [shown(reason.name) for reason in reasons if reason.code != code]
    note = " ".join(part for part in (", ".join(said), word.note) if part)
    return {"code": code, "note": Truncator(note).chars(LONGEST_REASON)}


def already_said(word: Feedback, *, is_own: bool) -> str:
    """Who gave which feedback and when, for the next person who wants to give one."""
    what = {
        "at": date_format(localtime(word.given_at), "SHORT_DATETIME_FORMAT"),
        "what": _("Yes, it fits") if word.fits else _("No, it does not fit"),
        "who": word.by or _("Somebody"),
    }
    if is_own:
        return _("You already said “%(what)s” (%(at)s).") % what
    return _("%(who)s already said “%(what)s” (%(at)s).") % what

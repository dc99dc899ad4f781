"""Defaults of a new program: reasons to say no, and next best actions.

They are stored in English; those a program leaves unchanged are shown in the reader's language.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext, gettext_noop

FEEDBACK, DISQUALIFY, RECYCLE = "feedback", "disqualify", "recycle"


class DefaultReason(NamedTuple):
    use: str
    code: str
    name: str


class DefaultAction(NamedTuple):
    signals: tuple[str, ...]
    action: str
    content: str
    talking_point: str
    reason: str


REASONS = (
    DefaultReason(FEEDBACK, "wrong-person", gettext_noop("Wrong person: does not decide")),
    DefaultReason(FEEDBACK, "wrong-company", gettext_noop("Wrong company: outside our ICP")),
    DefaultReason(FEEDBACK, "no-budget", gettext_noop("No budget")),
    DefaultReason(FEEDBACK, "no-need", gettext_noop("No need")),
    DefaultReason(FEEDBACK, "competitor", gettext_noop("Works with a competitor")),
    DefaultReason(FEEDBACK, "student-vendor", gettext_noop("Student, vendor or job seeker")),
    DefaultReason(FEEDBACK, "bad-data", gettext_noop("Wrong name, number or address")),
    DefaultReason(DISQUALIFY, "wrong-company", gettext_noop("Wrong company: outside our ICP")),
    DefaultReason(DISQUALIFY, "no-need", gettext_noop("No need")),
    DefaultReason(DISQUALIFY, "no-budget", gettext_noop("No budget")),
    DefaultReason(DISQUALIFY, "competitor", gettext_noop("Works with a competitor")),
    DefaultReason(DISQUALIFY, "student-vendor", gettext_noop("Student, vendor or job seeker")),
    DefaultReason(DISQUALIFY, "left-company", gettext_noop("Left the company")),
    DefaultReason(DISQUALIFY, "bad-data", gettext_noop("Wrong name, number or address")),
    DefaultReason(DISQUALIFY, "asked-to-stop", gettext_noop("Asked not to be contacted")),
    DefaultReason(RECYCLE, "not-now", gettext_noop("Not now: later this year")),
    DefaultReason(RECYCLE, "budget-next-year", gettext_noop("Budget next year")),
    DefaultReason(RECYCLE, "no-answer", gettext_noop("No answer after several attempts")),
    DefaultReason(
        RECYCLE, "contract-runs", gettext_noop("Contract with another vendor still runs")
    ),
    DefaultReason(RECYCLE, "project-stopped", gettext_noop("Project stopped")),
)

ACTIONS = (
    DefaultAction(
        ("demo_requested",),
        gettext_noop("Call now and offer two dates for the demo"),
        gettext_noop("Agenda of the demo"),
        gettext_noop("They asked. Find out what they want to see and who else should see it."),
        gettext_noop("They asked for a demo."),
    ),
    DefaultAction(
        ("pricing_page_view", "case_study_download"),
        gettext_noop("Call today about their own figures"),
        gettext_noop("Sample business case"),
        gettext_noop("They compare offers and look for proof: ask what a good result is worth."),
        gettext_noop("They looked at prices and downloaded a case study."),
    ),
    DefaultAction(
        ("pricing_page_view",),
        gettext_noop("Call today and ask what they compare us with"),
        gettext_noop("Short comparison of offers"),
        gettext_noop("Who looks at prices is choosing. Ask who else decides, and by when."),
        gettext_noop("They looked at prices."),
    ),
    DefaultAction(
        ("webinar_attended",),
        gettext_noop("Call and take up the question the webinar raised"),
        gettext_noop("Recording and slides of the webinar"),
        gettext_noop("Ask which part is a topic in their company, and since when."),
        gettext_noop("They gave us forty minutes of attention."),
    ),
    DefaultAction(
        ("case_study_download",),
        gettext_noop("Call and tell the story behind the case study"),
        gettext_noop("Case study of their own industry"),
        gettext_noop("Ask which of the results they would want first."),
        gettext_noop("They downloaded a case study."),
    ),
    DefaultAction(
        ("email_replied",),
        gettext_noop("Answer their e-mail, then call"),
        "",
        gettext_noop("They wrote to us: begin with their own words."),
        gettext_noop("They replied to an e-mail."),
    ),
    DefaultAction(
        (),
        gettext_noop("Call and ask what made them look at us"),
        gettext_noop("One page about what we do"),
        gettext_noop("Begin with what they did last, then ask what problem is behind it."),
        gettext_noop("They reached the points of an MQL."),
    ),
)

_SHIPPED = {reason.name for reason in REASONS} | {
    text for action in ACTIONS for text in action[1:] if text
}


def shown(text: str) -> str:
    """A shipped text in the reader's language; texts the program wrote are returned unchanged."""
    return gettext(text) if text in _SHIPPED else text

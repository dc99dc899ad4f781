"""The default signals of a new program, and how a signal's name is shown."""

from typing import NamedTuple

from django.utils.translation import gettext, gettext_noop


class DefaultSignal(NamedTuple):
    code: str
    name: str
    kind: str
    side: str


# What prospects do on ROI pages. An older program gets these with its first ROI page.
ROI_SIGNALS = (
    DefaultSignal("roi_opened", gettext_noop("ROI page opened"), "behaviour", "marketing"),
    DefaultSignal("roi_used", gettext_noop("ROI page used"), "behaviour", "marketing"),
)

DEFAULT_SIGNALS = (
    DefaultSignal(
        "pricing_page_view", gettext_noop("Pricing page visited"), "behaviour", "marketing"
    ),
    DefaultSignal(
        "case_study_download", gettext_noop("Case study downloaded"), "behaviour", "marketing"
    ),
    DefaultSignal("webinar_attended", gettext_noop("Webinar attended"), "behaviour", "marketing"),
    DefaultSignal("email_opened", gettext_noop("E-mail opened"), "behaviour", "marketing"),
    DefaultSignal("email_clicked", gettext_noop("E-mail link clicked"), "behaviour", "marketing"),
    DefaultSignal("website_visit", gettext_noop("Website visited"), "behaviour", "marketing"),
    DefaultSignal("form_submitted", gettext_noop("Form submitted"), "behaviour", "marketing"),
    DefaultSignal("demo_requested", gettext_noop("Demo requested"), "behaviour", "marketing"),
    DefaultSignal("event_met", gettext_noop("Met at an event"), "behaviour", "sales"),
    DefaultSignal("call_answered", gettext_noop("Call answered"), "behaviour", "sales"),
    DefaultSignal("email_replied", gettext_noop("Replied to an e-mail"), "behaviour", "sales"),
    DefaultSignal("budget_confirmed", gettext_noop("Budget confirmed"), "fact", "sales"),
    DefaultSignal("decision_authority", gettext_noop("Decision authority"), "fact", "sales"),
    DefaultSignal("purchase_timing", gettext_noop("Purchase timing known"), "fact", "sales"),
    *ROI_SIGNALS,
)

_SHIPPED = {signal.code: signal.name for signal in DEFAULT_SIGNALS}


def is_shipped(code: str, name: str) -> bool:
    return _SHIPPED.get(code) == name


def shown_name(code: str, name: str) -> str:
    """A shipped name in the reader's language; a name that the program chose is returned
    unchanged."""
    return gettext(name) if is_shipped(code, name) else name

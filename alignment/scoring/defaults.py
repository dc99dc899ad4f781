"""The signals and the model a new program starts from; the points are the product's default."""

from typing import Any, NamedTuple


class DefaultSignal(NamedTuple):
    code: str
    name: str
    kind: str
    side: str


DEFAULT_SIGNALS = (
    DefaultSignal("pricing_page_view", "Pricing page visited", "behaviour", "marketing"),
    DefaultSignal("case_study_download", "Case study downloaded", "behaviour", "marketing"),
    DefaultSignal("webinar_attended", "Webinar attended", "behaviour", "marketing"),
    DefaultSignal("email_opened", "E-mail opened", "behaviour", "marketing"),
    DefaultSignal("email_clicked", "E-mail link clicked", "behaviour", "marketing"),
    DefaultSignal("website_visit", "Website visited", "behaviour", "marketing"),
    DefaultSignal("form_submitted", "Form submitted", "behaviour", "marketing"),
    DefaultSignal("demo_requested", "Demo requested", "behaviour", "marketing"),
    DefaultSignal("event_met", "Met at an event", "behaviour", "sales"),
    DefaultSignal("call_answered", "Call answered", "behaviour", "sales"),
    DefaultSignal("email_replied", "Replied to an e-mail", "behaviour", "sales"),
    DefaultSignal("budget_confirmed", "Budget confirmed", "fact", "sales"),
    DefaultSignal("decision_authority", "Decision authority", "fact", "sales"),
    DefaultSignal("purchase_timing", "Purchase timing known", "fact", "sales"),
)

DEFAULT_MODEL: dict[str, Any] = {
    "mql_at": 40,
    "sql_at": 60,
    "rules": [
        {
            "key": "icp",
            "source": "icp",
            "dimension": "fit",
            "points": 20,
            "reason": "The account is one we both want.",
        },
        {
            "key": "budget",
            "signal": "budget_confirmed",
            "dimension": "fit",
            "points": 15,
            "reason": "Somebody said that there is money for this.",
        },
        {
            "key": "authority",
            "signal": "decision_authority",
            "dimension": "fit",
            "points": 10,
            "reason": "We talk to a person who decides.",
        },
        {
            "key": "timing",
            "signal": "purchase_timing",
            "dimension": "fit",
            "points": 10,
            "reason": "We know when they mean to buy.",
        },
        {
            "key": "pricing",
            "signal": "pricing_page_view",
            "dimension": "engagement",
            "points": 15,
            "reason": "Who looks at prices compares offers.",
        },
        {
            "key": "case-study",
            "signal": "case_study_download",
            "dimension": "engagement",
            "points": 10,
            "reason": "They look for proof.",
        },
        {
            "key": "webinar",
            "signal": "webinar_attended",
            "dimension": "engagement",
            "points": 10,
            "reason": "Forty minutes of attention.",
        },
        {
            "key": "emails",
            "signal": "email_opened",
            "dimension": "engagement",
            "points": 5,
            "min_count": 3,
            "reason": "One opened e-mail is chance, three are interest.",
        },
    ],
}

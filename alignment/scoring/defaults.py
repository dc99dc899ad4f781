"""The model a new program starts from; the points are the product's defaults."""

from typing import Any

from django.utils.translation import gettext_noop

# Opening and using an ROI page, once each: with them, a lead that has everything scores 100. They
# only make an MQL of a lead that the other rules had nearly made one.
ROI_RULES: list[dict[str, Any]] = [
    {
        "key": "roi-opened",
        "signal": "roi_opened",
        "dimension": "engagement",
        "points": 2,
        "reason": gettext_noop("They looked at what we reckoned for them."),
    },
    {
        "key": "roi-used",
        "signal": "roi_used",
        "dimension": "engagement",
        "points": 3,
        "reason": gettext_noop("They put in their own numbers: they are building a case."),
    },
]

DEFAULT_MODEL: dict[str, Any] = {
    "mql_at": 40,
    "sql_at": 60,
    "rules": [
        {
            "key": "icp",
            "source": "icp",
            "dimension": "fit",
            "points": 20,
            "reason": gettext_noop("The account is one we both want."),
        },
        {
            "key": "budget",
            "signal": "budget_confirmed",
            "dimension": "fit",
            "points": 15,
            "reason": gettext_noop("Somebody said that there is money for this."),
        },
        {
            "key": "authority",
            "signal": "decision_authority",
            "dimension": "fit",
            "points": 10,
            "reason": gettext_noop("We talk to a person who decides."),
        },
        {
            "key": "timing",
            "signal": "purchase_timing",
            "dimension": "fit",
            "points": 10,
            "reason": gettext_noop("We know when they mean to buy."),
        },
        {
            "key": "pricing",
            "signal": "pricing_page_view",
            "dimension": "engagement",
            "points": 15,
            "reason": gettext_noop("Who looks at prices compares offers."),
        },
        {
            "key": "case-study",
            "signal": "case_study_download",
            "dimension": "engagement",
            "points": 10,
            "reason": gettext_noop("They look for proof."),
        },
        {
            "key": "webinar",
            "signal": "webinar_attended",
            "dimension": "engagement",
            "points": 10,
            "reason": gettext_noop("Forty minutes of attention."),
        },
        {
            "key": "emails",
            "signal": "email_opened",
            "dimension": "engagement",
            "points": 5,
            "min_count": 3,
            "reason": gettext_noop("One opened e-mail is chance, three are interest."),
        },
        *ROI_RULES,
    ],
}

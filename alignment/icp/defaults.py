"""The profile a new program starts from: a French software scale-up that sells in the US."""

from typing import Any

from django.utils.translation import gettext_noop

DEFAULT_ICP: dict[str, Any] = {
    "criteria": [
        {
            "key": "employees",
            "kind": "employees",
            "weight": "must",
            "min": 200,
            "max": 5000,
            "reason": gettext_noop(
                "Below 200 nobody owns the budget; above 5,000 the cycle exceeds a year."
            ),
        },
        {
            "key": "revenue",
            "kind": "revenue",
            "weight": "must",
            "min": 20_000_000,
            "max": 2_000_000_000,
            "reason": gettext_noop("Our price is worth it from 20 million dollars of revenue."),
        },
        {
            "key": "industry",
            "kind": "industry",
            "weight": "must",
            "codes": ["31-33", "42", "44-45", "48-49", "51", "52", "54", "62"],
            "reason": gettext_noop(
                "Industries in which we have references and working integrations."
            ),
        },
        {
            "key": "no-public-sector",
            "kind": "industry",
            "weight": "exclude",
            "codes": ["92", "6111"],
            "reason": gettext_noop(
                "Public tenders: we have neither the certifications nor the patience."
            ),
        },
        {
            "key": "metros",
            "kind": "geography",
            "weight": "preferred",
            "states": ["CA", "NY", "MA", "TX"],
            "cbsas": ["41860", "35620", "14460", "19100", "12420"],
            "reason": gettext_noop(
                "Where our salespeople live and our customers can vouch for us."
            ),
        },
        {
            "key": "maturity",
            "kind": "maturity",
            "weight": "preferred",
            "min": 3,
            "reason": gettext_noop("Teams below 3 lack the data that our product starts from."),
        },
        {
            "key": "budget",
            "kind": "budget",
            "weight": "preferred",
            "min": 50_000,
            "reason": gettext_noop("The smallest contract that pays for its onboarding."),
        },
    ]
}

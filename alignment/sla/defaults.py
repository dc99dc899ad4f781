"""The contract that a new program starts from."""

from typing import Any

from django.utils.translation import gettext_noop

_LADDER: list[dict[str, Any]] = [
    {"step": 1, "to": "manager", "after_minutes": 0, "channels": ["app", "email"]},
    {"step": 2, "to": "owner", "after_minutes": 30, "channels": ["app", "email"]},
]
DEFAULT_CONTRACT: dict[str, Any] = {
    "clauses": [
        {
            "key": "hand-off",
            "owes": "marketing",
            "kind": "timed",
            "starts": "became_mql",
            "ends": "handed_off",
            "minutes": 15,
            "time": "elapsed",
            "warn_at": [50, 80],
            "ladder": _LADDER,
            "reason": gettext_noop("A hot lead cools by the minute, at any hour."),
        },
        {
            "key": "brief",
            "owes": "marketing",
            "kind": "condition",
            "starts": "handed_off",
            "condition": "brief_complete",
            "ladder": _LADDER,
            "reason": gettext_noop(
                "Sales knows why this person, and why now, before the first call."
            ),
        },
        {
            "key": "next-action",
            "owes": "marketing",
            "kind": "condition",
            "starts": "handed_off",
            "condition": "next_action_suggested",
            "ladder": _LADDER,
            "reason": gettext_noop("Nobody starts from a blank page."),
        },
        {
            "key": "first-contact",
            "owes": "sales",
            "kind": "timed",
            "starts": "handed_off",
            "ends": "contacted",
            "minutes": 60,
            "time": "business",
            "hours_of": "team",
            "warn_at": [50, 80],
            "ladder": _LADDER,
            "reason": gettext_noop("Who calls first, talks first."),
        },
        {
            "key": "feedback",
            "owes": "sales",
            "kind": "timed",
            "starts": "handed_off",
            "ends": "feedback_given",
            "minutes": 24 * 60,
            "time": "elapsed",
            "warn_at": [80],
            "ladder": _LADDER,
            "reason": gettext_noop("Marketing learns from every lead, good or bad."),
        },
        {
            "key": "crm",
            "owes": "sales",
            "kind": "timed",
            "starts": "status_changed",
            "ends": "crm_updated",
            "minutes": 5,
            "time": "elapsed",
            "ladder": _LADDER,
            "reason": gettext_noop("Both teams look at the same status."),
        },
        {
            "key": "reason",
            "owes": "sales",
            "kind": "condition",
            "starts": "disqualified",
            "condition": "coded_reason",
            "ladder": _LADDER,
            "reason": gettext_noop("A lead is never dropped without a reason marketing can count."),
        },
    ]
}

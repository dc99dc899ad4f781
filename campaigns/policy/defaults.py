"""The contact policy that a new program starts from."""

from typing import Any

from django.utils.translation import gettext_noop

DEFAULT_POLICY: dict[str, Any] = {
    "per_stakeholder": 4,
    "per_account": 12,
    "window_days": 14,
    "gap_hours": 24,
    "quiet_from": 18 * 60,
    "quiet_until": 8 * 60,
    "pause_days": 7,
    "reasons": {
        "per_stakeholder": gettext_noop("Whoever hears from us too often stops listening."),
        "per_account": gettext_noop("Colleagues compare what they get."),
        "gap_hours": gettext_noop("Two strangers on one day look like two companies."),
        "quiet": gettext_noop("Nobody buys from a call at dinner."),
        "pause_days": gettext_noop("One voice while a decision is near."),
    },
}

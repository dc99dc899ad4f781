"""Journal events of hand-offs and work as a sentence, for both timelines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.models import JournalKind
from alignment.sla.handoff_defaults import shown
from alignment.sla.handoff_words import attempt_words

if TYPE_CHECKING:
    from collections.abc import Mapping


def work_sentence(kind: str, detail: Mapping[str, Any]) -> str:
    """Empty for events of other kinds."""
    if kind == JournalKind.CONTACT_FORBIDDEN:
        return _("Nobody may contact them any more: no call is owed")
    if kind == JournalKind.HANDED_OFF and detail.get("do_not_contact"):
        return _("Handed over to %(owner)s. Nobody may contact them: no call is owed") % {
            "owner": detail.get("owner", "")
        }
    if kind == JournalKind.HANDED_OFF:
        return _("Handed over to %(owner)s") % {"owner": detail.get("owner", "")}
    if kind == JournalKind.CONTACTED:
        return attempt_words(str(detail.get("channel", "")), str(detail.get("outcome", "")))
    if kind == JournalKind.FEEDBACK_GIVEN:
        if detail.get("fits"):
            return _("Feedback: it fits")
        reasons = ", ".join(shown(str(name)) for name in detail.get("reasons", []))
        return _("Feedback: it does not fit (%(reasons)s)") % {"reasons": reasons}
    return ""

"""Conflicts in words, for people who plan."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .rules.conflicts import Conflict, Kind

SENTENCES: dict[str, str | Promise] = {
    Kind.DOUBLE: _("Somebody else already contacts this person around that time."),
    Kind.CLASH: _("The account hears another message in the same hours."),
    Kind.STAKEHOLDER_CAP: _("This person would be contacted more often than agreed."),
    Kind.ACCOUNT_CAP: _("This account would be contacted more often than agreed."),
    Kind.QUIET: _("It is outside the hours agreed on, where the prospect is."),
    Kind.NO_CONSENT: _("This person has refused this channel."),
    Kind.DO_NOT_CONTACT: _("This person is not to be contacted."),
    Kind.FIRST_NOT_DONE: _("The touch that it takes up is not done."),
    Kind.PAUSED: _("Sales talks to this decision-maker, so marketing's own touches rest."),
}
TITLES: dict[str, str | Promise] = {
    Kind.DOUBLE: _("Double prospecting"),
    Kind.CLASH: _("Two messages at once"),
    Kind.STAKEHOLDER_CAP: _("Too often for one person"),
    Kind.ACCOUNT_CAP: _("Too often for the account"),
    Kind.QUIET: _("Quiet hours"),
    Kind.NO_CONSENT: _("No consent"),
    Kind.DO_NOT_CONTACT: _("Do not contact"),
    Kind.FIRST_NOT_DONE: _("First touch not done"),
    Kind.PAUSED: _("Marketing pauses"),
}


def sentence(conflict: Conflict | str) -> str:
    """Of a conflict, or of its kind."""
    kind = conflict if isinstance(conflict, str) else conflict.kind
    return str(SENTENCES[kind])


def title(conflict: Conflict | str) -> str:
    kind = conflict if isinstance(conflict, str) else conflict.kind
    return str(TITLES[kind])

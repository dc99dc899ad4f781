"""Channels by which a person refused to be contacted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.models.stakeholders import Channel
from alignment.sla.models import Attempt

if TYPE_CHECKING:
    from accounts.models import Lead

# Channel of the refusal -> the corresponding channel of an attempt.
_TRIED_BY = {
    Channel.PHONE: Attempt.Channel.CALL,
    Channel.EMAIL: Attempt.Channel.EMAIL,
    Channel.LINKEDIN: Attempt.Channel.LINKEDIN,
}


def refused_channels(lead: Lead) -> list[str]:
    """Channels of an attempt that the person refused. One query."""
    said_no = lead.stakeholder.consents.filter(granted=False).order_by("channel")
    channels = said_no.values_list("channel", flat=True)
    return [str(_TRIED_BY[Channel(c)]) for c in channels if Channel(c) in _TRIED_BY]


def refusal_words(refused: list[str]) -> str:
    """Empty if nothing was refused."""
    if not refused:
        return ""
    labels = dict(Attempt.Channel.choices)
    names = ", ".join(str(labels[Attempt.Channel(channel)]) for channel in refused)
    return _("This person said no to: %(channels)s. Choose another way.") % {"channels": names}

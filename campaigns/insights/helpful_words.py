"""Why content is suggested, as text."""

from __future__ import annotations

from django.utils.translation import gettext as _

from campaigns.library.models import Asset

from .rules.helpful import Because, Reason


def reason_words(reason: Reason, sector: str = "") -> str:
    """ "answers: Price"; `sector` is the title of the sector that the reason refers to."""
    said = {"about": reason.about, "who": reason.who}
    if reason.because == Because.OBJECTION:
        return _("answers: %(about)s") % said
    if reason.because == Because.PERSONA:
        return _("for %(about)s: %(who)s") % said
    if reason.because == Because.SECTOR:
        return _("of their sector: %(about)s") % {"about": sector or reason.about}
    stage = Asset.BuyingStage(reason.about).label
    return _("for this stage: %(about)s") % {"about": stage}

"""Names the touches that move along with another one, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from campaigns.calendar.actions.slips import Slip

MOST_NAMED = 3


def with_slips(text: str, along: Sequence[Slip]) -> str:
    """ "Moved. Both teams see it. Along with it: Call, now on 12/9/2026; E-mail, now on 12/16/2026."."""
    if not along:
        return text
    named = pgettext("between parts of a sentence", "; ").join(
        _named(slip) for slip in along[:MOST_NAMED]
    )
    more = len(along) - MOST_NAMED
    if more <= 0:
        return f"{text} " + _("Along with it: %(touches)s.") % {"touches": named}
    said = ngettext(
        "Along with it: %(touches)s, and %(count)d more.",
        "Along with it: %(touches)s, and %(count)d more.",
        more,
    )
    return f"{text} " + said % {"touches": named, "count": more}


def _named(slip: Slip) -> str:
    at = timezone.localtime(slip.touch.starts_at)
    words = {
        "channel": slip.touch.get_channel_display(),
        "day": date_format(at, "SHORT_DATE_FORMAT"),
    }
    return _("%(channel)s, now on %(day)s") % words

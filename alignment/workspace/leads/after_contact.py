"""What comes after a lead was reached: the rules of the next best action only know behaviour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.models import Stage, ValidationCall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Lead

    from .missing_facts import MissingFact


def step_after_contact(
    lead: Lead, *, spoken: bool, outcome: str, missing: Sequence[MissingFact] = ()
) -> str:
    """Empty while the next best action of the rules stands; `outcome` is the latest call's."""
    if lead.stage == Stage.SQL:
        return _("Open an opportunity: the need is validated")
    if lead.stage != Stage.MQL:
        return ""
    if outcome == ValidationCall.Outcome.VALIDATED:
        if not missing:
            return _("The need is validated: confirm in a call what is missing for SQL")
        names = ", ".join(str(fact) for fact in missing)
        return _("The need is validated. Confirm in a call: %(facts)s") % {"facts": names}
    if spoken and not outcome:
        return _("Record the validation call: they were reached")
    return ""

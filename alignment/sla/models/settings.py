"""Settings of a program's SLA outside the contract."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alignment.people.models import Program, ProgramOwned


class SlaSettings(ProgramOwned):
    """One row per program. Without it Entente itself is the CRM, so a change counts as its own CRM
    update."""

    program = models.OneToOneField(
        Program, models.CASCADE, related_name="+", verbose_name=_("program")
    )
    outside_crm = models.BooleanField(
        _("an outside CRM confirms updates"), default=False, db_default=False
    )

    class Meta:
        verbose_name = _("SLA settings")
        verbose_name_plural = _("SLA settings")

    def __str__(self) -> str:
        return str(self.program_id)

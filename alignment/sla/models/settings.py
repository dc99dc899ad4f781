"""What a program says about its SLA beside the contract."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alignment.people.models import Program, ProgramOwned


class SlaSettings(ProgramOwned):
    """One row a program; without it Entente itself is the CRM, and a change is its own update."""

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

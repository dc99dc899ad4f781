"""What ICP, scoring model and SLA contract have in common: versions that stay as they were."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alignment.people.models import ProgramOwned


class Kind(models.TextChoices):
    ICP = "icp", _("Ideal customer profile")
    SCORING = "scoring", _("Scoring model")
    SLA = "sla", _("SLA contract")


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Proposed")
    IN_FORCE = "in_force", _("In force")
    RETIRED = "retired", _("Retired")


class Version(ProgramOwned):
    """One version of one agreement. A trigger freezes number and content once it left draft."""

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    content = models.JSONField(_("content"))
    note = models.TextField(_("why it changed"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    in_force_at = models.DateTimeField(_("in force since"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    class Meta:
        verbose_name = _("agreement version")
        verbose_name_plural = _("agreement versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["program", "kind", "number"], name="version_number"),
            models.UniqueConstraint(
                fields=["program", "kind"],
                condition=Q(state=State.IN_FORCE),
                name="one_version_in_force",
            ),
            models.UniqueConstraint(
                fields=["program", "kind"],
                condition=Q(state=State.DRAFT),
                name="one_draft_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} v{self.number}"

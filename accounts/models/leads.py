"""Leads: a lead is one pass of a stakeholder through qualification."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alignment.people.models import HeldToProgram, ProgramOwned

from .accounts import Account
from .stakeholders import Stakeholder


class Stage(models.TextChoices):
    NEW = "new", _("New")
    ENGAGED = "engaged", _("Engaged")
    MQL = "mql", _("MQL")
    SQL = "sql", _("SQL")
    OPPORTUNITY = "opportunity", _("Opportunity")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
    DISQUALIFIED = "disqualified", _("Disqualified")
    RECYCLED = "recycled", _("Back to nurture")


CLOSED_STAGES = (Stage.WON, Stage.LOST, Stage.DISQUALIFIED)
OPEN_STAGES = tuple(stage for stage in Stage if stage not in CLOSED_STAGES)


class Lead(HeldToProgram):
    """At most one open lead per stakeholder. `account` duplicates the stakeholder's, for the
    indexes."""

    # The migrations' composite keys (program, stakeholder) and (program, account) replace the plain
    # ones.
    stakeholder = models.ForeignKey(
        Stakeholder,
        models.CASCADE,
        db_constraint=False,
        related_name="leads",
        verbose_name=_("stakeholder"),
    )
    account = models.ForeignKey(
        Account,
        models.CASCADE,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("account"),
    )
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.NEW)
    stage_since = models.DateTimeField(_("in this stage since"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("owner"),
    )
    source = models.CharField(_("source"), max_length=60, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # The code of the latest no from sales; the wording is in the journal.
    reason_code = models.CharField(_("reason"), max_length=40, blank=True, db_default="")
    nurture_until = models.DateField(_("in nurture until"), null=True, blank=True)
    # Statements that write a lead set it themselves. The score is a row of its own, and no change.
    updated_at = models.DateTimeField(_("changed"), auto_now=True, db_default=Now())

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        constraints = [
            models.UniqueConstraint(
                fields=["stakeholder"],
                condition=Q(closed_at__isnull=True),
                name="one_open_lead_per_stakeholder",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=CLOSED_STAGES, closed_at__isnull=False)
                | Q(closed_at__isnull=True) & ~Q(stage__in=CLOSED_STAGES),
                name="closed_stage_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.DISQUALIFIED) | ~Q(reason_code=""),
                name="disqualified_with_a_coded_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "stage", "-stage_since", "-id"], name="lead_by_stage"),
            models.Index(
                fields=["program", "owner", "stage"],
                condition=Q(owner__isnull=False),
                name="lead_by_owner",
            ),
            models.Index(fields=["program", "-stage_since", "-id"], name="lead_by_movement"),
            models.Index(fields=["program", "-updated_at", "-id"], name="lead_by_change"),
        ]

    def __str__(self) -> str:
        return f"{self.stakeholder} · {self.get_stage_display()}"


class ValidationCall(ProgramOwned):
    """The recorded call without which no lead becomes SQL."""

    class Outcome(models.TextChoices):
        VALIDATED = "validated", _("Need validated")
        NOT_NOW = "not_now", _("Not now")
        NO_FIT = "no_fit", _("No fit")

    lead = models.ForeignKey(
        Lead, models.CASCADE, related_name="validation_calls", verbose_name=_("lead")
    )
    called_at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("who called"),
    )
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("validation call")
        verbose_name_plural = _("validation calls")
        ordering = ["-called_at"]

    def __str__(self) -> str:
        return self.get_outcome_display()

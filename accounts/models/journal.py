"""The journal: what happened, in the transaction in which it happened.

People read it as the timeline; other stages and systems consume it in order.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alignment.people.models import Program, ProgramOwned

from .accounts import Account
from .leads import Lead
from .stakeholders import Stakeholder


class JournalKind(models.TextChoices):
    LEAD_OPENED = "lead_opened", _("Lead opened")
    BECAME_ENGAGED = "became_engaged", _("First engagement")
    BECAME_MQL = "became_mql", _("Became MQL")
    BECAME_SQL = "became_sql", _("Became SQL")
    STAGE_CHANGED = "stage_changed", _("Stage changed")
    OWNER_CHANGED = "owner_changed", _("Owner changed")
    CALL_RECORDED = "validation_call", _("Validation call recorded")
    VERDICT_CHANGED = "verdict_changed", _("ICP verdict changed")
    ACCOUNT_CREATED = "account_created", _("Account created")
    ACCOUNT_CHANGED = "account_changed", _("Account changed")
    PERSON_CHANGED = "stakeholder_changed", _("Person changed")
    NOTE = "note", _("Note")


class JournalEvent(ProgramOwned):
    """`settled` orders readers: ids of open transactions may still appear below newer ones."""

    # The composite keys with the program of the migrations say it all: each event has one of them.
    program = models.ForeignKey(
        Program,
        models.CASCADE,
        db_index=False,
        db_constraint=False,
        verbose_name=_("program"),
    )
    kind = models.CharField(_("what"), max_length=20, choices=JournalKind)
    at = models.DateTimeField(_("when"))
    account = models.ForeignKey(
        Account, models.CASCADE, null=True, related_name="journal", db_constraint=False
    )
    stakeholder = models.ForeignKey(
        Stakeholder,
        models.CASCADE,
        null=True,
        related_name="journal",
        db_index=False,
        db_constraint=False,
    )
    lead = models.ForeignKey(
        Lead,
        models.CASCADE,
        null=True,
        related_name="journal",
        db_index=False,
        db_constraint=False,
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    cause = models.JSONField(_("why"), default=dict)
    detail = models.JSONField(_("detail"), default=dict)

    class Meta:
        verbose_name = _("journal event")
        verbose_name_plural = _("journal")
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False)
                | Q(stakeholder__isnull=False)
                | Q(lead__isnull=False),
                name="journal_tells_of_something",
            ),
        ]
        indexes = [
            models.Index(fields=["lead"], condition=Q(lead__isnull=False), name="journal_of_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"

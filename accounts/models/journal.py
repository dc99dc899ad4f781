"""The journal: what happened, written in the transaction in which it happened.

People read it as the timeline; other stages and systems consume it in order.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alignment.people.models import HeldToProgram

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
    HANDED_OFF = "handed_off", _("Handed over to sales")
    CONTACTED = "contacted", _("Attempt to reach them")
    REACHED = "reached", _("Reached")
    FEEDBACK_GIVEN = "feedback_given", _("Feedback on quality")
    CRM_UPDATED = "crm_updated", _("Status updated in the CRM")
    CONTACT_FORBIDDEN = "contact_forbidden", _("Nobody may contact them any more")
    VERDICT_CHANGED = "verdict_changed", _("ICP verdict changed")
    ACCOUNT_CREATED = "account_created", _("Account created")
    ACCOUNT_CHANGED = "account_changed", _("Account changed")
    ACCOUNT_MERGED = "account_merged", _("Account merged")
    PERSON_CHANGED = "stakeholder_changed", _("Person changed")
    OPPORTUNITY_OPENED = "opportunity_opened", _("Opportunity opened")
    OPPORTUNITY_MOVED = "opportunity_moved", _("Opportunity moved")
    NOTE = "note", _("Note")
    REMOVED = "removed", _("Removal")


class Removed(models.TextChoices):
    """What an event of the kind `REMOVED` tells of: its detail has `what` and the `id`."""

    NOTE = "note", _("Note removed")
    COMPETITOR = "competitor", _("Incumbent removed")
    RELATIONSHIP = "relationship", _("Relationship removed")
    SURGE = "surge", _("Topic of intent removed")
    VISITS = "visits", _("Website visits removed")


# The kinds that hand-offs and SLA promises follow; `actions/followers.py` notifies these.
FOLLOWED = (
    JournalKind.BECAME_MQL,
    JournalKind.BECAME_SQL,
    JournalKind.STAGE_CHANGED,
    JournalKind.OWNER_CHANGED,
    JournalKind.CALL_RECORDED,
    JournalKind.HANDED_OFF,
    JournalKind.CONTACTED,
    JournalKind.REACHED,
    JournalKind.FEEDBACK_GIVEN,
    JournalKind.CRM_UPDATED,
    JournalKind.CONTACT_FORBIDDEN,
)


class JournalEvent(HeldToProgram):
    """Read it in the order of the index `journal_settled` (program, txid, id): open transactions
    may still add rows below newer ids."""

    # The migrations' composite keys with the program replace the plain constraints of these
    # columns.
    kind = models.CharField(_("what"), max_length=20, choices=JournalKind)
    at = models.DateTimeField(_("when"))
    # The database's time of writing, independent of `at`: promises are judged by it.
    recorded_at = models.DateTimeField(_("recorded"), null=True, db_default=Now(), editable=False)
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
    # For the kinds in `FOLLOWED`: whether the later stages have processed the event.
    is_followed = models.BooleanField(db_default=False, editable=False)

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
            models.Index(
                fields=["id"],
                condition=Q(is_followed=False, kind__in=FOLLOWED),
                name="journal_to_follow",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"

"""Notes: what was said in a call, a meeting or an e-mail, verbatim or as a summary."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Account, Lead, Stakeholder
from alignment.people.models import ProgramOwned
from campaigns.calendar.models import Touch
from campaigns.opportunities.models import Opportunity, PipelineStage

LONGEST_NOTE = 200_000


class Note(ProgramOwned):
    """`text` is the note itself. A column outside of this model, `search`, is its full-text index
    in English and French; the database fills it, and only `queries.notes` uses it.
    """

    class Kind(models.TextChoices):
        CALL = "call", _("Call")
        MEETING = "meeting", _("Meeting")
        EMAIL = "email", _("E-mail")
        TRANSCRIPT = "transcript", _("Transcript")
        INTERNAL = "internal", _("Our own note")

    account = models.ForeignKey(
        Account,
        models.CASCADE,
        db_constraint=False,
        related_name="notes",
        verbose_name=_("account"),
    )
    opportunity = models.ForeignKey(
        Opportunity,
        models.SET_NULL,
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        related_name="notes",
        verbose_name=_("opportunity"),
    )
    # The stage of the opportunity at the time of the conversation.
    stage = models.ForeignKey(
        PipelineStage,
        models.SET_NULL,
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("stage"),
    )
    touch = models.ForeignKey(
        Touch,
        models.SET_NULL,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="notes",
        verbose_name=_("touch"),
    )
    lead = models.ForeignKey(
        Lead,
        models.SET_NULL,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="notes",
        verbose_name=_("lead"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    at = models.DateTimeField(pgettext_lazy("of a note", "when"))
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who of us"),
    )
    text = models.TextField(_("text"), max_length=LONGEST_NOTE)
    source = models.CharField(_("source"), max_length=60, blank=True)
    external_id = models.CharField(_("external id"), max_length=120, null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "source", "external_id"],
                condition=Q(external_id__isnull=False),
                name="note_once_per_source",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="a_note_says_something"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("text"), LONGEST_NOTE), name="a_note_has_an_end"
            ),
            models.CheckConstraint(
                condition=Q(external_id__isnull=True) | ~Q(source=""),
                name="an_external_note_names_its_source",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "-at", "-id"], name="note_by_time"),
            models.Index(fields=["program", "-updated_at", "-id"], name="note_by_change"),
            models.Index(fields=["account", "-at"], name="note_of_account"),
            models.Index(
                fields=["opportunity", "-at"],
                condition=Q(opportunity__isnull=False),
                name="note_of_deal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {date_format(localtime(self.at), 'SHORT_DATE_FORMAT')}"


# Kinds of notes that contain the customer's own words.
THEIR_WORDS = (Note.Kind.CALL, Note.Kind.MEETING, Note.Kind.EMAIL, Note.Kind.TRANSCRIPT)


class NotePerson(ProgramOwned):
    """A person of the account who was there."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="people", db_constraint=False)
    stakeholder = models.ForeignKey(
        Stakeholder, models.CASCADE, related_name="notes", db_constraint=False
    )

    class Meta:
        verbose_name = _("person in a note")
        verbose_name_plural = _("people in notes")
        constraints = [
            models.UniqueConstraint(fields=["note", "stakeholder"], name="person_once_in_a_note"),
        ]

    def __str__(self) -> str:
        return f"{self.note_id}: {self.stakeholder_id}"

"""The hand-off of a lead to sales, and what sales does with it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import JournalEvent, Lead
from alignment.people.models import ProgramOwned


class HandOff(ProgramOwned):
    """An MQL handed to sales: owner, brief, next best action. One per `became_mql` event.

    Without an owner it waits for marketing's manager; `handed_at` is null until somebody owns it.
    Times are the database's.
    """

    class Route(models.TextChoices):
        LEAD_OWNER = "lead_owner", _("already owned")
        ACCOUNT_OWNER = "account_owner", _("account owner")
        TERRITORY = "territory", _("territory")
        ROTATION = "rotation", _("rotation")
        DECIDED = "decided", _("decided by a person")
        NOBODY = "nobody", _("nobody could be found")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="handoffs", verbose_name=_("lead"))
    event = models.OneToOneField(
        JournalEvent, models.CASCADE, related_name="+", verbose_name=_("became MQL")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    route = models.CharField(_("how the owner was found"), max_length=13, choices=Route)
    # The facts behind the reason in plain words: {"state": "TX"}, {"passed_over": [...]} ...
    why = models.JSONField(_("why"), default=dict)
    # The brief at the time of the hand-off; the page shows the current one beside it.
    brief = models.JSONField(_("brief"), default=dict)
    next_action = models.JSONField(_("next best action"), default=dict)
    is_complete = models.BooleanField(_("brief is complete"), default=False)
    missing = ArrayField(
        models.CharField(max_length=20), verbose_name=_("missing"), default=list, blank=True
    )
    became_mql_at = models.DateTimeField(_("became MQL"))
    made_at = models.DateTimeField(_("composed"), db_default=Now())
    handed_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    # Null: the owner has not opened the lead since the hand-off.
    seen_at = models.DateTimeField(_("first seen"), null=True, blank=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True, db_default=Now())

    class Meta:
        verbose_name = _("hand-off")
        verbose_name_plural = _("hand-offs")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["program", "-id"], name="handoff_of_program"),
            models.Index(fields=["program", "owner", "-handed_at"], name="handoff_of_owner"),
            models.Index(fields=["program", "-updated_at", "-id"], name="handoff_by_change"),
        ]

    def __str__(self) -> str:
        return str(self.lead)


class Attempt(ProgramOwned):
    """A human attempt to reach a lead's person. An automatic mail never counts."""

    class Channel(models.TextChoices):
        CALL = "call", _("Call")
        EMAIL = "email", _("Personal e-mail")
        LINKEDIN = "linkedin", _("LinkedIn message")
        MEETING = "meeting", _("Meeting")
        OTHER = "other", _("Other")

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Spoke with them")
        NO_ANSWER = "no_answer", _("No answer")
        VOICEMAIL = "voicemail", _("Left a message")
        SENT = "sent", _("Sent")
        WRONG = "wrong", _("Wrong number or address")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="attempts", verbose_name=_("lead"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome)
    note = models.TextField(_("note"), blank=True)
    at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())
    # Identifies the submitted form, so that submitting it twice records one attempt. Null without a
    # form.
    form_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "lead", "form_key"],
                condition=models.Q(form_key__isnull=False),
                name="one_attempt_a_form",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.get_outcome_display()}"


class ReasonCode(ProgramOwned):
    """A reason for sales to say no, agreed by both sides. A retired one stays where it was used."""

    class Use(models.TextChoices):
        FEEDBACK = "feedback", _("The lead does not fit")
        DISQUALIFY = "disqualify", _("Disqualify")
        RECYCLE = "recycle", _("Back to nurture")

    use = models.CharField(_("used to"), max_length=10, choices=Use)
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_retired = models.BooleanField(_("no longer offered"), default=False)

    class Meta:
        verbose_name = _("reason code")
        verbose_name_plural = _("reason codes")
        ordering = ["use", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["program", "use", "code"], name="reason_code_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Feedback(ProgramOwned):
    """What sales thinks of a lead that marketing handed over. The newest one counts."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="feedback", verbose_name=_("lead"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    fits = models.BooleanField(_("fits"))
    reasons = models.ManyToManyField(
        ReasonCode, related_name="+", blank=True, verbose_name=_("reasons")
    )
    note = models.TextField(_("note"), blank=True)
    given_at = models.DateTimeField(_("given"), db_default=Now())
    form_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "lead", "form_key"],
                condition=models.Q(form_key__isnull=False),
                name="one_feedback_a_form",
            ),
        ]
        indexes = [models.Index(fields=["program", "-given_at"], name="feedback_of_program")]

    def __str__(self) -> str:
        return f"{self.lead}: {self.fits}"


class NextActionRule(ProgramOwned):
    """What to do next after a behaviour. The first rule, in order, whose signals were all seen
    wins; a rule without signals always matches."""

    position = models.PositiveSmallIntegerField(_("position"), default=0)
    signals = ArrayField(
        models.CharField(max_length=60), verbose_name=_("behaviour"), default=list, blank=True
    )
    action = models.CharField(_("action"), max_length=120)
    content = models.CharField(_("content to send"), max_length=160, blank=True)
    talking_point = models.TextField(_("talking point"), blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("next best action")
        verbose_name_plural = _("next best actions")
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["program", "position"], name="next_actions_in_order")]

    def __str__(self) -> str:
        return self.action

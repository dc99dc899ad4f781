"""Notices to people, and the outbox of messages to the outside.

A notice is written in the transaction of the change that it reports, and so is each delivery: a
dying worker or an unavailable receiver delays a message but never loses it.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alignment.people.models import ProgramOwned


class NoticeKind(models.TextChoices):
    HANDED_OFF = "handed_off", _("A lead is handed to you")
    NOBODY_TO_OWN = "nobody_to_own", _("A lead finds no owner")
    WARNING = "warning", _("A promise is about to break")
    BREACH = "breach", _("A promise is broken")
    FEEDBACK = "feedback", _("Sales says what became of a lead")
    DISPUTE = "dispute", _("A dispute about a broken promise")
    AGREEMENT = "agreement", _("An agreement waits for you, comes back, or rules")
    OVERRIDE = "override", _("A touch goes ahead against yours")
    TOUCH = "touch", _("Somebody changes your touch")
    TARGET = "target", _("The list of targets changes after you confirmed it")
    HOURS = "hours", _("Due times were counted anew")
    GAP = "gap", _("An objection lacks an answer, or has one")
    SUPPORT = "support", _("Sales asks marketing for support")
    ROI = "roi", _("A prospect opens or uses an ROI page")
    BRIEFING = "briefing", _("The weekly briefing")


class Mailing(models.TextChoices):
    AT_ONCE = "at_once", _("At once")
    DIGEST = "digest", _("Once a day, together")
    NEVER = "never", _("Never")


class Notice(ProgramOwned):
    """One notice to one person, in that person's language when it was written."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("to")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=NoticeKind)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    # A path inside the program, from the root of the site.
    path = models.CharField(_("page"), max_length=300, blank=True)
    # Unique per person, so that repeated work gives only one notice.
    cause = models.CharField(max_length=120, editable=False)
    created_at = models.DateTimeField(_("told"), db_default=Now())
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    # The person wanted it in the daily digest, and no digest has taken it yet.
    in_digest = models.BooleanField(db_default=False, editable=False)
    # When its e-mail was put into the outbox, alone or in a digest.
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["program", "user", "cause"], name="notice_once"),
        ]
        indexes = [
            models.Index(fields=["program", "user", "-id"], name="notice_of_person"),
            models.Index(
                fields=["program", "user"], condition=Q(read_at__isnull=True), name="notice_unread"
            ),
            models.Index(
                fields=["user", "created_at"], condition=Q(in_digest=True), name="notice_for_digest"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class NoticeChoice(ProgramOwned):
    """Which e-mails one person wants for one kind of notice. Without a row: at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=16, choices=NoticeKind)
    mail = models.CharField(_("by e-mail"), max_length=8, choices=Mailing)

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")
        constraints = [
            models.UniqueConstraint(fields=["program", "user", "kind"], name="one_choice_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_mail_display()}"


class Endpoint(ProgramOwned):
    """A receiver of a program's events: a Slack channel or a system with a webhook."""

    class Kind(models.TextChoices):
        SLACK = "slack", _("Slack channel")
        WEBHOOK = "webhook", _("Webhook")

    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    url = models.URLField(_("address"), max_length=500)
    # Standard Webhooks: "whsec_" and base64; shown to managers of the program.
    secret = models.CharField(_("signing secret"), max_length=100, blank=True, editable=False)
    # After a change both secrets sign until then, so that the receiver loses no messages.
    former_secret = models.CharField(max_length=100, blank=True, editable=False)
    former_until = models.DateTimeField(null=True, editable=False)
    events = ArrayField(models.CharField(max_length=20), verbose_name=_("events"))
    is_active = models.BooleanField(_("in use"), default=True)
    # Why Entente itself stopped using it.
    stopped_because = models.CharField(_("stopped because"), max_length=200, blank=True)
    # One message at a time: the sending worker keeps others away until then.
    busy_until = models.DateTimeField(null=True, editable=False)
    # No message before then, after failures, so that a dead receiver wastes no worker's time.
    resting_until = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveSmallIntegerField(db_default=0, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("endpoint")
        verbose_name_plural = _("endpoints")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["program", "name"], name="endpoint_name_in_program"),
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(ProgramOwned):
    """One outgoing message. `next_try_at` is null once it has arrived or was given up."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        SLACK = "slack", _("Slack")
        WEBHOOK = "webhook", _("Webhook")

    channel = models.CharField(_("channel"), max_length=7, choices=Channel)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    endpoint = models.ForeignKey(
        Endpoint,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="deliveries",
        db_index=False,
    )
    event = models.CharField(_("event"), max_length=20)
    payload = models.JSONField(_("content"))
    cause = models.CharField(max_length=160, editable=False)
    created_at = models.DateTimeField(_("written"), db_default=Now())
    # While a worker is sending: when another worker may take over, should that one have died.
    next_try_at = models.DateTimeField(_("next try"), null=True, db_default=Now())
    # When it was written or sent again by a person; tries and patience count from here.
    waiting_since = models.DateTimeField(db_default=Now(), editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), db_default=0)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("last answer"), null=True, blank=True)
    problem = models.CharField(_("last problem"), max_length=300, blank=True, db_default="")

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["program", "cause"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, endpoint__isnull=True)
                | Q(user__isnull=True, endpoint__isnull=False),
                name="delivery_goes_to_a_person_or_an_endpoint",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(next_try_at__isnull=False, endpoint__isnull=True),
                name="delivery_mail_waiting",
            ),
            models.Index(
                fields=["program", "user", "id"],
                condition=Q(next_try_at__isnull=False, endpoint__isnull=True),
                name="delivery_mail_of_person",
            ),
            models.Index(
                fields=["endpoint", "next_try_at", "id"],
                condition=Q(next_try_at__isnull=False, endpoint__isnull=False),
                name="delivery_waiting",
            ),
            models.Index(fields=["program", "-id"], name="delivery_log"),
            models.Index(
                fields=["endpoint", "-id"],
                condition=Q(endpoint__isnull=False),
                name="delivery_of_endpoint",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.event}"

"""Changes of messages because of what customers said."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alignment.people.models import ProgramOwned
from campaigns.library.models import Asset

from .briefings import Briefing
from .tags import InsightTopic

LONGEST_MESSAGE = 2_000


class MessageChange(ProgramOwned):
    """A new message about a topic: since when it is used, and why. A topic has one message in use
    at a time; the next one ends it.
    """

    topic = models.ForeignKey(
        InsightTopic,
        models.RESTRICT,
        db_constraint=False,
        related_name="changes",
        verbose_name=_("topic"),
    )
    said_before = models.TextField(_("what we said"), max_length=LONGEST_MESSAGE, blank=True)
    says_now = models.TextField(_("what we say now"), max_length=LONGEST_MESSAGE)
    asset = models.ForeignKey(
        Asset,
        models.SET_NULL,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("content"),
    )
    why = models.CharField(_("why"), max_length=500)
    # When the message came into use, and when another one replaced it or it was ended.
    since = models.DateTimeField(pgettext_lazy("message", "since"))
    ended_at = models.DateTimeField(pgettext_lazy("message", "until"), null=True, blank=True)
    briefing = models.ForeignKey(
        Briefing,
        models.SET_NULL,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="changes",
        verbose_name=_("briefing"),
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by whom"),
    )
    made_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    class Meta:
        verbose_name = _("change of a message")
        verbose_name_plural = _("changes of messages")
        constraints = [
            models.UniqueConstraint(
                fields=["topic"], condition=Q(ended_at__isnull=True), name="one_message_in_use"
            ),
            models.CheckConstraint(condition=~Q(says_now=""), name="a_new_message_says_something"),
            models.CheckConstraint(condition=~Q(why=""), name="a_new_message_says_why"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("since")),
                name="a_message_ends_after_it_began",
            ),
        ]
        indexes = [
            models.Index(fields=["topic", "since"], name="message_of_topic"),
            models.Index(fields=["program", "-since", "-id"], name="message_by_time"),
        ]

    def __str__(self) -> str:
        return self.says_now[:80]

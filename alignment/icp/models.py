"""The verdict of the ICP in force on each account, and the workshops that produce an ICP."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Account
from alignment.agreements.models import Version
from alignment.people.models import HeldToProgram, ProgramOwned, Side

from .rules.workshop import Clock


class Answer(models.TextChoices):
    YES = "yes", _("Match")
    NO = "no", _("No match")
    UNKNOWN = "unknown", _("Unknown")


class Verdict(HeldToProgram):
    """Bit i of the masks answers criterion i of the version; neither bit set means no."""

    # Migrations add a composite key (program, account) in place of three plain ones; a version that
    # has been in force is never deleted.
    account = models.OneToOneField(
        Account, models.CASCADE, primary_key=True, related_name="verdict", db_constraint=False
    )
    version = models.ForeignKey(
        Version, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    answer = models.CharField(_("verdict"), max_length=7, choices=Answer)
    grade = models.SmallIntegerField(_("graded match, 0-100"))
    yes_mask = models.IntegerField()
    unknown_mask = models.IntegerField()
    judged_at = models.DateTimeField(_("judged"))

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        indexes = [models.Index(fields=["program", "answer", "-grade"], name="verdict_answer")]

    def __str__(self) -> str:
        return self.get_answer_display()


SHORTEST_WORKSHOP, LONGEST_WORKSHOP = 15, 600


def _person(**options: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        **options,
    )


class Workshop(ProgramOwned):
    """Half a day in which both sides go through the criteria one by one. At most one is open."""

    title = models.CharField(_("title"), max_length=120)
    planned_minutes = models.PositiveSmallIntegerField(
        _("planned minutes"),
        default=240,
        validators=[MinValueValidator(SHORTEST_WORKSHOP), MaxValueValidator(LONGEST_WORKSHOP)],
    )
    spent_seconds = models.PositiveIntegerField(_("seconds spent"), default=0)
    running_since = models.DateTimeField(_("clock runs since"), null=True, blank=True)
    opened_by = _person(verbose_name=_("opened by"))
    opened_at = models.DateTimeField(_("opened"), auto_now_add=True)
    closed_by = _person(verbose_name=_("closed by"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    draft = models.ForeignKey(
        Version,
        models.SET_NULL,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("draft that came of it"),
    )

    class Meta:
        verbose_name = _("workshop")
        verbose_name_plural = _("workshops")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["program"], condition=Q(closed_at__isnull=True), name="one_open_workshop"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(running_since__isnull=True),
                name="the_clock_stops_at_the_end",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def clock(self) -> Clock:
        return Clock(self.spent_seconds, self.running_since)


class Topic(ProgramOwned):
    """A criterion under discussion. `before` is the one in force when the workshop began."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("topic", "Open")
        AGREED = "agreed", _("Agreed")
        PARKED = "parked", _("Parked")
        LEFT_OUT = "left_out", _("Left out")

    workshop = models.ForeignKey(
        Workshop,
        models.CASCADE,
        db_constraint=False,
        related_name="topics",
        verbose_name=_("workshop"),
    )
    position = models.PositiveSmallIntegerField(_("position"))
    key = models.CharField(_("key"), max_length=80)
    kind = models.CharField(_("looks at"), max_length=20)
    weight = models.CharField(_("weight to begin with"), max_length=9)
    before = models.JSONField(_("as it rules"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    decision = models.JSONField(_("what was agreed"), null=True, blank=True)
    note = models.TextField(_("what was said"), blank=True)
    # Counts of accounts on that day: minutes don't change with the market.
    evidence = models.JSONField(_("what the data said"), null=True, blank=True)
    decided_by = _person(verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("topic of a workshop")
        verbose_name_plural = _("topics of workshops")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["workshop", "key"], name="topic_once_a_workshop"),
            models.CheckConstraint(
                condition=Q(state="agreed", decision__isnull=False)
                | ~Q(state="agreed") & Q(decision__isnull=True),
                name="agreed_says_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} · {self.get_state_display()}"


class Proposal(ProgramOwned):
    """What one side wants for a topic. The other side accepts a particular `revision`."""

    topic = models.ForeignKey(
        Topic,
        models.CASCADE,
        db_constraint=False,
        related_name="proposals",
        verbose_name=_("topic"),
    )
    side = models.CharField(_("side"), max_length=9, choices=Side)
    criterion = models.JSONField(_("criterion"))
    revision = models.PositiveIntegerField(_("revision"), default=1)
    author = _person(verbose_name=_("author"))
    written_at = models.DateTimeField(_("written"), auto_now=True)

    class Meta:
        verbose_name = _("proposal of a side")
        verbose_name_plural = _("proposals of sides")
        constraints = [
            models.UniqueConstraint(fields=["topic", "side"], name="one_proposal_a_side"),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} · {self.topic_id}"

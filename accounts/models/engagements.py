"""Signals and their dated occurrences."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alignment.people.models import HeldToProgram, ProgramOwned, Side

from ..rules.signals import shown_name
from .leads import Lead
from .stakeholders import Stakeholder

SIGNAL_SLOTS = 32


class Signal(ProgramOwned):
    """A kind of behaviour, or a fact that somebody establishes.

    `slot` is the column of the score row that counts it, s0 to s31; it is never reassigned.
    """

    class Kind(models.TextChoices):
        BEHAVIOUR = "behaviour", _("Behaviour (counted)")
        FACT = "fact", _("Fact (yes or no, the latest word counts)")

    code = models.SlugField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind, default=Kind.BEHAVIOUR)
    side = models.CharField(_("whose"), max_length=9, choices=Side, default=Side.MARKETING)
    slot = models.SmallIntegerField(_("slot"), editable=False)

    class Meta:
        verbose_name = _("signal")
        verbose_name_plural = _("signals")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["program", "code"], name="signal_code"),
            models.UniqueConstraint(fields=["program", "slot"], name="signal_slot"),
            models.CheckConstraint(
                condition=Q(slot__gte=0, slot__lt=SIGNAL_SLOTS), name="signal_slot_exists"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        return shown_name(self.code, self.name)


class Engagement(HeldToProgram):
    """One dated occurrence. The source's own id makes it count once, whatever its time."""

    # The migrations' composite key (program, lead) replaces two plain ones.
    stakeholder = models.ForeignKey(
        Stakeholder, models.CASCADE, related_name="engagements", db_constraint=False
    )
    lead = models.ForeignKey(
        Lead, models.CASCADE, related_name="engagements", db_index=False, db_constraint=False
    )
    signal = models.ForeignKey(Signal, models.RESTRICT, related_name="+", db_index=False)
    occurred_at = models.DateTimeField(_("when"))
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    source = models.CharField(_("source"), max_length=60)
    external_id = models.CharField(_("the source's id"), max_length=120)
    value = models.BooleanField(_("value of a fact"), default=True)
    properties = models.JSONField(_("properties"), default=dict)

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "source", "external_id"], name="engagement_once"
            ),
        ]
        indexes = [
            models.Index(fields=["lead", "occurred_at"], name="engagement_of_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.signal} {self.occurred_at:%Y-%m-%d}"

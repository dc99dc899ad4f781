"""Clocks of promises, the escalations of breaches, and disputes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import JournalEvent, Lead
from alignment.agreements.models import Version
from alignment.people.models import HeldToProgram, ProgramOwned, Side, Team


class Clock(HeldToProgram):
    """One promise of one side about one lead, under the contract in force when it began.

    `due_at` is computed once and stored. `look_at` is when the sweep has to look at it next (a
    warning, the due time, the next rung of the ladder); null when there is nothing left to do. All
    times are the database's.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        KEPT = "kept", _("Kept")
        BROKEN = "broken", _("Broken")
        LAPSED = "lapsed", _("No longer owed")

    class Recomputed(models.TextChoices):
        """Why the due time is another than the one that the clock started with."""

        HOURS = "hours", _("Working hours, a closure or a leave changed.")
        OWNER = "owner", _("The lead changed hands: it counts by the hours of its new owner.")
        RETURNED = "returned", _("The lead came back: it counts by the hours of today.")

    version = models.ForeignKey(
        Version, models.PROTECT, related_name="+", db_index=False, verbose_name=_("contract")
    )
    clause = models.CharField(_("clause"), max_length=40)
    side = models.CharField(_("owed by"), max_length=9, choices=Side)
    lead = models.ForeignKey(
        Lead, models.CASCADE, related_name="clocks", db_constraint=False, verbose_name=_("lead")
    )
    # The event that started it; a clause starts one clock per event.
    event = models.ForeignKey(
        JournalEvent, models.CASCADE, related_name="+", db_index=False, verbose_name=_("began with")
    )
    # Who has to act: the person, else the team, else the side's managers.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("owner"),
    )
    team = models.ForeignKey(
        Team,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("team"),
    )
    state = models.CharField(
        _("state"), max_length=7, choices=State, default=State.RUNNING, db_default=State.RUNNING
    )
    started_at = models.DateTimeField(_("began"))
    due_at = models.DateTimeField(_("due"))
    # How `due_at` was computed: see rules/hours.py.
    due_sum = models.JSONField(_("sum"), default=list, db_default=[])
    look_at = models.DateTimeField(null=True)
    # How many warnings were sent, and how many rungs climbed.
    warned = models.SmallIntegerField(default=0, db_default=0)
    level = models.SmallIntegerField(default=0, db_default=0)
    # When the promise was done, in time or late.
    met_at = models.DateTimeField(_("done"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # Seconds between the event and the start of its clock: the part of the time lost by the system.
    lag_s = models.FloatField(_("time lost by the system"), default=0, db_default=0)
    recomputed_at = models.DateTimeField(_("recomputed"), null=True, blank=True)
    # Empty where it was recomputed before reasons were kept.
    recomputed_because = models.CharField(
        _("recomputed because"), max_length=8, choices=Recomputed, blank=True, db_default=""
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True, db_default=Now())

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "clause"], name="one_clock_a_clause_and_event"
            ),
            models.CheckConstraint(
                condition=Q(state="running", ended_at__isnull=True)
                | ~Q(state="running") & Q(ended_at__isnull=False),
                name="ended_clock_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(recomputed_because="") | Q(recomputed_at__isnull=False),
                name="recomputed_clock_has_a_date",
            ),
        ]
        indexes = [
            models.Index(
                fields=["look_at"], condition=Q(look_at__isnull=False), name="clock_to_look_at"
            ),
            models.Index(
                fields=["program", "owner", "due_at"],
                condition=Q(state="running"),
                name="clock_running",
            ),
            models.Index(
                fields=["program", "due_at", "id"],
                condition=Q(state="running"),
                name="clock_by_due_time",
            ),
            models.Index(fields=["program", "-ended_at", "-id"], name="clock_by_end"),
            models.Index(fields=["program", "-updated_at", "-id"], name="clock_by_change"),
            models.Index(fields=["program", "due_at", "id"], name="clock_in_due_order"),
        ]

    def __str__(self) -> str:
        return f"{self.clause} {self.due_at:%Y-%m-%d %H:%M}"


class Escalation(ProgramOwned):
    """A rung of the ladder, climbed once. `due_at` is when it should have been climbed."""

    clock = models.ForeignKey(
        Clock, models.CASCADE, related_name="escalations", verbose_name=_("clock")
    )
    level = models.SmallIntegerField(_("level"))
    to = models.CharField(_("to"), max_length=16)
    due_at = models.DateTimeField(_("due"))
    created_at = models.DateTimeField(_("escalated"), db_default=Now())
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("acknowledged by"),
    )
    answer = models.TextField(_("what will be done"), blank=True, db_default="")

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["clock", "level"], name="one_escalation_a_level"),
        ]
        indexes = [
            models.Index(
                fields=["program", "-id"],
                condition=Q(acknowledged_at__isnull=True),
                name="escalation_unanswered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock} {self.level}"


class Dispute(ProgramOwned):
    """A request by the owing side to excuse a broken promise; only the other side can grant it."""

    clock = models.OneToOneField(
        Clock, models.CASCADE, related_name="dispute", verbose_name=_("clock")
    )
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    asked_at = models.DateTimeField(_("asked"), db_default=Now())
    granted = models.BooleanField(_("granted"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True, db_default="")

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["-id"]
        indexes = [models.Index(fields=["program", "-id"], name="dispute_of_program")]
        constraints = [
            models.CheckConstraint(
                condition=Q(granted__isnull=True, decided_at__isnull=True)
                | Q(granted__isnull=False, decided_at__isnull=False),
                name="decided_dispute_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return self.reason[:60]


class SweepMark(models.Model):
    """When a sweep last ran; read by the health check."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("sweep")
        verbose_name_plural = _("sweeps")

    def __str__(self) -> str:
        return self.name

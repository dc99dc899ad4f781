"""Runs of plays: one for each account, and the touches that it created."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from alignment.people.models import ProgramOwned
from campaigns.calendar.models import Touch
from campaigns.library.models import Play
from campaigns.models import Campaign


class PlayRun(ProgramOwned):
    """A play on one account. `starts_on` is a date in the prospect's time zone."""

    play = models.ForeignKey(Play, models.PROTECT, related_name="runs", db_constraint=False)
    account = models.ForeignKey(
        Account, models.CASCADE, related_name="play_runs", db_constraint=False
    )
    # If the account of the run was merged into `account` later, the name it had: its runs stay
    # separate.
    known_as = models.CharField(_("merged since; was called"), max_length=200, blank=True)
    campaign = models.ForeignKey(
        Campaign,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="play_runs",
        db_constraint=False,
    )
    starts_on = models.DateField(_("first day"))
    # A start submitted twice carries the same key, so the runs are not created again.
    start_key = models.UUIDField(_("start"), editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    stopped_because = models.CharField(_("why stopped"), max_length=300, blank=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True, db_default=Now())

    class Meta:
        verbose_name = _("run of a play")
        verbose_name_plural = _("runs of plays")
        constraints = [
            models.UniqueConstraint(
                fields=["start_key", "account"], condition=Q(known_as=""), name="one_run_per_start"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | ~Q(stopped_because=""),
                name="a_stopped_run_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["play", "-started_at", "id"], name="run_of_play"),
            models.Index(fields=["account"], name="run_of_account"),
            models.Index(fields=["program", "-updated_at", "-id"], name="run_by_change"),
        ]

    def __str__(self) -> str:
        return f"{self.play_id}: {self.account_id}"


class RunTouch(ProgramOwned):
    """Which touch was created from which step, with a copy of the step's text as it was."""

    run = models.ForeignKey(PlayRun, models.CASCADE, related_name="touches", db_constraint=False)
    touch = models.OneToOneField(Touch, models.CASCADE, related_name="of_run", db_constraint=False)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("touch of a run")
        verbose_name_plural = _("touches of runs")
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="one_touch_per_step"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} · {self.position}"

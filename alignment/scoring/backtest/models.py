"""Back-tests: how a version of the model would have scored past outcomes."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Lead
from alignment.jobs.models import Job
from alignment.people.models import HeldToProgram, ProgramOwned

from .moments import DAYS, HANDOFF


class Backtest(ProgramOwned):
    """One run. It keeps the content it tested, because a draft may change or be deleted.

    `base_*` is the model in force at the time; absent if it is the one tested.
    """

    class Source(models.TextChoices):
        LEADS = "leads", _("Leads that were won or lost")
        FILE = "file", _("A list of outcomes")

    class Take(models.TextChoices):
        HANDOFF = HANDOFF, _("When the lead was handed over")
        DAYS = DAYS, _("A number of days before the outcome")

    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state then"), max_length=8)
    digest = models.CharField(_("hash"), max_length=64)
    content = models.JSONField(_("content"))
    base_number = models.PositiveIntegerField(_("version beside it"), null=True)
    base_digest = models.CharField(_("its hash"), max_length=64, blank=True)
    base_content = models.JSONField(_("its content"), null=True)
    source = models.CharField(_("outcomes from"), max_length=5, choices=Source)
    file_name = models.CharField(_("file"), max_length=255, blank=True)
    take = models.CharField(_("score as of"), max_length=7, choices=Take, default=Take.HANDOFF)
    days = models.PositiveSmallIntegerField(_("days before the outcome"))
    # Rows of the file that were left out: how many, and the first of them with the reason.
    left_out = models.PositiveIntegerField(_("rows left out"), default=0)
    left_out_rows = models.JSONField(default=list)
    # What a suggestion may give points to; `BacktestOutcome.met` holds indexes into this list.
    candidates = models.JSONField(default=list)
    result = models.JSONField(_("result"), null=True)
    suggestion = models.JSONField(_("suggestion"), null=True)
    job = models.ForeignKey(
        Job, models.SET_NULL, null=True, related_name="+", verbose_name=_("job")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    created_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("back-test")
        verbose_name_plural = _("back-tests")
        ordering = ["-id"]
        indexes = [models.Index(fields=["program", "-id"], name="backtest_program")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} #{self.pk}"


class BacktestOutcome(HeldToProgram):
    """A lead that was won or lost, and its scores at `moment`; without a moment it is left out."""

    # Migrations add the composite keys (program, backtest) and (program, lead), which cover these.
    backtest = models.ForeignKey(
        Backtest, models.CASCADE, related_name="outcomes", db_index=False, db_constraint=False
    )
    lead = models.ForeignKey(
        Lead, models.CASCADE, related_name="+", db_constraint=False, verbose_name=_("lead")
    )
    won = models.BooleanField(_("won"))
    decided_at = models.DateTimeField(_("outcome on"), null=True)
    moment = models.DateTimeField(_("score as of"), null=True)
    fit = models.SmallIntegerField(_("fit"), default=0)
    engagement = models.SmallIntegerField(_("engagement"), default=0)
    passed = models.BooleanField(_("handed over"), default=False)
    base_fit = models.SmallIntegerField(default=0)
    base_engagement = models.SmallIntegerField(default=0)
    base_passed = models.BooleanField(default=False)
    met = ArrayField(models.SmallIntegerField(), default=list)

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [
            models.UniqueConstraint(fields=["backtest", "lead"], name="one_outcome_per_lead"),
        ]
        indexes = [models.Index(fields=["backtest", "id"], name="backtest_outcomes")]

    @property
    def total(self) -> int:
        return self.fit + self.engagement

    @property
    def base_total(self) -> int:
        return self.base_fit + self.base_engagement

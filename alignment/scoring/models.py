"""The score row: one narrow row per lead, rewritten by one compiled expression. Trials of models."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Lead
from alignment.agreements.models import Version
from alignment.jobs.models import Job
from alignment.people.models import HeldToProgram, ProgramOwned


class LeadScore(HeldToProgram):
    """Facts, counters and what the model in force makes of them.

    s0..s31 count the program's signals (a fact is 0 or 1); w0..w11 hold the measures of rules with
    a window or decay, valid until `stale_at`. `mask` has a bit for each rule that gave points.
    `level` is the highest threshold ever announced: falling below it demotes nobody. A `held` lead
    (recycled) needs a new engagement before it may rise again. There are few indexes on purpose: an
    update of an indexed column costs three times as much.
    """

    # Migrations add a composite key (program, lead) in place of two plain ones.
    lead = models.OneToOneField(
        Lead, models.CASCADE, primary_key=True, related_name="score", db_constraint=False
    )
    version_id = models.BigIntegerField(_("model version"), default=0)
    mask = models.BigIntegerField(default=0)
    last_engaged_at = models.DateTimeField(_("last engagement"), null=True)
    stale_at = models.DateTimeField(null=True)
    icp = models.SmallIntegerField(default=0)
    validated = models.SmallIntegerField(default=0)
    held = models.SmallIntegerField(default=0)
    level = models.SmallIntegerField(default=0)
    fit = models.SmallIntegerField(_("fit"), default=0)
    engagement = models.SmallIntegerField(_("engagement"), default=0)
    total = models.SmallIntegerField(_("score"), default=0)
    s0 = models.SmallIntegerField(default=0)
    s1 = models.SmallIntegerField(default=0)
    s2 = models.SmallIntegerField(default=0)
    s3 = models.SmallIntegerField(default=0)
    s4 = models.SmallIntegerField(default=0)
    s5 = models.SmallIntegerField(default=0)
    s6 = models.SmallIntegerField(default=0)
    s7 = models.SmallIntegerField(default=0)
    s8 = models.SmallIntegerField(default=0)
    s9 = models.SmallIntegerField(default=0)
    s10 = models.SmallIntegerField(default=0)
    s11 = models.SmallIntegerField(default=0)
    s12 = models.SmallIntegerField(default=0)
    s13 = models.SmallIntegerField(default=0)
    s14 = models.SmallIntegerField(default=0)
    s15 = models.SmallIntegerField(default=0)
    s16 = models.SmallIntegerField(default=0)
    s17 = models.SmallIntegerField(default=0)
    s18 = models.SmallIntegerField(default=0)
    s19 = models.SmallIntegerField(default=0)
    s20 = models.SmallIntegerField(default=0)
    s21 = models.SmallIntegerField(default=0)
    s22 = models.SmallIntegerField(default=0)
    s23 = models.SmallIntegerField(default=0)
    s24 = models.SmallIntegerField(default=0)
    s25 = models.SmallIntegerField(default=0)
    s26 = models.SmallIntegerField(default=0)
    s27 = models.SmallIntegerField(default=0)
    s28 = models.SmallIntegerField(default=0)
    s29 = models.SmallIntegerField(default=0)
    s30 = models.SmallIntegerField(default=0)
    s31 = models.SmallIntegerField(default=0)
    w0 = models.IntegerField(default=0)
    w1 = models.IntegerField(default=0)
    w2 = models.IntegerField(default=0)
    w3 = models.IntegerField(default=0)
    w4 = models.IntegerField(default=0)
    w5 = models.IntegerField(default=0)
    w6 = models.IntegerField(default=0)
    w7 = models.IntegerField(default=0)
    w8 = models.IntegerField(default=0)
    w9 = models.IntegerField(default=0)
    w10 = models.IntegerField(default=0)
    w11 = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        indexes = [
            models.Index(fields=["program", "lead"], name="score_chunks"),
            models.Index(
                fields=["stale_at"], name="score_stale", condition=models.Q(stale_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.total)


class WhatIf(ProgramOwned):
    """What the content of an open version would do to all leads; its job fills `result`.

    The content is stored as it was tried, because the draft may change during or after the job.
    """

    version = models.ForeignKey(
        Version,
        models.CASCADE,
        db_constraint=False,
        related_name="what_ifs",
        verbose_name=_("version"),
    )
    content = models.JSONField(_("content"))
    digest = models.CharField(_("hash"), max_length=64)
    against = models.ForeignKey(
        Version,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("compared with"),
    )
    job = models.ForeignKey(Job, models.CASCADE, related_name="+", verbose_name=_("job"))
    # True: compared with `against`, whatever is in force. False: compared with the version in
    # force, including stages.
    is_pair = models.BooleanField(_("two versions compared"), default=False)
    # Counts by name, see `tally`.
    result = models.JSONField(_("result"), default=dict)
    asked_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("trial of a scoring model")
        verbose_name_plural = _("trials of scoring models")
        indexes = [models.Index(fields=["program", "version", "-id"], name="what_if_of_version")]

    def __str__(self) -> str:
        return f"{self.version} #{self.pk}"


class Move(ProgramOwned):
    """A lead that would cross a threshold, in its state when the trial looked at it."""

    class Kind(models.TextChoices):
        MQL = "mql", _("become MQL")
        SQL = "sql", _("become SQL")
        ENGAGED = "engaged", _("become engaged")
        OVER = "over", _("reach the MQL threshold and keep their stage")
        BELOW = "below", _("fall below the MQL threshold and keep their stage")

    what_if = models.ForeignKey(WhatIf, models.CASCADE, db_index=False, related_name="moves")
    kind = models.CharField(max_length=7, choices=Kind)
    # No foreign key, which would be checked for a million rows. Leads deleted since are left out.
    lead_id = models.BigIntegerField()
    stage = models.CharField(max_length=12)
    had_fit = models.SmallIntegerField()
    had_engagement = models.SmallIntegerField()
    fit = models.SmallIntegerField()
    engagement = models.SmallIntegerField()

    class Meta:
        verbose_name = _("lead that would move")
        verbose_name_plural = _("leads that would move")
        indexes = [models.Index(fields=["what_if", "kind", "id"], name="move_of_what_if")]

    def __str__(self) -> str:
        return f"{self.lead_id}: {self.kind}"

    @property
    def had(self) -> int:
        return self.had_fit + self.had_engagement

    @property
    def total(self) -> int:
        return self.fit + self.engagement


# Sub-packages of this app; Django looks for models here.
from .account_score.models import AccountScore, EngagementMark  # noqa: E402
from .backtest.models import Backtest, BacktestOutcome  # noqa: E402

__all__ = [
    "AccountScore",
    "Backtest",
    "BacktestOutcome",
    "EngagementMark",
    "LeadScore",
    "Move",
    "WhatIf",
]

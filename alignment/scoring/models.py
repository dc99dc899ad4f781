"""The score row: one narrow row per lead, rewritten by one compiled expression."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Lead
from alignment.people.models import ProgramOwned

WINDOW_SLOTS = 12


class LeadScore(ProgramOwned):
    """Facts, counters and what the model in force makes of them.

    s0..s31 count the program's signals (a fact is 0 or 1), w0..w11 hold the measures of rules with
    a window or decay, valid until `stale_at`. `mask` has a bit for each rule that gave points.
    `level` is the highest threshold ever announced: falling below it demotes nobody. `held` waits
    for a new engagement before the lead may rise again (recycled leads).
    Few indexes on purpose: an update that touches an indexed column costs three times as much.
    """

    lead = models.OneToOneField(Lead, models.CASCADE, primary_key=True, related_name="score")
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


# Its own room inside this one; Django looks for models here.
from .backtest.models import Backtest, BacktestOutcome  # noqa: E402

__all__ = ["Backtest", "BacktestOutcome", "LeadScore"]
